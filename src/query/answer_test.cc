// SPDX-License-Identifier: MIT
#include "query/answer.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "json/value.h"
#include "query/answer/csv_text.h"
#include "query/columns/column_builder.h"

namespace efd::query {
namespace {

using rows::FieldType;

// The rows that InfluxDB's recorded answers show: cpu b=true,host="A",i=2i,s="x,\"y",v=1.5 at 1 s,
// and b=false,host="B",v=2 at 2 s.
class Rows {
 public:
  Rows() {
    add({true, std::string("A"), int64_t{2}, std::string("x,\"y"), 1.5});
    add({false, std::string("B"), {}, {}, 2.0});
  }
  RowBatch batch() {
    columns_.clear();
    for (ColumnBuilder& builder : builders_) columns_.push_back(builder.view());
    return {2, times_, columns_};
  }

 private:
  void add(const std::vector<Cell>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) builders_[i].append(cells[i]);
  }
  std::vector<int64_t> times_{kNsPerSecond, 2 * kNsPerSecond};
  std::vector<ColumnBuilder> builders_{
      ColumnBuilder(FieldType::boolean), ColumnBuilder(FieldType::string),
      ColumnBuilder(FieldType::integer), ColumnBuilder(FieldType::string),
      ColumnBuilder(FieldType::float_)};
  std::vector<store::ColumnChunk> columns_;
};

SeriesHeader cpu() {
  return {"cpu", {}, {"time", "b", "host", "i", "s", "v"}, true};
}

std::string written(const AnswerOptions& options,
                    const std::function<Result<>(AnswerWriter&)>& write) {
  std::string text;
  auto writer = make_answer_writer(options, [&](std::string_view bytes) {
    text += bytes;
    return Result<>();
  });
  EXPECT_TRUE(write(*writer));
  EXPECT_TRUE(writer->finish());
  return text;
}

Result<> write_cpu(AnswerWriter& writer) {
  Rows rows;
  EFD_TRY(writer.begin_statement(0));
  EFD_TRY(writer.begin_series(cpu()));
  EFD_TRY(writer.rows(rows.batch()));
  EFD_TRY(writer.end_series());
  return writer.end_statement();
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

TEST(JsonAnswer, IsInfluxDbs) {
  EXPECT_EQ(written({}, write_cpu),
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\","
            "\"b\",\"host\",\"i\",\"s\",\"v\"],\"values\":[[\"1970-01-01T00:00:01Z\",true,\"A\",2,"
            "\"x,\\\"y\",1.5],[\"1970-01-01T00:00:02Z\",false,\"B\",null,null,2]]}]}]}\n");
}

TEST(JsonAnswer, GivesTimesAsText) {
  const std::vector<int64_t> times{
      0, 1, 1'500'000'000, 1'000'000'000, -1, INT64_MIN + 2, INT64_MAX - 1, -1'000'000'000};
  const std::vector<int64_t> values(times.size(), 0);
  const std::string text = written({}, [&](AnswerWriter& writer) -> Result<> {
    store::ColumnChunk column;
    column.type = FieldType::integer;
    column.integers = values;
    EFD_TRY(writer.begin_statement(0));
    EFD_TRY(writer.begin_series({"", {}, {"time", "i"}, true}));
    EFD_TRY(writer.rows({values.size(), times, {&column, 1}}));
    EFD_TRY(writer.end_series());
    return writer.end_statement();
  });
  std::string want;
  for (int64_t time : times) {
    want += (want.empty() ? "[\"" : ",[\"") + format_rfc3339(UtcTime::from_ns(time)) + "\",0]";
  }
  EXPECT_NE(text.find(want), std::string::npos) << text;
}

TEST(JsonAnswer, GivesEpochs) {
  const std::string text = written({.epoch = Epoch::ms}, write_cpu);
  EXPECT_NE(text.find("[[1000,true"), std::string::npos);
  EXPECT_EQ(parse_epoch("n"), Epoch::ns);
  EXPECT_EQ(parse_epoch("bogus"), Epoch::ns);
  EXPECT_EQ(parse_epoch("u"), Epoch::us);
  for (const char* unknown : {"us", "\u00b5", "\u00b5s", "S"}) {
    EXPECT_EQ(parse_epoch(unknown), Epoch::ns) << unknown;
  }
  EXPECT_EQ(parse_epoch(""), Epoch::none);
}

TEST(JsonAnswer, SplitsIntoChunks) {
  const std::string text = written({.epoch = Epoch::s, .chunked = true, .chunk_rows = 1},
                                   [](AnswerWriter& writer) -> Result<> {
                                     EFD_TRY(write_cpu(writer));
                                     EFD_TRY(writer.begin_statement(1));
                                     return writer.end_statement();
                                   });
  EXPECT_EQ(text,
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\","
            "\"b\",\"host\",\"i\",\"s\",\"v\"],\"values\":[[1,true,\"A\",2,\"x,\\\"y\",1.5]],"
            "\"partial\":true}],\"partial\":true}]}\n"
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"columns\":[\"time\","
            "\"b\",\"host\",\"i\",\"s\",\"v\"],\"values\":[[2,false,\"B\",null,null,2]]}]}]}\n"
            "{\"results\":[{\"statement_id\":1}]}\n");
}

TEST(JsonAnswer, SaysThatMoreSeriesFollow) {
  const std::string text = written({.chunked = true}, [](AnswerWriter& writer) -> Result<> {
    EFD_TRY(writer.begin_statement(0));
    for (const char* name : {"a", "b"}) {
      EFD_TRY(writer.begin_series({name, {}, {"n"}, false}));
      EFD_TRY(writer.end_series());
    }
    return writer.end_statement();
  });
  EXPECT_EQ(text,
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"a\",\"columns\":[\"n\"]}],"
            "\"partial\":true}]}\n"
            "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"b\",\"columns\":[\"n\"]}]}]}"
            "\n");
}

TEST(JsonAnswer, HoldsMessagesAndErrors) {
  const std::string text = written({}, [](AnswerWriter& writer) -> Result<> {
    EFD_TRY(writer.begin_statement(0));
    EFD_TRY(writer.message("warning", "a <b>"));
    EFD_TRY(writer.end_statement());
    EFD_TRY(writer.begin_statement(1));
    EFD_TRY(writer.begin_series({"s", {{"host", "h"}}, {"time", "v"}, true}));
    EFD_TRY(writer.error(Error{ErrorCode::give_up, "rot"}));
    return writer.end_statement();
  });
  EXPECT_EQ(text,
            "{\"results\":[{\"statement_id\":0,\"messages\":[{\"level\":\"warning\",\"text\":"
            "\"a \\u003cb\\u003e\"}]},{\"statement_id\":1,\"series\":[{\"name\":\"s\",\"tags\":"
            "{\"host\":\"h\"},\"columns\":[\"time\",\"v\"]}],\"error\":\"rot\"}]}\n");
}

TEST(JsonAnswer, OfNothingIsAnEmptyObject) {
  const auto nothing = [](AnswerWriter&) { return Result<>(); };
  EXPECT_EQ(written({}, nothing), "{}\n");
  EXPECT_EQ(written({.chunked = true}, nothing), "");
}

TEST(JsonAnswer, IsPrettyOnDemand) {
  const std::string text =
      written({.epoch = Epoch::s, .pretty = true}, [](AnswerWriter& writer) -> Result<> {
        const int64_t time = kNsPerSecond;
        const double value = -INFINITY;
        store::ColumnChunk column;
        column.floats = {&value, 1};
        EFD_TRY(writer.begin_statement(0));
        EFD_TRY(writer.begin_series({"m", {}, {"time", "v"}, true}));
        EFD_TRY(writer.rows({1, {&time, 1}, {&column, 1}}));
        EFD_TRY(writer.end_series());
        return writer.end_statement();
      });
  EXPECT_EQ(text, R"({
    "results": [
        {
            "statement_id": 0,
            "series": [
                {
                    "name": "m",
                    "columns": [
                        "time",
                        "v"
                    ],
                    "values": [
                        [
                            1,
                            null
                        ]
                    ]
                }
            ]
        }
    ]
}
)");
}

// Rows with a text of that many bytes each, in one series.
Result<> write_texts(AnswerWriter& writer, const std::vector<size_t>& sizes) {
  EFD_TRY(writer.begin_statement(0));
  EFD_TRY(writer.begin_series({"m", {}, {"time", "text"}, true}));
  int64_t time_ns = 0;
  for (size_t size : sizes) {
    ColumnBuilder builder(FieldType::string);
    builder.append(Cell(std::string(size, 'x')));
    time_ns += kNsPerSecond;
    const store::ColumnChunk column = builder.view();
    EFD_TRY(writer.rows({1, {&time_ns, 1}, {&column, 1}}));
  }
  EFD_TRY(writer.end_series());
  return writer.end_statement();
}

// lsst-efd-client reads a chunk as one line, and cannot take lines of any length.
TEST(JsonAnswer, ItsChunksAreBoundedByBytesToo) {
  const std::vector<size_t> sizes{30'000, 30'000, 30'000, 30'000, 300'000, 1, 2};
  for (bool pretty : {false, true}) {
    const std::string text =
        written({.pretty = pretty, .chunked = true, .chunk_bytes_max = 100'000 + 65'536},
                [&](AnswerWriter& writer) { return write_texts(writer, sizes); });
    std::vector<size_t> rows;
    std::vector<bool> partial;
    // Documents end with a line end; within pretty ones lines begin with a blank or a bracket.
    for (size_t at = 0; at < text.size();) {
      const size_t end = pretty ? text.find("\n}\n", at) + 3 : text.find('\n', at) + 1;
      const auto document = json::parse(text.substr(at, end - at), {.bytes_max = 1u << 20});
      ASSERT_TRUE(document) << document.error().message;
      const auto& result = (*document->find("results")->as_array())[0];
      const auto& series = (*result.find("series")->as_array())[0];
      rows.push_back(series.find("values")->as_array()->size());
      partial.push_back(series.find("partial") != nullptr);
      EXPECT_EQ(partial.back(), result.find("partial") != nullptr);
      at = end;
    }
    EXPECT_EQ(rows, (std::vector<size_t>{3, 1, 1, 2}));  // a row that is too long stands alone
    EXPECT_EQ(partial, (std::vector<bool>{true, true, true, false}));
  }
  const auto whole = [&](AnswerWriter& writer) { return write_texts(writer, sizes); };
  const std::string text = written({.chunk_bytes_max = 1000}, whole);  // not chunked: one line
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(JsonAnswer, LeavesInPiecesOfBoundedSize) {
  size_t longest = 0;
  auto writer = make_answer_writer({}, [&](std::string_view bytes) {
    longest = std::max(longest, bytes.size());
    return Result<>();
  });
  Rows rows;
  ASSERT_TRUE(writer->begin_statement(0));
  ASSERT_TRUE(writer->begin_series(cpu()));
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(writer->rows(rows.batch()));
  EXPECT_GT(longest, 0u);
  EXPECT_LT(longest, 80u << 10);
}

TEST(CsvAnswer, IsInfluxDbs) {
  EXPECT_EQ(written({.format = Format::csv}, write_cpu),
            "name,tags,time,b,host,i,s,v\ncpu,,1000000000,true,A,2,\"x,\"\"y\",1.5\n"
            "cpu,,2000000000,false,B,,,2\n");
  EXPECT_EQ(error_answer(Format::csv, false, "a, b"), "error\n\"a, b\"\n");
}

// As InfluxDB 1.8.10 prints them: no more digits than tell the double from its neighbours.
TEST(CsvAnswer, PrintsLargeNumbersAsGoDoes) {
  const std::vector<std::pair<double, std::string>> cases = {
      {1.2345678901234567e20, "123456789012345670000"},
      {1e22, "10000000000000000000000"},
      {-1.5e17, "-150000000000000000"},
      {9007199254740993.0, "9007199254740992"},
      {-9007199254740994.0, "-9007199254740994"},
      {9007199254740991.5, "9007199254740992"},
      {36028797018963970.0, "36028797018963970"},
      {1e300, "1" + std::string(300, '0')},
      {123.5, "123.5"},
      {5e-324, "0." + std::string(323, '0') + "5"}};
  for (const auto& [value, text] : cases) {
    std::string out;
    append_csv_float(value, out);
    EXPECT_EQ(out, text);
  }
}

TEST(CsvAnswer, QuotesTextsThatBeginWithASpaceOfAnyKind) {
  for (const char* space : {" ", "\t", "\v", "\f", "\u0085", "\u00a0", "\u1680", "\u2003", "\u2028",
                            "\u2029", "\u202f", "\u205f", "\u3000"}) {
    std::string out;
    append_csv_text(std::string(space) + "x", out);
    EXPECT_EQ(out, "\"" + std::string(space) + "x\"");
    out.clear();
    append_csv_text("x" + std::string(space), out);
    EXPECT_EQ(out, "x" + std::string(space));
  }
  std::string out;
  append_csv_text("\u200bx", out);  // no space for Go
  EXPECT_EQ(out, "\u200bx");
}

// It has no place for an error, and must not end as if it were whole.
TEST(CsvAnswer, FailsWithAnErrorThatCutsIt) {
  auto writer =
      make_answer_writer({.format = Format::csv}, [](std::string_view) { return Result<>(); });
  for (ErrorCode code : {ErrorCode::overload, ErrorCode::give_up, ErrorCode::retry}) {
    const Result<> told = writer->error({code, "cut"});
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().message, "cut");
  }
  EXPECT_FALSE(writer->error({ErrorCode::give_up, "not supported yet: distinct()"}));
  EXPECT_TRUE(writer->error({ErrorCode::not_found, "database not found: x"}));  // as InfluxDB
  EXPECT_TRUE(writer->error({ErrorCode::bad_input, "undefined function foo()"}));
}

// Bytes as InfluxDB 1.8.10 sends them.
TEST(MsgpackAnswer, OfNothingHasAnEmptyListOfSeries) {
  const auto nothing = [](AnswerWriter& writer) -> Result<> {
    EFD_TRY(writer.begin_statement(0));
    return writer.end_statement();
  };
  const std::string empty = "81a7726573756c74739182ac73746174656d656e745f696400a673657269657390";
  EXPECT_EQ(hex(written({.format = Format::msgpack}, nothing)), empty);
  EXPECT_EQ(hex(written({.format = Format::msgpack, .chunked = true}, nothing)), empty);
  const auto warned = [](AnswerWriter& writer) -> Result<> {
    EFD_TRY(writer.begin_statement(0));
    EFD_TRY(writer.message("warning", "a"));
    return writer.end_statement();
  };
  EXPECT_EQ(hex(written({.format = Format::msgpack}, warned)),
            "81a7726573756c74739183ac73746174656d656e745f696400a86d657373616765739182a56c6576656ca7"
            "7761726e696e67a474657874a161a673657269657390");
}

TEST(MsgpackAnswer, IsInfluxDbs) {
  EXPECT_EQ(hex(written({.format = Format::msgpack}, write_cpu)),
            "81a7726573756c74739182ac73746174656d656e745f696400a67365726965739183a46e616d65a3637075"
            "a7636f6c756d6e7396a474696d65a162a4686f7374a169a173a176a676616c7565739296c70c0500000000"
            "0000000100000000c3a14102a4782c2279cb3ff800000000000096c70c05000000000000000200000000c2"
            "a142c0c0cb4000000000000000");
  EXPECT_EQ(hex(error_answer(Format::msgpack, false, "no")), "81a56572726f72a26e6f");
}

TEST(MsgpackAnswer, WritesIntegersInTheirShortestForm) {
  const std::vector<int64_t> values{0, 127, 128, 40'000, 1ll << 40, -32, -33, -129, -40'000};
  const std::vector<int64_t> times(values.size(), 1'000'000'000);
  const std::string text = written({.format = Format::msgpack, .epoch = Epoch::ms},
                                   [&](AnswerWriter& writer) -> Result<> {
                                     store::ColumnChunk column;
                                     column.type = FieldType::integer;
                                     column.integers = values;
                                     EFD_TRY(writer.begin_statement(0));
                                     EFD_TRY(writer.begin_series({"", {}, {"time", "i"}, true}));
                                     EFD_TRY(writer.rows({values.size(), times, {&column, 1}}));
                                     EFD_TRY(writer.end_series());
                                     return writer.end_statement();
                                   });
  const std::string row = "92d103e8";
  std::string want;
  for (const char* value : {"00", "7f", "d10080", "d200009c40", "d30000010000000000", "e0", "d0df",
                            "d1ff7f", "d2ffff63c0"}) {
    want += row + value;
  }
  EXPECT_NE(hex(text).find(want), std::string::npos) << hex(text);
}

TEST(MsgpackAnswer, ItsChunksAreBoundedByBytesToo) {
  std::vector<size_t> documents;
  auto writer = make_answer_writer(
      {.format = Format::msgpack, .chunked = true, .chunk_bytes_max = 100'000 + 65'536},
      [&](std::string_view bytes) {
        documents.push_back(bytes.size());
        return Result<>();
      });
  const std::vector<size_t> sizes{30'000, 30'000, 30'000, 30'000, 300'000, 1, 2};
  ASSERT_TRUE(write_texts(*writer, sizes));
  ASSERT_TRUE(writer->finish());
  ASSERT_EQ(documents.size(), 4u);
  EXPECT_GT(documents[0], 90'000u);
  EXPECT_LT(documents[0], 100'000u);
  EXPECT_LT(documents[1], 40'000u);
  EXPECT_GT(documents[2], 300'000u);
  EXPECT_LT(documents[3], 200u);
}

TEST(MsgpackAnswer, HasABound) {
  auto writer = make_answer_writer({.format = Format::msgpack, .msgpack_bytes_max = 1000},
                                   [](std::string_view) { return Result<>(); });
  Rows rows;
  ASSERT_TRUE(writer->begin_statement(0));
  ASSERT_TRUE(writer->begin_series(cpu()));
  Result<> written;
  for (int i = 0; i < 100 && written; ++i) written = writer->rows(rows.batch());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::overload);
}

}  // namespace
}  // namespace efd::query

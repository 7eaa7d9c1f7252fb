// SPDX-License-Identifier: MIT
// Runs tests/influxql/*.test. A file holds, one after another:
//
//   load m                     rows of measurement m, up to a blank line:
//   10s v=1.5 i=2i s="x"         a time (a duration since 1970), and fields as in line protocol
//
//   SELECT v FROM m            a statement, up to ----
//   ----
//   name,tags,time,v           its answer as CSV (times in ns) up to a blank line (one in
//   m,,10000000000,1.5         the answer is "."); then "error: ..." if it fails
//
// Lines that begin with # are comments. The database is "db", the time is 100 s after 1970.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "influx/duration.h"
#include "query/answer.h"
#include "query/engine.h"
#include "query/testing/fake_store.h"

namespace efd::query {
namespace {

// Hands everything on to a CSV writer, and keeps errors and warnings, which CSV does not show.
class CsvAndErrors : public ResultSink {
 public:
  CsvAndErrors()
      : csv_(make_answer_writer({.format = Format::csv}, [this](std::string_view bytes) {
          text_ += bytes;
          return Result<>();
        })) {}
  Result<> begin_statement(int id) override { return csv_->begin_statement(id); }
  Result<> begin_series(const SeriesHeader& header) override { return csv_->begin_series(header); }
  Result<> rows(const RowBatch& batch) override {
    EXPECT_GT(batch.rows, 0u);
    return csv_->rows(batch);
  }
  Result<> end_series() override { return csv_->end_series(); }
  Result<> message(std::string_view level, std::string_view text) override {
    notes_ += std::string(level) + ": " + std::string(text) + "\n";
    return {};
  }
  Result<> error(const Error& error) override {
    notes_ += "error: " + error.message + "\n";
    return {};
  }
  Result<> end_statement() override { return csv_->end_statement(); }

  std::string take() {
    EXPECT_TRUE(csv_->finish());
    return text_ + notes_;
  }

 private:
  std::string text_, notes_;
  std::unique_ptr<AnswerWriter> csv_;
};

class DataFile {
 public:
  explicit DataFile(const std::filesystem::path& path) : file_(path), path_(path) {
    EXPECT_TRUE(store_.create_database("db"));
    engine_ = make_engine(store_, clock_, {.buckets_max = 1000});
  }

  int run() {
    int statements = 0;
    while (next_line()) {
      if (line_.empty() || line_[0] == '#') continue;
      if (line_.starts_with("load ")) {
        load(line_.substr(5));
      } else {
        run_statement();
        ++statements;
      }
    }
    return statements;
  }

 private:
  bool next_line() {
    ++number_;
    return static_cast<bool>(std::getline(file_, line_));
  }

  void load(const std::string& measurement) {
    while (next_line() && !line_.empty()) {
      std::istringstream words(line_);
      std::string time, word;
      words >> time;
      std::vector<std::pair<std::string, Cell>> values;
      while (words >> word) {
        const size_t equals = word.find('=');
        values.emplace_back(word.substr(0, equals), cell(word.substr(equals + 1)));
      }
      store_.add(measurement, *influx::parse_duration(time), values);
    }
  }

  static Cell cell(const std::string& text) {
    if (text.front() == '"') return text.substr(1, text.size() - 2);
    if (text == "true" || text == "false") return text == "true";
    if (text.back() == 'i') return static_cast<int64_t>(std::stoll(text));
    return std::stod(text);
  }

  void run_statement() {
    const int at = number_;
    Query query;
    query.database = "db";
    do query.text += (query.text.empty() ? "" : "\n") + line_;
    while (next_line() && line_ != "----");
    std::string want;
    while (next_line() && !line_.empty()) want += line_ + "\n";
    CsvAndErrors sink;
    const auto done = engine_->run(query, sink, {});
    const std::string got = done ? sink.take() : "error: " + done.error().message + "\n";
    EXPECT_EQ(with_dots(got), want) << path_.string() << ":" << at << "\n" << query.text;
  }

  // A blank line would end the answer.
  static std::string with_dots(std::string text) {
    for (size_t at; (at = text.find("\n\n")) != std::string::npos;) text.insert(at + 1, ".");
    return text;
  }

  std::ifstream file_;
  std::filesystem::path path_;
  std::string line_;
  int number_ = 0;
  FakeStore store_;
  system::FakeClock clock_{UtcTime::from_ms(100'000)};
  std::unique_ptr<QueryEngine> engine_;
};

TEST(InfluxqlData, IsAnsweredAsWritten) {
  int statements = 0;
  const std::filesystem::path folder = std::string(EFD_SOURCE_DIR) + "/tests/influxql";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".test") statements += DataFile(entry.path()).run();
  }
  std::printf("influxql data: %d statements\n", statements);
  EXPECT_GT(statements, 50);
}

}  // namespace
}  // namespace efd::query

// SPDX-License-Identifier: MIT
// What fastavro_property.py made and fastavro encoded must come out of our decoders, and go back
// in.
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <random>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "avro/canonical.h"
#include "avro/decode_program.h"
#include "avro/value.h"
#include "codec/digest.h"

namespace efd::avro {
namespace {

constexpr int kSeed = 20190121;
constexpr int kSchemas = 1500;
constexpr int kDatums = 4;
constexpr int kNoFastavro = 77;  // exit status of the script
constexpr int kMutations = 4;    // of each datum

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

json::Value tagged_double(double value) {
  std::string bits = fmt::format("{:016x}", std::bit_cast<uint64_t>(value));
  std::string text = std::isnan(value) ? "nan" : bits;
  return json::Value::Object{{"f", text}};
}

// A decoded value in the script's words.
json::Value tagged(const Node& node, const Value& value);

json::Value tagged_record(const Node& node, const Record& record) {
  json::Value::Array members;
  for (size_t i = 0; i < node.fields.size(); ++i) {
    members.push_back(
        json::Value::Array{node.fields[i].name, tagged(*node.fields[i].type, record.fields[i])});
  }
  return json::Value::Object{{"m", members}};
}

json::Value tagged_map(const Node& node, const Map& map) {
  json::Value::Array members;
  for (const MapEntry& entry : map.entries) {
    members.push_back(json::Value::Array{entry.key, tagged(*node.items, entry.value)});
  }
  return json::Value::Object{{"m", members}};
}

json::Value tagged_array(const Node& node, const Array& array) {
  json::Value::Array items;
  for (const Value& item : array) items.push_back(tagged(*node.items, item));
  return items;
}

json::Value tagged(const Node& node, const Value& value) {
  if (node.type == Type::union_) {
    Value branch = value;
    branch.branch = Value::kAnyBranch;
    return tagged(*node.branches.at(static_cast<size_t>(value.branch)), branch);
  }
  return std::visit(
      [&](const auto& data) -> json::Value {
        using T = std::decay_t<decltype(data)>;
        if constexpr (std::is_same_v<T, Null>) return nullptr;
        if constexpr (std::is_same_v<T, Bytes>) {
          return json::Value::Object{{"b", codec::hex(data.raw)}};
        }
        if constexpr (std::is_floating_point_v<T>) return tagged_double(static_cast<double>(data));
        if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) return data;
        if constexpr (std::is_integral_v<T>) return static_cast<int64_t>(data);
        if constexpr (std::is_same_v<T, Record>) return tagged_record(node, data);
        if constexpr (std::is_same_v<T, Map>) return tagged_map(node, data);
        if constexpr (std::is_same_v<T, Array>) return tagged_array(node, data);
      },
      value.data);
}

json::Value element(const rows::Column& column, const rows::ColumnValues& values, size_t i) {
  if (values.is_null(i)) return nullptr;
  switch (column.type) {
    case rows::ColumnType::integer:
      return values.fixed<int64_t>()[i];
    case rows::ColumnType::float64:
      return tagged_double(values.fixed<double>()[i]);
    case rows::ColumnType::float32:
      return tagged_double(static_cast<double>(values.fixed<float>()[i]));
    case rows::ColumnType::boolean:
      return values.fixed<uint8_t>()[i] == 1;
    case rows::ColumnType::string:
      return std::string(values.string_at(i));
  }
  return nullptr;
}

using Cells = std::map<std::string, json::Value>;  // "name type", "name type[]"

Cells cells_of(const rows::Rows& rows, size_t row) {
  Cells cells;
  for (size_t i = 0; i < rows.layout().columns.size(); ++i) {
    const rows::Column& column = rows.layout().columns[i];
    auto [first, last] = rows.column(i).elements_of(row);
    json::Value::Array elements;
    for (size_t e = first; e < last; ++e) {
      elements.push_back(element(column, rows.column(i), e));
    }
    std::string key = rows::joined_name(column.path) + " " + to_string(column.type);
    if (column.is_array && !elements.empty()) cells[key + "[]"] = elements;
    if (!column.is_array && !elements[0].is_null()) cells[key] = elements[0];
  }
  return cells;
}

// The script's cells. JSON text is compared as the document that it is.
Cells expected_cells(const json::Value& line, Cells& ours) {
  Cells cells;
  for (const json::Value& cell : *line.find("cells")->as_array()) {
    const json::Value::Array& parts = *cell.as_array();
    bool is_json = *parts[1].as_string() == "json";
    std::string key = *parts[0].as_string() + " " + (is_json ? "string" : *parts[1].as_string());
    if (*parts[2].as_bool()) key += "[]";
    cells[key] = parts[3];
    if (is_json && ours.contains(key)) ours[key] = *json::parse(*ours[key].as_string());
  }
  return cells;
}

std::string shown(const Cells& cells) {
  std::string text;
  for (const auto& [key, value] : cells) text += key + " = " + json::dump(value) + "\n";
  return text;
}

struct Counts {
  size_t schemas = 0, datums = 0, mutations = 0, refused = 0;
};

class Property {
 public:
  void check(const json::Value& line) {
    if (*line.find_string("schema") != text_) use_schema(line);
    std::string datum = from_hex(*line.find_string("hex"));
    ++counts.datums;
    check_value(line, datum);
    check_row(line, datum);
    for (int i = 0; i < kMutations; ++i) check_mutation(datum);
  }

  Counts counts;

 private:
  void use_schema(const json::Value& line) {
    text_ = *line.find_string("schema");
    ++counts.schemas;
    schema_ = *Schema::parse(text_, Strictness::strict);
    program_ = *DecodeProgram::compile(*schema_);
    EXPECT_EQ(parsing_canonical_form(*schema_), *line.find_string("form"));
    std::string canonical = canonical_text(*schema_);
    EXPECT_EQ(canonical_text(*Schema::parse(canonical)), canonical);
  }

  void check_value(const json::Value& line, const std::string& datum) {
    Result<Value> value = decode(*schema_, datum);
    ASSERT_TRUE(value) << text_ << ": " << value.error().message;
    EXPECT_EQ(json::dump(tagged(schema_->root(), *value)), json::dump(*line.find("value")))
        << text_;
    std::string again;
    ASSERT_TRUE(encode(*schema_, *value, again)) << text_;
    EXPECT_TRUE(again == datum) << text_;
  }

  void check_row(const json::Value& line, const std::string& datum) {
    rows::Rows rows(program_->layout());
    Result<> decoded = program_->decode(datum, rows);
    ASSERT_TRUE(decoded) << text_ << ": " << decoded.error().message;
    rows.end_row(UtcTime());
    Cells ours = cells_of(rows, 0);
    Cells expected = expected_cells(line, ours);
    EXPECT_EQ(shown(ours), shown(expected)) << text_;
  }

  // Both decoders take the same damaged data, and neither leaves a partial row.
  void check_mutation(std::string datum) {
    if (datum.empty()) return;
    datum[random_() % datum.size()] = static_cast<char>(random_());
    if (random_() % 2) datum.resize(random_() % datum.size());
    ++counts.mutations;
    rows::Rows rows(program_->layout());
    bool decoded = program_->decode(datum, rows).has_value();
    EXPECT_EQ(decoded, decode(*schema_, datum).has_value()) << text_;
    counts.refused += !decoded;
    rows.drop_unfinished_row();
    for (size_t i = 0; i < rows.layout().columns.size(); ++i) {
      EXPECT_EQ(rows.column(i).elements(), 0u);
    }
  }

  std::string text_;
  std::optional<Schema> schema_;
  std::shared_ptr<const DecodeProgram> program_;
  std::mt19937 random_{kSeed};
};

// All that the command prints; its exit status goes to `status`.
std::string output_of(const std::string& command, int& status) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return text;
  char part[65'536];
  while (size_t size = fread(part, 1, sizeof part, pipe)) text.append(part, size);
  int exit = pclose(pipe);
  status = WIFEXITED(exit) ? WEXITSTATUS(exit) : -1;
  return text;
}

std::string python() {
  if (const char* chosen = std::getenv("EFD_PYTHON")) return chosen;
  std::string ours = EFD_SOURCE_DIR "/.venv/bin/python";
  return std::filesystem::exists(ours) ? ours : "python3";
}

TEST(Fastavro, RandomSchemasAndData) {
  int status = 0;
  std::string text =
      output_of(fmt::format("'{}' '" EFD_SOURCE_DIR "/src/avro/fastavro_property.py' {} {} {}",
                            python(), kSeed, kSchemas, kDatums),
                status);
  if (status == kNoFastavro) GTEST_SKIP() << "fastavro cannot be imported by " << python();
  ASSERT_EQ(status, 0) << "fastavro_property.py failed, run by " << python();
  Property property;
  for (size_t at = 0; at < text.size();) {
    std::string_view line = std::string_view(text).substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    property.check(*json::parse(line));
    if (HasFailure()) break;
  }
  const Counts& counts = property.counts;
  std::printf("fastavro: %zu datums of %zu schemas equal; %zu damaged datums, %zu refused\n",
              counts.datums, counts.schemas, counts.mutations, counts.refused);
  EXPECT_EQ(counts.datums, static_cast<size_t>(kSchemas) * kDatums);
}

}  // namespace
}  // namespace efd::avro

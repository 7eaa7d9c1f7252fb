// SPDX-License-Identifier: MIT
// For tests: random rows, and a model that says what a store must answer about them.
#pragma once

#include <algorithm>
#include <bit>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "rows/rows.h"
#include "store/store.h"

namespace efd::store::testing {

using rows::ColumnType;
using rows::FieldType;

// A field as its source knows it: path, type, array, element.
using SourceField = std::tuple<std::string, FieldType, bool, uint32_t>;

struct ModelRow {
  int64_t time_ns;
  std::map<SourceField, std::string> values;  // as text that is equal when the bits are
};

inline std::string bits_text(uint64_t bits) {
  return fmt::format("{:016x}", bits);
}

inline uint64_t widened_bits(uint32_t bits) {
  if ((bits & 0x7fffffff) > 0x7f800000)
    return uint64_t{bits >> 31} << 63 | 0x7ff0000000000000 | uint64_t{bits & 0x7fffff} << 29;
  return std::bit_cast<uint64_t>(static_cast<double>(std::bit_cast<float>(bits)));
}

// What one measurement holds.
class ModelMeasurement {
 public:
  void put(const rows::Rows& rows) {
    for (size_t row = 0; row < rows.size(); ++row) put_row(rows, row);
  }
  size_t size() const { return rows_.size(); }

  // Names by field, as InfluxQL sees them.
  const std::map<SourceField, std::string>& names() const { return shown_; }

  std::vector<const ModelRow*> scan(const ScanRequest& request) const {
    std::vector<const ModelRow*> found;
    for (const ModelRow& row : rows_)
      if (row.time_ns >= request.min.ns() && row.time_ns <= request.max.ns()) found.push_back(&row);
    std::stable_sort(found.begin(), found.end(),
                     [](const ModelRow* a, const ModelRow* b) { return a->time_ns < b->time_ns; });
    if (request.descending) std::reverse(found.begin(), found.end());
    return found;
  }

 private:
  void put_row(const rows::Rows& rows, size_t row) {
    ModelRow model{rows.times_ns()[row], {}};
    for (const rows::Column& column : rows.layout().columns)
      if (!column.is_array) give_name({column.path, rows::field_type(column.type), false, 0});
    for (size_t c = 0; c < rows.layout().columns.size(); ++c) {
      const rows::Column& column = rows.layout().columns[c];
      FieldType type = rows::field_type(column.type);
      auto [begin, end] = rows.column(c).elements_of(row);
      for (size_t i = begin; i < end; ++i) {
        bool null = rows.column(c).is_null(i);
        SourceField field{column.path, type, column.is_array,
                          static_cast<uint32_t>(column.is_array ? i - begin : 0)};
        if (column.is_array || !null) show(field);
        if (!null) model.values[field] = text(column.type, rows.column(c), i);
      }
    }
    rows_.push_back(std::move(model));
  }

  static std::string text(ColumnType type, const rows::ColumnValues& values, size_t i) {
    switch (type) {
      case ColumnType::integer:
        return bits_text(static_cast<uint64_t>(values.fixed<int64_t>()[i]));
      case ColumnType::float64:
        return bits_text(std::bit_cast<uint64_t>(values.fixed<double>()[i]));
      case ColumnType::float32:
        return bits_text(widened_bits(std::bit_cast<uint32_t>(values.fixed<float>()[i])));
      case ColumnType::boolean:
        return bits_text(values.fixed<uint8_t>()[i]);
      case ColumnType::string:
        return "s" + std::string(values.string_at(i));
    }
    return {};
  }

  void show(const SourceField& field) {
    give_name(field);
    shown_[field] = names_[field];
  }

  void give_name(const SourceField& field) {
    if (names_.count(field)) return;
    const auto& [path, type, is_array, element] = field;
    std::string plain = path;
    std::replace(plain.begin(), plain.end(), '.', '_');
    if (is_array) plain += std::to_string(element);
    std::string name = plain;
    for (int n = 1; name == "time" || !free(name, field); ++n)
      name = plain + "_" + std::to_string(n);
    names_[field] = name;
    owners_[name].push_back(field);
  }

  // Free, or held only by the same source with other types.
  bool free(const std::string& name, const SourceField& field) const {
    auto owners = owners_.find(name);
    if (owners == owners_.end()) return true;
    for (const SourceField& other : owners->second) {
      bool same = std::get<0>(other) == std::get<0>(field) &&
                  std::get<2>(other) == std::get<2>(field) &&
                  std::get<3>(other) == std::get<3>(field);
      if (!same) return false;
    }
    return true;
  }

  std::vector<ModelRow> rows_;
  std::map<SourceField, std::string> names_;  // that were given
  std::map<SourceField, std::string> shown_;
  std::map<std::string, std::vector<SourceField>> owners_;
};

inline std::shared_ptr<const rows::Layout> random_layout(std::mt19937_64& random) {
  static const char* const kNames[] = {"a",   "b",   "a0",   "a1",   "time",
                                       "c_d", "c.d", "c_d0", "c.d0", "a0_1"};
  auto layout = std::make_shared<rows::Layout>();
  size_t n = 1 + random() % 6;
  std::set<std::tuple<std::string, FieldType, bool>> used;
  for (size_t i = 0; i < n; ++i) {
    rows::Column column{kNames[random() % std::size(kNames)],
                        static_cast<ColumnType>(1 + random() % 5), random() % 3 == 0};
    if (used.insert({column.path, rows::field_type(column.type), column.is_array}).second)
      layout->columns.push_back(column);
  }
  return layout;
}

inline void append_random(std::mt19937_64& random, ColumnType type, rows::ColumnValues& values) {
  // Few distinct values among many, and every kind of bit pattern.
  uint64_t bits = random() % 2 ? random() % 4 : random() << random() % 64;
  if (random() % 10 == 0) bits = 0x7ff0000000000001 | random();
  switch (type) {
    case ColumnType::integer:
      return values.append<int64_t>(static_cast<int64_t>(bits));
    case ColumnType::float64:
      return values.append(std::bit_cast<double>(bits));
    case ColumnType::float32: {
      uint32_t low = static_cast<uint32_t>(bits);
      return values.append(std::bit_cast<float>(low));
    }
    case ColumnType::boolean:
      return values.append<uint8_t>(bits & 1);
    case ColumnType::string:
      return values.append_string(std::string(bits % 5, static_cast<char>('a' + bits % 26)));
  }
}

inline void append_random_row(std::mt19937_64& random, rows::Rows& rows, int64_t time_ns,
                              size_t array_max) {
  for (size_t c = 0; c < rows.layout().columns.size(); ++c) {
    const rows::Column& column = rows.layout().columns[c];
    rows::ColumnValues& values = rows.column(c);
    size_t n = column.is_array ? random() % (array_max + 1) : 1;
    for (size_t i = 0; i < n; ++i) {
      if (random() % 5 == 0) {
        values.append_null();
      } else {
        append_random(random, column.type, values);
      }
    }
    if (column.is_array) values.end_array();
  }
  rows.end_row(UtcTime::from_ns(time_ns));
}

// A scan's answer as text, a row a string.
inline std::vector<std::string> scan_text(const MeasurementView& view, const ScanRequest& request,
                                          Result<>* failed = nullptr) {
  std::vector<std::string> found;
  auto scan = view.scan(request);
  Chunk chunk;
  for (;;) {
    auto more = scan->next(chunk);
    if (!more && failed) *failed = fail(more.error());
    if (!more || !*more) return found;
    for (size_t i = 0; i < chunk.size(); ++i) {
      std::string row = std::to_string(chunk.times_ns[i]);
      for (const ColumnChunk& column : chunk.columns) {
        row += " ";
        if (column.is_null(i)) continue;
        if (column.type == FieldType::float_)
          row += bits_text(std::bit_cast<uint64_t>(column.floats[i]));
        if (column.type == FieldType::integer)
          row += bits_text(static_cast<uint64_t>(column.integers[i]));
        if (column.type == FieldType::boolean) row += bits_text(column.booleans[i]);
        if (column.type == FieldType::string) row += "s" + std::string(column.strings[i]);
      }
      found.push_back(std::move(row));
    }
  }
}

// What the scan must give, by the model.
inline std::vector<std::string> model_text(const ModelMeasurement& model,
                                           const MeasurementView& view,
                                           const ScanRequest& request) {
  std::map<std::pair<std::string, FieldType>, SourceField> sources;
  for (const auto& [source, name] : model.names()) sources[{name, std::get<1>(source)}] = source;
  std::vector<std::string> expected;
  for (const ModelRow* row : model.scan(request)) {
    std::string text = std::to_string(row->time_ns);
    for (uint32_t field : request.fields) {
      const Field& wanted = view.fields()[field];
      auto value = row->values.find(sources[{wanted.name, wanted.type}]);
      text += " " + (value == row->values.end() ? std::string() : value->second);
    }
    expected.push_back(std::move(text));
  }
  return expected;
}

// Is it what InfluxQL sees? NaN and the infinities are not.
inline bool is_value(FieldType type, const std::string& text) {
  constexpr uint64_t kExponent = 0x7ff0000000000000;
  return type != FieldType::float_ || (std::stoull(text, nullptr, 16) & kExponent) != kExponent;
}

// What find_values must give, by the model.
inline std::vector<uint8_t> model_values(const ModelMeasurement& model, const MeasurementView& view,
                                         const ScanRequest& request) {
  std::set<std::pair<std::string, FieldType>> seen;
  for (const ModelRow* row : model.scan(request))
    for (const auto& [source, text] : row->values)
      if (is_value(std::get<1>(source), text))
        seen.insert({model.names().at(source), std::get<1>(source)});
  std::vector<uint8_t> values;
  for (uint32_t field : request.fields)
    values.push_back(seen.count({view.fields()[field].name, view.fields()[field].type}) > 0);
  return values;
}

inline std::vector<std::pair<std::string, FieldType>> field_list(const MeasurementView& view) {
  std::vector<std::pair<std::string, FieldType>> list;
  for (const Field& field : view.fields()) list.emplace_back(field.name, field.type);
  return list;
}

inline std::vector<std::pair<std::string, FieldType>> field_list(const ModelMeasurement& model) {
  std::vector<std::pair<std::string, FieldType>> list;
  for (const auto& [source, name] : model.names()) list.emplace_back(name, std::get<1>(source));
  std::sort(list.begin(), list.end());
  return list;
}

}  // namespace efd::store::testing

// SPDX-License-Identifier: MIT
// LineWriter: rows of one layout as InfluxDB's line protocol
// (https://docs.influxdata.com/influxdb/v1.8/write_protocols/line_protocol_reference/).
//
//   EFD_ASSIGN(auto writer, LineWriter::make("lsst.sal.MTMount_Azimuth", layout));
//   writer.append(rows, 0, text);  // lsst.sal.MTMount_Azimuth f0=1.5,n=3i,s="x"
//   1700000000000000000
//
// The tags that the row has, by key; a field for each value that it has (field_names.h: how they
// are called), and the time in nanoseconds. Integers end in `i`, booleans are `t` and `f`, floats
// are the shortest text that reads back as the same double.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "influx/field_names.h"
#include "rows/byte_buffer.h"
#include "rows/rows.h"

namespace efd::influx {

// Not thread-safe.
class LineWriter {
 public:
  // bad_input: a name or key that line protocol has no way to write: empty, with a line end or a
  // backslash, or a measurement that begins a comment.
  static Result<LineWriter> make(std::string_view measurement,
                                 std::shared_ptr<const rows::Layout> layout);

  // Appends the line of `row`, with its line end. False, and nothing is appended, when the row has
  // no value that can be written. `rows` has the layout of make().
  bool append(const rows::Rows& rows, size_t row, rows::ByteBuffer& out);

  const std::shared_ptr<const rows::Layout>& layout() const { return layout_; }
  // NaN and infinities that were left out: line protocol has no word for them.
  uint64_t left_out() const { return left_out_; }

 private:
  LineWriter(std::string measurement, std::shared_ptr<const rows::Layout> layout);
  void append_tags(const rows::Rows& rows, size_t row, rows::ByteBuffer& out) const;
  void append_values(const rows::ColumnValues& values, uint32_t column, size_t row,
                     rows::ByteBuffer& out);
  void append_value(const rows::ColumnValues& values, rows::ColumnType type, size_t element,
                    std::string_view key, rows::ByteBuffer& out);
  void append_float(double value, std::string_view key, rows::ByteBuffer& out);
  const std::vector<std::string>& keys_of(uint32_t column, size_t elements);

  struct Tag {
    uint32_t column;
    std::string key;  // ",key="
  };

  std::string measurement_;       // escaped; without tags and the blank behind it, too
  std::vector<Tag> tags_;         // by key
  std::vector<uint32_t> fields_;  // columns of the layout
  std::shared_ptr<const rows::Layout> layout_;
  FieldNames names_;
  std::vector<std::vector<std::string>> keys_;  // "name=" of a column's elements so far
  uint64_t left_out_ = 0;
};

}  // namespace efd::influx

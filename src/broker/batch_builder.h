// SPDX-License-Identifier: MIT
// Builds one record batch of magic 2, byte for byte as Kafka's Java client does. Not thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker/record_batch.h"

namespace efd::broker {

// What `add` takes; everything is copied.
struct RecordToAdd {
  int64_t timestamp_ms = -1;
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
};

// The numbers of a batch that do not follow from its records.
struct BatchIdentity {
  int64_t base_offset = 0;
  int32_t leader_epoch = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  bool is_transactional = false;
  std::optional<int64_t> append_time_ms;  // of a topic that stamps by append time
};

class BatchBuilder {
 public:
  BatchBuilder() { clear(); }

  // `headers`: of Header or HeaderView.
  template <class AnyHeader>
  void add(const RecordToAdd& record, std::span<const AnyHeader> headers) {
    begin_record(record, static_cast<int64_t>(headers.size()));
    for (const AnyHeader& header : headers) add_header(header.key, header.value);
    end_record();
  }
  void add(const RecordToAdd& record) { add(record, std::span<const HeaderView>()); }

  int32_t record_count() const { return count_; }
  // Of the batch so far, uncompressed.
  size_t size() const { return bytes_.size(); }

  // The finished batch: valid until the next call of any other function. At least one record.
  Result<std::string_view> finish(const BatchIdentity& identity,
                                  codec::Compression compression = codec::Compression::none);
  void clear();

 private:
  void begin_record(const RecordToAdd& record, int64_t header_count);
  void add_header(std::string_view key, std::optional<std::string_view> value);
  void end_record();

  std::string bytes_;  // room for the header, then the records
  std::string record_;
  std::string compressed_;
  int32_t count_ = 0;
  int64_t first_timestamp_ms_ = -1;
  int64_t max_timestamp_ms_ = -1;
};

}  // namespace efd::broker

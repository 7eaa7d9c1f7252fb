// SPDX-License-Identifier: MIT
// Reads one file of the write-ahead log from its beginning, in blocks. Not thread-safe. For this
// module.
#pragma once

#include <memory>
#include <string>

#include "broker/log/wal_format.h"
#include "system/file_system.h"

namespace efd::broker {

class WalReader {
 public:
  // give_up when the header is not that of this file: it was durable before the file was used.
  static Result<WalReader> open(system::FileSystem& files, std::string path, const Uuid& log_id,
                                uint64_t number);

  // Of the record at the front; 0: there is none. The position stays.
  Result<uint64_t> first_sequence();
  // Whether the record with this sequence comes next; its payload is valid until the next call.
  // False, and the position stays, when the file ends here or something else follows.
  Result<bool> next(uint64_t sequence, WalRecord& record);

  uint64_t position() const { return buffer_position_ + at_; }
  uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }

  // The greatest sequence that any `synced` record behind the position vouches for: what has one
  // up to it was durable, and cannot be missing because the power failed. 0: none.
  Result<uint64_t> last_vouched_for();

 private:
  WalReader(std::unique_ptr<system::File> file, std::string path, uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  Result<> fill(size_t bytes);
  Result<bool> parse(WalRecord& record, size_t& size);
  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

  std::unique_ptr<system::File> file_;
  std::string path_;
  uint64_t size_;
  std::string buffer_;
  uint64_t buffer_position_ = 0;  // in the file
  size_t at_ = 0;                 // in the buffer
};

}  // namespace efd::broker

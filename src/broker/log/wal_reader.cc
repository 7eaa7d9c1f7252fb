// SPDX-License-Identifier: MIT
#include "broker/log/wal_reader.h"

#include <algorithm>

#include "base/bytes.h"

namespace efd::broker {
namespace {
constexpr size_t kBlockBytes = 1u << 20;
constexpr size_t kSyncedRecordBytes = wal_record_size(sizeof(uint64_t));
}  // namespace

Result<WalReader> WalReader::open(system::FileSystem& files, std::string path, const Uuid& log_id,
                                  uint64_t number) {
  EFD_ASSIGN(auto file, files.open(path, system::Open::read));
  EFD_ASSIGN(uint64_t size, file->size());
  WalReader reader(std::move(file), std::move(path), size);
  EFD_TRY(reader.fill(kWalFileHeaderBytes));
  auto header = check_wal_file_header(reader.rest(), log_id, number);
  if (!header)
    return fail(ErrorCode::give_up,
                "{}: {}: restore the file from a copy, or run `efd log repair`, which says what it "
                "drops",
                reader.path_, header.error().message);
  reader.at_ = kWalFileHeaderBytes;
  return reader;
}

// Tries to have so many bytes in the buffer; there are fewer at the end of the file.
Result<> WalReader::fill(size_t bytes) {
  if (buffer_.size() - at_ >= bytes) return {};
  buffer_.erase(0, at_);
  buffer_position_ += at_;
  at_ = 0;
  size_t had = buffer_.size();
  uint64_t left = size_ - buffer_position_ - had;
  buffer_.resize(had + std::min<uint64_t>(std::max(bytes - had, kBlockBytes), left));
  EFD_ASSIGN(size_t got,
             file_->read_at(buffer_position_ + had, buffer_.data() + had, buffer_.size() - had));
  buffer_.resize(had + got);
  return {};
}

Result<uint64_t> WalReader::first_sequence() {
  WalRecord record;
  size_t size = 0;
  EFD_ASSIGN(bool found, parse(record, size));
  return found ? record.sequence : 0;
}

Result<bool> WalReader::next(uint64_t sequence, WalRecord& record) {
  size_t size = 0;
  EFD_ASSIGN(bool found, parse(record, size));
  if (!found || record.sequence != sequence) return false;
  at_ += size;
  return true;
}

// False: what comes next is no whole record.
Result<bool> WalReader::parse(WalRecord& record, size_t& size) {
  size = kWalRecordHeaderBytes;
  WalParse parsed = WalParse::incomplete;
  while (parsed == WalParse::incomplete) {
    EFD_TRY(fill(size));
    if (rest().size() < size) return false;
    parsed = parse_wal_record(rest(), record, size);
  }
  return parsed == WalParse::record;
}

Result<uint64_t> WalReader::last_vouched_for() {
  uint64_t vouched = 0;
  for (;; at_ += 8) {
    EFD_TRY(fill(kSyncedRecordBytes));
    if (rest().size() < kSyncedRecordBytes) return vouched;
    if (static_cast<WalKind>(rest()[kWalKindPosition]) != WalKind::synced) continue;
    WalRecord record;
    size_t size = 0;
    if (parse_wal_record(rest(), record, size) == WalParse::record && record.payload.size() == 8)
      vouched = std::max(vouched, load_little<uint64_t>(record.payload.data()));
  }
}

}  // namespace efd::broker

// SPDX-License-Identifier: MIT
// The log in memory. All partitions' batches lie in chunks, in the order in which they were
// appended and in the form in which the WAL has them; a chunk is what is still to be written, what
// is not yet in segment files, and what readers are served from, all at once. For this module;
// guarded by the log's lock, but for the bytes of a chunk, which never change once they are sealed.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "broker/commit_log.h"
#include "system/file_system.h"

namespace efd::broker {

// One file of the WAL. Written to and synced by whoever holds the log's write or commit lock.
struct WalFile {
  std::unique_ptr<system::File> file;
  uint64_t number = 0;
  std::string path;
};

struct Chunk : std::enable_shared_from_this<Chunk> {
  uint64_t number = 0;
  size_t capacity = 0;
  size_t used = 0;
  size_t handed_out = 0;  // what take_unwritten has given away
  std::unique_ptr<char[]> bytes;
  std::shared_ptr<WalFile> file;  // none: recovered, and in a file of the WAL already
  uint64_t file_offset = 0;       // where what is handed out next goes
  uint64_t last_sequence = 0;
  std::vector<PartitionHandle> partitions;  // those with batches in it
};

// One batch of a partition.
struct TailEntry {
  int64_t base_offset = 0;
  int64_t next_offset = 0;
  int64_t max_timestamp_ms = -1;
  const char* bytes = nullptr;
  size_t size = 0;
  Chunk* chunk = nullptr;

  std::string_view batch() const { return {bytes, size}; }
};

// The batches of one partition that are in memory, without gaps, up to its end.
class Tail {
 public:
  using Iterator = std::vector<TailEntry>::const_iterator;

  void push(const TailEntry& entry) { entries_.push_back(entry); }
  Iterator begin() const { return entries_.begin() + static_cast<std::ptrdiff_t>(head_); }
  Iterator end() const { return entries_.end(); }
  bool empty() const { return head_ == entries_.size(); }
  // The entry that contains `offset` or is the first behind it.
  Iterator find(Offset offset) const;
  // Entries of chunks with a lower number are gone.
  void drop_below_chunk(uint64_t number);
  void clear();

 private:
  std::vector<TailEntry> entries_;
  size_t head_ = 0;
};

// Bytes to be written, all for one file and without gaps.
struct UnwrittenRun {
  std::shared_ptr<WalFile> file;
  uint64_t offset = 0;
  std::vector<std::string_view> parts;
  std::vector<std::shared_ptr<const Chunk>> owners;
};

// The chunks, oldest first. The last one is being filled.
class ChunkQueue {
 public:
  static constexpr size_t kChunkBytes = 256u << 10;

  struct Place {
    Chunk* chunk;
    char* bytes;
  };
  // Room for `size` bytes without a gap; aligned to 8.
  Place reserve(size_t size);
  // What is reserved from now on goes to this file, from `offset` on. Null: is written already.
  void switch_file(std::shared_ptr<WalFile> file, uint64_t offset);
  // All records behind this sequence are to be written to this file, from `offset` on, whether or
  // not they have been written before; and so is what is reserved from now on.
  void write_again(uint64_t sequence, std::shared_ptr<WalFile> file, uint64_t offset);
  // The sealed records behind this sequence that are in memory.
  std::vector<std::string_view> records_behind(uint64_t sequence) const;
  // Takes them away again: nothing refers to them.
  void forget_behind(uint64_t sequence);
  // Of the file that what is reserved goes to; 0: there is none.
  uint64_t file_number() const { return file_ ? file_->number : 0; }
  // Everything reserved and not yet taken.
  std::vector<UnwrittenRun> take_unwritten();
  // Drops the oldest chunks whose records are all in a checkpoint, down to `bytes_max` of such.
  // Their partitions' tails forget them.
  void evict(uint64_t checkpointed_sequence, size_t bytes_max);

 private:
  Chunk& add_chunk(size_t size);
  size_t first_chunk_behind(uint64_t sequence) const;

  std::deque<std::shared_ptr<Chunk>> chunks_;
  uint64_t next_number_ = 0;
  size_t first_unwritten_ = 0;  // index into chunks_
  bool sealed_ = true;
  std::shared_ptr<WalFile> file_;
  uint64_t file_end_ = 0;
};

}  // namespace efd::broker

// SPDX-License-Identifier: MIT
#include "broker/log/tail.h"

#include <algorithm>

#include "broker/log/partition.h"
#include "broker/log/wal_format.h"

namespace efd::broker {
namespace {

// The place in a chunk of its first record behind `sequence`.
size_t position_behind(const Chunk& chunk, uint64_t sequence) {
  size_t at = 0;
  while (at < chunk.used && sealed_wal_record_sequence(chunk.bytes.get() + at) <= sequence)
    at += sealed_wal_record_size(chunk.bytes.get() + at);
  return at;
}

}  // namespace

Tail::Iterator Tail::find(Offset offset) const {
  // Most readers want the last few: searched for from the end, in steps that double.
  auto is_before = [&](const TailEntry& entry) { return entry.next_offset <= offset.value(); };
  Iterator last = end();
  for (std::ptrdiff_t step = 1; last != begin(); step *= 2) {
    Iterator first = last - std::min(step, last - begin());
    if (is_before(*first)) return std::partition_point(first + 1, last, is_before);
    last = first;
  }
  return last;
}

void Tail::drop_below_chunk(uint64_t number) {
  while (head_ < entries_.size() && entries_[head_].chunk->number < number) ++head_;
  if (head_ == entries_.size()) return clear();
  if (head_ < entries_.size() / 2) return;
  entries_.erase(entries_.begin(), begin());
  head_ = 0;
}

void Tail::clear() {
  // An idle partition keeps no buffer.
  std::vector<TailEntry>().swap(entries_);
  head_ = 0;
}

Chunk& ChunkQueue::add_chunk(size_t size) {
  auto chunk = std::make_shared<Chunk>();
  chunk->number = next_number_++;
  chunk->capacity = std::max(size, kChunkBytes);
  chunk->bytes = std::make_unique_for_overwrite<char[]>(chunk->capacity);
  chunk->file = file_;
  chunk->file_offset = file_end_;
  chunks_.push_back(std::move(chunk));
  sealed_ = false;
  return *chunks_.back();
}

ChunkQueue::Place ChunkQueue::reserve(size_t size) {
  bool fits = !sealed_ && chunks_.back()->capacity - chunks_.back()->used >= size;
  Chunk& chunk = fits ? *chunks_.back() : add_chunk(size);
  char* bytes = chunk.bytes.get() + chunk.used;
  chunk.used += size;
  file_end_ += size;
  return {&chunk, bytes};
}

void ChunkQueue::switch_file(std::shared_ptr<WalFile> file, uint64_t offset) {
  file_ = std::move(file);
  file_end_ = offset;
  sealed_ = true;
}

size_t ChunkQueue::first_chunk_behind(uint64_t sequence) const {
  size_t first = chunks_.size();
  while (first > 0 && chunks_[first - 1]->last_sequence > sequence) --first;
  return first;
}

void ChunkQueue::write_again(uint64_t sequence, std::shared_ptr<WalFile> file, uint64_t offset) {
  switch_file(std::move(file), offset);
  first_unwritten_ = first_chunk_behind(sequence);
  for (size_t i = first_unwritten_; i < chunks_.size(); ++i) {
    Chunk& chunk = *chunks_[i];
    chunk.handed_out = position_behind(chunk, sequence);
    chunk.file = file_;
    chunk.file_offset = file_end_;
    file_end_ += chunk.used - chunk.handed_out;
  }
}

std::vector<std::string_view> ChunkQueue::records_behind(uint64_t sequence) const {
  std::vector<std::string_view> records;
  for (size_t i = first_chunk_behind(sequence); i < chunks_.size(); ++i) {
    const Chunk& chunk = *chunks_[i];
    for (size_t at = position_behind(chunk, sequence); at < chunk.used;) {
      records.emplace_back(chunk.bytes.get() + at, sealed_wal_record_size(chunk.bytes.get() + at));
      at += records.back().size();
    }
  }
  return records;
}

void ChunkQueue::forget_behind(uint64_t sequence) {
  for (size_t i = first_chunk_behind(sequence); i < chunks_.size(); ++i) {
    chunks_[i]->used = position_behind(*chunks_[i], sequence);
    chunks_[i]->last_sequence = sequence;
  }
}

std::vector<UnwrittenRun> ChunkQueue::take_unwritten() {
  std::vector<UnwrittenRun> runs;
  for (size_t i = first_unwritten_; i < chunks_.size(); ++i) {
    Chunk& chunk = *chunks_[i];
    if (chunk.handed_out == chunk.used || !chunk.file) continue;
    if (runs.empty() || runs.back().file != chunk.file)
      runs.push_back({chunk.file, chunk.file_offset, {}, {}});
    size_t size = chunk.used - chunk.handed_out;
    runs.back().parts.emplace_back(chunk.bytes.get() + chunk.handed_out, size);
    runs.back().owners.push_back(chunks_[i]);
    chunk.handed_out = chunk.used;
    chunk.file_offset += size;
  }
  first_unwritten_ = chunks_.empty() ? 0 : chunks_.size() - 1;
  return runs;
}

void ChunkQueue::evict(uint64_t checkpointed_sequence, size_t bytes_max) {
  size_t checkpointed = 0;
  for (const auto& chunk : chunks_) {
    if (chunk->last_sequence > checkpointed_sequence) break;
    checkpointed += chunk->capacity;
  }
  // The last one stays: it may be filled further, and not all of it may be written.
  while (chunks_.size() > 1 && checkpointed > bytes_max && first_unwritten_ > 0) {
    Chunk& chunk = *chunks_.front();
    if (chunk.last_sequence > checkpointed_sequence) return;
    for (const PartitionHandle& partition : chunk.partitions)
      partition->tail.drop_below_chunk(chunk.number + 1);
    checkpointed -= chunk.capacity;
    chunks_.pop_front();
    --first_unwritten_;
  }
}

}  // namespace efd::broker

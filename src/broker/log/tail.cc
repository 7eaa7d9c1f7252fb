// SPDX-License-Identifier: MIT
#include "broker/log/tail.h"

#include <algorithm>

#include "broker/log/partition.h"

namespace efd::broker {

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

std::vector<UnwrittenRun> ChunkQueue::take_unwritten() {
  std::vector<UnwrittenRun> runs;
  for (size_t i = first_unwritten_; i < chunks_.size(); ++i) {
    Chunk& chunk = *chunks_[i];
    if (chunk.handed_out == chunk.used || !chunk.file) continue;
    if (runs.empty() || runs.back().file != chunk.file)
      runs.push_back({chunk.file, chunk.file_offset + chunk.handed_out, {}, {}});
    runs.back().parts.emplace_back(chunk.bytes.get() + chunk.handed_out,
                                   chunk.used - chunk.handed_out);
    runs.back().owners.push_back(chunks_[i]);
    chunk.handed_out = chunk.used;
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

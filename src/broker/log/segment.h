// SPDX-License-Identifier: MIT
// Segment files: the batches of a partition, byte for byte and one behind the other, in Kafka's
// folders and names. For this module.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "broker/log/tail.h"
#include "broker/record_batch.h"
#include "broker/topic_config.h"
#include "system/file_system.h"

namespace efd::broker {

// One file, as far as a checkpoint has made it durable.
struct Segment {
  int64_t base_offset = 0;  // of its first record, and its name
  int64_t end_offset = 0;   // behind its last record
  uint64_t length = 0;
  int64_t max_timestamp_ms = -1;
  int64_t first_append_ms = 0;  // by the log's clock
  int64_t last_append_ms = 0;
  // From when on retention counts the segment's age: the youngest of its batches' greatest times.
  // A batch without any, or with one from the future, counts as of when it came.
  int64_t age_from_ms = 0;
};

std::string segment_file_name(int64_t base_offset);  // "00000000000000000042.log"
std::string partition_folder(const std::string& log_path, const TopicName& topic,
                             Partition partition);

// Reads one segment file. Its sparse index (an entry every 32 KiB) is made by reading, as far as it
// is needed. Thread-safe.
class SegmentReader {
 public:
  static Result<std::unique_ptr<SegmentReader>> open(system::FileSystem& files, std::string path);

  // The position of the first batch that ends behind `offset`; `length` when there is none.
  Result<uint64_t> find_offset(Offset offset, uint64_t length);
  // Of the first such batch that has, too, a record at or after `timestamp_ms`.
  Result<uint64_t> find_time(Offset offset, int64_t timestamp_ms, uint64_t length);
  // The greatest time of the batches from `position` on; -1: none has one.
  Result<int64_t> max_time(uint64_t position, uint64_t length);
  // Whole batches from `position` on: at least one, then up to `bytes_max`; their CRCs are checked.
  Result<std::string> read(uint64_t position, uint64_t length, size_t bytes_max);

 private:
  struct IndexEntry {
    int64_t offset;
    uint64_t position;
    int64_t max_timestamp_before_ms;  // of all batches before it
  };
  static constexpr uint64_t kIndexIntervalBytes = 32u << 10;
  using Wanted = std::function<bool(const BatchHeader&)>;

  SegmentReader(std::unique_ptr<system::File> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}
  IndexEntry before(Offset offset) const;
  Result<uint64_t> walk(IndexEntry from, uint64_t length, const Wanted& wanted);
  void note(const IndexEntry& entry);
  Result<BatchHeader> header_at(uint64_t position, uint64_t length);
  tl::unexpected<Error> rot(uint64_t position, std::string_view what) const;

  std::unique_ptr<system::File> file_;
  std::string path_;
  std::mutex mutex_;
  std::vector<IndexEntry> index_;
  std::string window_;  // of the file, from window_position_ on
  uint64_t window_position_ = 0;
};

// Open segments with their indexes, the last used first. Thread-safe.
class SegmentCache {
 public:
  static constexpr size_t kSegmentsMax = 256;
  explicit SegmentCache(system::FileSystem& files) : files_(files) {}

  Result<std::shared_ptr<SegmentReader>> open(const TopicId& topic, const std::string& path);
  // Forgets what lies in a folder (or one file): it is about to be deleted.
  void forget(const std::string& path_prefix);

 private:
  using Key = std::pair<TopicId, std::string>;
  using Entry = std::pair<Key, std::shared_ptr<SegmentReader>>;

  system::FileSystem& files_;
  std::mutex mutex_;
  std::list<Entry> entries_;
  std::map<Key, std::list<Entry>::iterator> by_key_;
};

// Appends a partition's batches to its last segment, rolling to new ones. Nothing in memory is
// changed: what came of it is in `segments`, to be taken over when the checkpoint is committed, and
// that only when all of `unsynced` has been synced. (All partitions are written before the
// first one is synced: so one commit of the file system's journal does for all.)
struct SegmentWrite {
  std::string folder;
  std::vector<Segment> segments;  // before; after a success: what is there then
};
// What has been written and is still to be synced.
struct UnsyncedPaths {
  std::vector<std::string> files;
  std::vector<std::string> folders;
};
Result<> write_segments(system::FileSystem& files, const std::vector<TailEntry>& entries,
                        const TopicSettings& settings, int64_t now_ms, SegmentWrite& write,
                        UnsyncedPaths& unsynced);

}  // namespace efd::broker

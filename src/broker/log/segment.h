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
  // By these a file is known for the one that was written: header_crc of its first and last batch.
  uint32_t first_crc = 0;
  uint32_t last_crc = 0;
  uint64_t last_position = 0;  // where the last batch begins

  // Whether a batch with this header may begin there: its numbers fit within the segment.
  bool may_hold(const BatchHeader& header, uint64_t position) const;
};

// Whether the file holds as much as was written of it, and its last batch is the one that was.
Result<bool> ends_as_written(system::FileSystem& files, const std::string& folder,
                             const Segment& segment);

std::string segment_file_name(int64_t base_offset);  // "00000000000000000042.log"
std::string partition_folder(const std::string& log_path, const TopicName& topic,
                             Partition partition);

// Of the whole header of a batch, base offset and leader epoch with it, which its own CRC leaves
// out.
uint32_t header_crc(std::string_view batch);

// A stretch of a segment that cannot be read: a batch that is spoilt and what nobody can find
// behind it, or all of a file that is missing or another one.
struct Rot {
  uint64_t position = 0;
  uint64_t end_position = 0;  // of the next batch that can be read; or the segment's length
  int64_t from = 0;           // the offsets of its records
  int64_t next = 0;
  // Only what no CRC covers is spoilt, and its neighbours say what stood there.
  bool is_mendable = false;
  std::string message;  // file, byte, what is wrong, offsets, what to do

  static Rot of_all(const std::string& path, const Segment& segment, std::string_view what);
  std::string advice() const;
};
using OnRot = std::function<void(const std::string& path, const Rot&)>;

// Reads one segment file. Its sparse index (an entry every 32 KiB) is made by reading, as far as it
// is needed. What cannot be read is found on the way, told once, and passed over: the batches
// before and behind it are read as if nothing were. Thread-safe.
//
// The batches of a segment follow each other without a gap, from its base offset to its end: so
// offsets and lengths, which no CRC covers, are checked by what stands before and behind them.
class SegmentReader {
 public:
  // The file is looked at: one that is not what was written, is all rot. not_found: it is missing.
  static Result<std::unique_ptr<SegmentReader>> open(system::FileSystem& files, std::string path,
                                                     const Segment& segment, OnRot on_rot);

  // Where a batch, or a stretch of rot, begins.
  struct Place {
    uint64_t position = 0;
    int64_t offset = 0;
  };
  static Place begin_of(const Segment& segment) { return {0, segment.base_offset}; }
  // In what follows `segment` is the same one as before, or has grown since.
  // The first batch, or stretch of rot, that ends behind `offset`; the segment's end when there is
  // none.
  Result<Place> find_offset(Offset offset, const Segment& segment);
  // The first batch that ends behind `offset`, has a record at or after `timestamp_ms`, and can be
  // read, as far as its header tells.
  Result<Place> find_time(Offset offset, int64_t timestamp_ms, const Segment& segment);
  // The greatest time of the batches from there on that can be read; -1: none has one.
  Result<int64_t> max_time(const Place& from, const Segment& segment);
  // Whole batches from there on, as far as they can be read: at least one, then up to `bytes_max`.
  // Or the rot that begins there.
  struct Found {
    std::string bytes;
    std::optional<Rot> rot;
    Place next;
  };
  Result<Found> read(const Place& from, const Segment& segment, size_t bytes_max);
  // Reads all of it: every stretch of rot that there is.
  Result<std::vector<Rot>> check_all(const Segment& segment);

 private:
  struct IndexEntry {
    Place at;
    int64_t max_timestamp_before_ms;  // of all batches before it
  };
  // A batch, or a stretch of rot.
  struct Step {
    IndexEntry next;
    bool is_rot = false;
    BatchHeader header;
  };
  static constexpr uint64_t kIndexIntervalBytes = 32u << 10;
  using Wanted = std::function<bool(const Step&)>;

  SegmentReader(std::unique_ptr<system::File> file, std::string path, OnRot on_rot)
      : file_(std::move(file)), path_(std::move(path)), on_rot_(std::move(on_rot)) {}
  // All that follow: under the lock.
  Result<> identify(const Segment& segment);
  IndexEntry before(Offset offset, const Segment& segment) const;
  Result<Place> walk(IndexEntry from, const Segment& segment, const Wanted& wanted);
  void note(const IndexEntry& entry);
  Result<std::optional<Step>> step(const IndexEntry& from, const Segment& segment);
  Result<std::optional<BatchHeader>> header_at(uint64_t position, uint64_t length);
  Result<bool> is_whole(uint64_t position, const Segment& segment);
  Result<Rot> find_rot(const Place& from, const Segment& segment);
  Result<Place> find_next(const Place& from, const Segment& segment);
  Result<Place> search_next(const Place& from, const Segment& segment);
  Result<bool> begins_at(uint64_t position, int64_t behind, const Segment& segment);
  Result<bool> is_followed(uint64_t position, const BatchHeader& header, const Segment& segment);
  Result<bool> is_mendable(const Place& from, const Place& next);
  Result<std::string> describe(const Place& from, const Segment& segment);
  void keep(const Rot& rot);

  std::unique_ptr<system::File> file_;
  std::string path_;
  OnRot on_rot_;
  std::mutex mutex_;
  std::vector<IndexEntry> index_;
  std::map<uint64_t, Rot> rots_;  // by position
  std::string window_;            // of the file, from window_position_ on
  uint64_t window_position_ = 0;
};

// Open segments with their indexes, the last used first. Thread-safe.
class SegmentCache {
 public:
  static constexpr size_t kSegmentsMax = 256;
  SegmentCache(system::FileSystem& files, OnRot on_rot)
      : files_(files), on_rot_(std::move(on_rot)) {}

  Result<std::shared_ptr<SegmentReader>> open(const TopicId& topic, const std::string& path,
                                              const Segment& segment);
  // Forgets what lies in a folder (or one file): it is about to be deleted.
  void forget(const std::string& path_prefix);

 private:
  using Key = std::pair<TopicId, std::string>;
  using Entry = std::pair<Key, std::shared_ptr<SegmentReader>>;

  system::FileSystem& files_;
  const OnRot on_rot_;
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
  bool must_roll = false;         // nothing is appended to the last one
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

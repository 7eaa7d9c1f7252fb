// SPDX-License-Identifier: MIT
// Reading segment files. What is always in memory is a SegmentInfo; the file and its directory are
// opened when a scan comes to them and kept for a while.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/removed_files.h"
#include "store/scan.h"
#include "store/segment_directory.h"
#include "store/segment_format.h"
#include "system/file_system.h"

namespace efd::store {

// A set of small numbers.
class IdSet {
 public:
  void add(uint32_t id);
  bool contains(uint32_t id) const {
    return id / 64 < words_.size() && (words_[id / 64] >> id % 64 & 1);
  }
  bool has_common(const IdSet& other) const;
  const std::vector<uint64_t>& words() const { return words_; }
  static IdSet from_words(std::vector<uint64_t> words);

 private:
  std::vector<uint64_t> words_;
};

// A file's place in the order of the log: it has rows of the cuts [first, last] and no others.
// Files of one policy and shard have places of their own; those of several shards may have the
// same.
struct FileOrder {
  uint64_t first = 0;
  uint64_t last = 0;
  auto operator<=>(const FileOrder&) const = default;
};

// Where new files lie, below the store's folder.
constexpr const char* kSegmentsFolder = "segments";

// What the manifest says of a file.
struct SegmentInfo {
  SegmentHeader header;
  std::string folder = kSegmentsFolder;
  FileOrder order;
  uint64_t bytes = 0;
  uint64_t rows = 0;
  uint64_t values = 0;  // not null
  int64_t min_ns = INT64_MAX;
  int64_t max_ns = INT64_MIN;
  IdSet measurements;
};

// "NNNNNNNNNNNN.seg"
std::string segment_name(uint64_t number);
inline RemovedFile removed(const SegmentInfo& info) {
  return {info.header.number, info.folder};
}

// An open file and its directory.
struct OpenSegment {
  std::unique_ptr<system::File> file;
  std::string path;
  SegmentHeader header;
  SegmentSections sections;
  std::string directory;
  uint64_t blocks_end = 0;
  uint64_t bytes = 0;
};

// Checks header, footer, section table and directory. `give_up` (naming the file) for rot.
Result<std::shared_ptr<const OpenSegment>> open_segment(system::FileSystem& files,
                                                        const std::string& path);
// False when its writing was not finished: footer and section table are not whole.
Result<bool> has_whole_footer(system::FileSystem& files, const std::string& path);
// `give_up` when a file is not the one that `expected` is the header of: another store's, or
// another one of this store.
Result<> check_identity(const OpenSegment& segment, const SegmentHeader& expected);

// Keeps the segments used last open, and the damage that their readers find. Thread-safe.
class SegmentCache {
 public:
  // Files open at once, and bytes of their directories.
  static constexpr size_t kOpenMax = 256;
  static constexpr size_t kDirectoryBytesMax = 64 << 20;
  // Damaged files that are remembered and told of.
  static constexpr size_t kDamagedMax = 64;

  // `removed`: gets the files that are unlinked.
  SegmentCache(system::FileSystem& files, std::string store_path,
               std::shared_ptr<RemovedFiles> removed)
      : files_(files), store_path_(std::move(store_path)), removed_(std::move(removed)) {}
  // The file that the manifest means; each damage is told once.
  Result<std::shared_ptr<const OpenSegment>> get(const SegmentInfo& info);
  // Nobody reads it any more, and no commit names it.
  void unlink(const SegmentInfo& info);
  void note_damage(uint64_t number, const Error& error);
  std::vector<std::string> damage() const;

 private:
  struct Entry {
    uint64_t number;
    std::shared_ptr<const OpenSegment> segment;
  };
  void insert(uint64_t number, std::shared_ptr<const OpenSegment> segment);

  void erase(uint64_t number);

  system::FileSystem& files_;
  const std::string store_path_;
  const std::shared_ptr<RemovedFiles> removed_;
  mutable std::mutex mutex_;
  std::map<uint64_t, std::string> damage_;
  std::list<Entry> entries_;  // the one used last in front
  std::unordered_map<uint64_t, std::list<Entry>::iterator> by_number_;
  size_t directory_bytes_ = 0;
};

// A committed file. Thread-safe; what is public does not change.
class SegmentFile {
 public:
  SegmentFile(SegmentInfo info, std::shared_ptr<SegmentCache> cache)
      : info(std::move(info)), cache(std::move(cache)) {}
  SegmentFile(const SegmentFile&) = delete;
  // Unlinks it, when it was retired.
  ~SegmentFile();
  // No commit names it any more: it goes with the last one who holds it.
  void retire() const { is_retired_ = true; }

  const SegmentInfo info;
  const std::shared_ptr<SegmentCache> cache;

 private:
  mutable std::atomic<bool> is_retired_ = false;
};
using SegmentFiles = std::vector<std::shared_ptr<const SegmentFile>>;  // in the order of the log

// What of a measurement lies in a file; nothing (rows 0) when it has no rows there.
struct RowTotals {
  uint64_t rows = 0;
  int64_t min_ns = INT64_MAX;
  int64_t max_ns = INT64_MIN;
  void add(const RowTotals& more);
};
Result<RowTotals> totals_in(const SegmentFile& file, uint32_t measurement);

// The row groups of one measurement in one file, for a scan.
std::shared_ptr<const Source> segment_source(std::shared_ptr<const SegmentFile> file,
                                             uint32_t measurement);

}  // namespace efd::store

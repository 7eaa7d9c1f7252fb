// SPDX-License-Identifier: MIT
// Reading segment files. What is always in memory is a SegmentInfo; the file and its directory are
// opened when a scan comes to them and kept for a while.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

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
  const std::vector<uint64_t>& words() const { return words_; }
  static IdSet from_words(std::vector<uint64_t> words);

 private:
  std::vector<uint64_t> words_;
};

// What the manifest says of a file.
struct SegmentInfo {
  SegmentHeader header;
  uint64_t bytes = 0;
  uint64_t rows = 0;
  uint64_t values = 0;  // not null
  int64_t min_ns = INT64_MAX;
  int64_t max_ns = INT64_MIN;
  IdSet measurements;
};

// "NNNNNNNNNNNN.seg"
std::string segment_name(uint64_t number);

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

  SegmentCache(system::FileSystem& files, std::string folder)
      : files_(files), folder_(std::move(folder)) {}
  // The file that has this header; each damage is told once.
  Result<std::shared_ptr<const OpenSegment>> get(const SegmentHeader& header);
  void note_damage(uint64_t number, const Error& error);
  std::vector<std::string> damage() const;

 private:
  struct Entry {
    uint64_t number;
    std::shared_ptr<const OpenSegment> segment;
  };
  void insert(uint64_t number, std::shared_ptr<const OpenSegment> segment);

  system::FileSystem& files_;
  const std::string folder_;
  mutable std::mutex mutex_;
  std::map<uint64_t, std::string> damage_;
  std::list<Entry> entries_;  // the one used last in front
  std::unordered_map<uint64_t, std::list<Entry>::iterator> by_number_;
  size_t directory_bytes_ = 0;
};

// A committed file. Immutable; thread-safe.
struct SegmentFile {
  SegmentInfo info;
  std::shared_ptr<SegmentCache> cache;
};
using SegmentFiles = std::vector<std::shared_ptr<const SegmentFile>>;  // in order of number

// The row groups of one measurement in one file, for a scan.
std::shared_ptr<const Source> segment_source(std::shared_ptr<const SegmentFile> file,
                                             uint32_t measurement);

}  // namespace efd::store

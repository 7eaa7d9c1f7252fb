// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>
#include <utility>

#include "broker/log/segment.h"

namespace efd::broker {
namespace {

// How often a partition's last segment is closed though it is not full, so that retention by time,
// which drops whole files, keeps at most a quarter more than it was asked to.
int64_t roll_ms(const TopicSettings& settings) {
  if (settings.retention_ms < 0) return settings.segment_ms;
  return std::min<int64_t>(settings.segment_ms, std::max<int64_t>(settings.retention_ms / 4, 1000));
}

bool must_roll(const Segment& last, const TailEntry& next, const TopicSettings& settings,
               int64_t now_ms) {
  if (last.length == 0) return false;
  return last.length + next.size > static_cast<uint64_t>(settings.segment_bytes) ||
         now_ms - last.first_append_ms >= roll_ms(settings) ||
         next.next_offset - last.base_offset > std::numeric_limits<int32_t>::max() ||
         last.end_offset != next.base_offset;
}

// One segment's part of a write.
struct Run {
  uint64_t offset = 0;  // in the file
  bool is_new = false;
  std::vector<std::string_view> parts;
};

void extend(Segment& segment, const TailEntry& entry, int64_t now_ms) {
  segment.last_crc = header_crc(entry.batch());
  segment.last_position = segment.length;
  if (segment.length == 0) segment.first_crc = segment.last_crc;
  segment.length += entry.size;
  segment.end_offset = entry.next_offset;
  segment.max_timestamp_ms = std::max(segment.max_timestamp_ms, entry.max_timestamp_ms);
  segment.last_append_ms = now_ms;
  int64_t age_from_ms = entry.max_timestamp_ms < 0 ? now_ms : entry.max_timestamp_ms;
  segment.age_from_ms = std::max(segment.age_from_ms, std::min(age_from_ms, now_ms));
}

// Nothing is written behind what is not there, or is another file: that one is left as it is.
Result<bool> can_grow(system::FileSystem& files, const std::string& folder,
                      const std::vector<Segment>& segments) {
  if (segments.empty()) return false;
  return ends_as_written(files, folder, segments.back());
}

// What no checkpoint knows of a file that is given up.
Result<> cut_off(system::FileSystem& files, const SegmentWrite& write) {
  const Segment& last = write.segments.back();
  std::string path = write.folder + "/" + segment_file_name(last.base_offset);
  EFD_ASSIGN(auto file, files.open(path, system::Open::write));
  return file->truncate(last.length);
}

// A folder without segments may be left of a checkpoint that came to nothing, too.
Result<> make_folder(system::FileSystem& files, const std::string& folder) {
  EFD_TRY(system::remove_tree(files, folder));
  return files.make_directory(folder);
}

Result<> write_run(system::FileSystem& files, const std::string& path, const Run& run) {
  // A checkpoint that came to nothing may have left one there, which could not be synced.
  if (run.is_new) EFD_TRY(system::remove_if_there(files, path));
  EFD_ASSIGN(auto file,
             files.open(path, run.is_new ? system::Open::create_new : system::Open::write));
  return file->write_at(run.offset, run.parts);
}

}  // namespace

Result<> write_segments(system::FileSystem& files, const std::vector<TailEntry>& entries,
                        const TopicSettings& settings, int64_t now_ms, SegmentWrite& write,
                        UnsyncedPaths& unsynced) {
  std::vector<Run> runs;  // of the last segments
  size_t had = write.segments.size();
  if (had == 0) EFD_TRY(make_folder(files, write.folder));
  EFD_ASSIGN(bool grows, can_grow(files, write.folder, write.segments));
  if (grows && write.must_roll) EFD_TRY(cut_off(files, write));
  grows = grows && !write.must_roll;
  for (const TailEntry& entry : entries) {
    bool rolls =
        !std::exchange(grows, true) || must_roll(write.segments.back(), entry, settings, now_ms);
    if (rolls)
      write.segments.push_back({entry.base_offset, entry.base_offset, 0, -1, now_ms, now_ms, 0});
    if (rolls || runs.empty()) runs.push_back({write.segments.back().length, rolls, {}});
    runs.back().parts.push_back(entry.batch());
    extend(write.segments.back(), entry, now_ms);
  }
  if (write.segments.size() > had) unsynced.folders.push_back(write.folder);
  auto segment = write.segments.end() - static_cast<std::ptrdiff_t>(runs.size());
  for (const Run& run : runs) {
    std::string path = write.folder + "/" + segment_file_name((segment++)->base_offset);
    EFD_TRY(write_run(files, path, run));
    unsynced.files.push_back(std::move(path));
  }
  return {};
}

}  // namespace efd::broker

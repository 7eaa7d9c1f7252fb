// SPDX-License-Identifier: MIT
// Writes one segment file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/block.h"
#include "store/segment_directory.h"
#include "store/segment_file.h"
#include "store/segment_format.h"
#include "system/file_system.h"

namespace efd::store {

// Blocks go in by measurement, each measurement's in the order of the log; they must live until
// finish() returns. After a failure the file is of no use: drop it and write another.
class SegmentWriter {
 public:
  // `info`: header, folder and order of the file.
  SegmentWriter(std::unique_ptr<system::File> file, SegmentInfo info);

  Result<> add(uint32_t measurement, const EncodedBlock& block);
  // The same for a row group of another file: `bytes` is its block, and only these must live until
  // the next call.
  Result<> copy(uint32_t measurement, RowGroup group, std::string_view bytes);
  // What is in it so far.
  const SegmentInfo& info() const { return info_; }
  // Writes the rest and makes the contents durable (not the name). The sections as encode_positions
  // and encode_names make them.
  Result<SegmentInfo> finish(std::string_view positions, std::string_view names);

 private:
  void note(uint32_t measurement, const RowGroup& group, std::string_view bytes);
  Result<> write_pending();
  std::string tail(std::string_view positions, std::string_view names) const;

  std::unique_ptr<system::File> file_;
  std::string header_bytes_;
  std::vector<std::string_view> pending_;
  size_t pending_bytes_ = 0;
  uint64_t written_ = 0;
  uint64_t synced_ = 0;
  uint64_t end_ = 0;  // written and pending
  RowGroups groups_;
  SegmentInfo info_;
};

}  // namespace efd::store

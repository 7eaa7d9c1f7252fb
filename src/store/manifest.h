// SPDX-License-Identifier: MIT
// The manifest: an append-only file of checksummed records, each a commit. It starts with a record
// of all there is; when it has grown, or an append failed, a new one replaces it.
//
// Not thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/manifest_edit.h"
#include "system/file_system.h"

namespace efd::store {

constexpr std::string_view kManifestMagic = "EFDMANI\n";
constexpr uint32_t kManifestVersion = 3;

class Manifest {
 public:
  // Appended records beyond that size (and that of the first record) ask for a new file.
  static constexpr uint64_t kRotateBytes = 4 << 20;

  Manifest(system::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  // Reads every whole record; a torn one at the end, as a power cut leaves it, is passed over and
  // logged.
  // `not_found`: no manifest; `give_up`: rot, naming file and place. rotate() must follow.
  Result<> recover(const std::function<Result<>(const ManifestEdit&)>& apply);
  // What the next record follows is to be written whole before.
  void ask_for_rotation() { file_ = nullptr; }
  bool wants_rotation() const { return !file_ || appended_bytes_ > rotate_at_; }
  // A new file with that one record takes the old one's place; durable when it returns.
  Result<> rotate(const ManifestEdit& all);
  // Durable when it returns. After a failure nobody knows whether the record is there, and the file
  // is never written again: wants_rotation() is true then, and nothing can be appended before.
  Result<> append(const ManifestEdit& edit);
  // `give_up` when the file that is written to has no name any more.
  Result<> check_presence() const;

 private:
  system::FileSystem& files_;
  const std::string path_;
  std::unique_ptr<system::File> file_;  // null: a new one must be made
  uint64_t size_ = 0;
  uint64_t appended_bytes_ = 0;
  uint64_t rotate_at_ = kRotateBytes;
};

// All records of a manifest's bytes, in order, and how many bytes they are: behind them lies what
// is torn. The pure part of recover().
Result<size_t> read_manifest(std::string_view bytes,
                             const std::function<Result<>(const ManifestEdit&)>& apply);

}  // namespace efd::store

// SPDX-License-Identifier: MIT
// A file system in memory that can lose its power: what was not synced is then dropped or torn, as
// a disk may do it. The ground of every power-loss simulation.
//
// The model (stricter than ext4, as POSIX allows it): a write that no File::sync followed survives
// in full, as a prefix, or not at all, each write by itself; likewise a change of size. A creation,
// rename or removal that no sync_directory followed survives or not, each by itself; a rename is
// never half done.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>

#include "system/file_system.h"

namespace efd::system {

// A sync that fails once, as a disk without room or with a bad sector makes it fail.
struct SyncFailure {
  std::string part;                      // of the path of the file or folder
  ErrorCode code = ErrorCode::overload;  // ENOSPC and EDQUOT; `give_up` stands for EIO
  // True: what was to be synced is lost, as when the kernel marks pages clean that it could not
  // write (Linux does): of a file the bytes are what they were at the last good sync, its size
  // stays; a folder's changes are seen until the power goes. The next sync succeeds.
  bool drops_pages = false;
  uint64_t after = 0;  // number of syncs of such paths that succeed first
};

// Thread-safe.
class MemoryFileSystem : public FileSystem {
 public:
  MemoryFileSystem();
  ~MemoryFileSystem() override;

  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override;
  Result<> make_directories(const std::string& path) override;
  Result<> make_directory(const std::string& path) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<> remove(const std::string& path) override;
  Result<> rename(const std::string& from, const std::string& to) override;
  Result<> sync_directory(const std::string& path) override;
  Result<DiskSpace> space(const std::string& path) override;
  Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) override;

  // The power fails before the n-th change from now (1 = the next one): that change may be torn,
  // and every operation from it on fails with `give_up` until restore_power.
  void cut_power_after(uint64_t changes);
  bool has_power() const;
  // Changes (writes, truncations, syncs, directory operations) so far.
  uint64_t changes() const;
  // The machine starts again with what the disk kept, chosen by `seed`. Files opened before are
  // dead.
  void restore_power(uint64_t seed);

  // Writes fail with `overload` when the files would hold more than that in all.
  void set_capacity_bytes(uint64_t bytes);
  // Every sync of a path that contains `part` fails with `give_up`; empty = none.
  void fail_syncs_of(std::string part);
  // Beside others that are still to come; each fails one sync and is gone.
  void fail_sync_once(SyncFailure failure);
  // Those that are still to come.
  size_t sync_failures_left() const;
  // Writes to and syncs of files after one of their syncs had failed: there must be none.
  uint64_t uses_of_given_up_files() const;
  // Syncs of files or folders whose path contains `part` do nothing but report success, so that a
  // test can show that it would notice a missing fsync; empty = none. A `$` at the end of a part
  // stands for the end of the path, here and above.
  void ignore_syncs_of(std::string part);

 private:
  struct Disk;
  class Handle;
  std::shared_ptr<Disk> disk_;
};

}  // namespace efd::system

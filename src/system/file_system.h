// SPDX-License-Identifier: MIT
// Files and folders behind an interface: the log and the store never call the operating system
// themselves, so that a test can cut the power under them (memory_file_system.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace efd::system {

// An open file. Closed by its destructor. read_at is thread-safe against itself; everything that
// writes needs one writer at a time. Errors: `overload` for a full disk, `give_up` for any other
// failure; the message names the path.
class File {
 public:
  virtual ~File() = default;

  // Reads up to `size` bytes at `offset`; gives fewer only at the end of the file.
  virtual Result<size_t> read_at(uint64_t offset, char* to, size_t size) const = 0;
  // Writes all of `parts`, one behind the other, at `offset`; the file grows as needed. On failure
  // any part of it may have been written.
  virtual Result<> write_at(uint64_t offset, std::span<const std::string_view> parts) = 0;
  Result<> write_at(uint64_t offset, std::string_view bytes) {
    return write_at(offset, std::span(&bytes, 1));
  }
  virtual Result<> truncate(uint64_t size) = 0;
  // fdatasync: contents and size survive a power cut when it returns; the file's *name* does so
  // only after sync_directory. After a failure nothing is known: stop writing to that file.
  virtual Result<> sync() = 0;
  virtual Result<uint64_t> size() const = 0;
};

enum class Open {
  read,        // Fails (not_found) when absent.
  write,       // Read and write; fails (not_found) when absent.
  create,      // Read and write; made when absent, kept when there.
  create_new,  // Read and write; fails (conflict) when there.
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
};

struct DiskSpace {
  uint64_t free_bytes = 0;
  uint64_t total_bytes = 0;
};

// Holds a folder for this process until destroyed.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};

// Paths are UTF-8, '/'-separated. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<File>> open(const std::string& path, Open how) = 0;
  // With all its parents, whose entries are made durable too.
  virtual Result<> make_directories(const std::string& path) = 0;
  // One folder in one that exists; no error when there. Its entry is durable only after
  // sync_directory of that one: for many folders, whose entries are made durable together.
  virtual Result<> make_directory(const std::string& path) { return make_directories(path); }
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) = 0;  // by name
  virtual Result<bool> exists(const std::string& path) = 0;
  virtual Result<> remove(const std::string& path) = 0;  // a file or an empty folder
  // Atomic: after a crash either name stands, never a mixture. Replaces `to` when it exists.
  virtual Result<> rename(const std::string& from, const std::string& to) = 0;
  // Makes the entries of the folder (creations, renames, removals) survive a power cut.
  virtual Result<> sync_directory(const std::string& path) = 0;
  virtual Result<DiskSpace> space(const std::string& path) = 0;
  // `conflict` when another process holds it.
  virtual Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) = 0;
};

// The machine's own file system; lives as long as the program.
FileSystem& posix_file_system();

// Lets this process have as many files and connections open as the system allows it at most: what
// it is started with is often 1,024. Returns how many.
uint64_t raise_open_files_max();

// Longest file that read_file takes, unless the caller says otherwise.
constexpr uint64_t kReadFileBytesMax = 1ULL << 30;

Result<std::string> read_file(FileSystem& files, const std::string& path,
                              uint64_t bytes_max = kReadFileBytesMax);
// No error when absent.
Result<> remove_if_there(FileSystem& files, const std::string& path);
// A file that was not there before, with its bytes, durable but for its name. One that is there is
// removed first: were its sync to have failed before, a second one could not be trusted.
Result<> write_new_file(FileSystem& files, const std::string& path, std::string_view bytes);
// Write a new file beside, sync, rename, sync the folder: a crash leaves the old bytes or the new.
Result<> replace_file(FileSystem& files, const std::string& path, std::string_view bytes);
// `path` and all below it; no error when absent.
Result<> remove_tree(FileSystem& files, const std::string& path);

std::string parent_path(const std::string& path);

}  // namespace efd::system

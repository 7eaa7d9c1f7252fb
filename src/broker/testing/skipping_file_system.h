// SPDX-License-Identifier: MIT
// For tests: a file system in memory that leaves out fsyncs, to show that their absence is noticed.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "system/memory_file_system.h"

namespace efd::broker {

enum class LastName { none, made, renamed, removed };

// One fsync that the log does.
struct SyncCall {
  std::string path;
  bool is_directory = false;
  uint64_t file_bytes = 0;
  LastName last = LastName::none;  // the last change of a name before it
  bool while_opening = false;      // the log is being opened
};
using SkipSync = std::function<bool(const SyncCall&)>;

// Files whose sync failed while they were open, and those of them that were synced again all the
// same: the second sync says nothing about what the first was to write.
struct GivenUpFiles {
  std::set<std::string> given_up;
  std::set<std::string> synced_again;
};

class SkippingFile : public system::File {
 public:
  SkippingFile(std::unique_ptr<system::File> file, std::string path, const SkipSync& skip,
               const bool& opening, GivenUpFiles& given_up)
      : file_(std::move(file)),
        path_(std::move(path)),
        skip_(skip),
        opening_(opening),
        given_up_(given_up) {}
  Result<size_t> read_at(uint64_t offset, char* to, size_t size) const override {
    return file_->read_at(offset, to, size);
  }
  Result<> write_at(uint64_t offset, std::span<const std::string_view> parts) override {
    return file_->write_at(offset, parts);
  }
  Result<> truncate(uint64_t size) override { return file_->truncate(size); }
  Result<> sync() override {
    auto bytes = file_->size();
    if (bytes && skip_ && skip_({path_, false, *bytes, LastName::none, opening_})) return {};
    if (given_up_.given_up.contains(path_)) given_up_.synced_again.insert(path_);
    Result<> synced = file_->sync();
    if (!synced) given_up_.given_up.insert(path_);
    return synced;
  }
  Result<uint64_t> size() const override { return file_->size(); }

 private:
  std::unique_ptr<system::File> file_;
  std::string path_;
  const SkipSync& skip_;
  const bool& opening_;
  GivenUpFiles& given_up_;
};

// A MemoryFileSystem whose syncs are left out where `skip` says so.
class SkippingFileSystem : public system::FileSystem {
 public:
  explicit SkippingFileSystem(SkipSync skip) : skip_(std::move(skip)) {}
  system::MemoryFileSystem& memory() { return memory_; }
  void set_opening(bool opening) {
    opening_ = opening;
    if (opening) given_up_.given_up.clear();  // another process
  }
  // Those that were synced again after a sync of theirs had failed.
  const std::set<std::string>& synced_again() const { return given_up_.synced_again; }

  Result<std::unique_ptr<system::File>> open(const std::string& path, system::Open how) override {
    EFD_ASSIGN(auto file, memory_.open(path, how));
    return std::make_unique<SkippingFile>(std::move(file), path, skip_, opening_, given_up_);
  }
  Result<> make_directories(const std::string& path) override {
    return memory_.make_directories(path);
  }
  Result<> make_directory(const std::string& path) override {
    last_ = LastName::made;
    return memory_.make_directory(path);
  }
  Result<std::vector<system::DirectoryEntry>> list(const std::string& path) override {
    return memory_.list(path);
  }
  Result<bool> exists(const std::string& path) override { return memory_.exists(path); }
  Result<> remove(const std::string& path) override {
    EFD_TRY(memory_.remove(path));
    last_ = LastName::removed;
    given_up_.given_up.erase(path);
    return {};
  }
  Result<> rename(const std::string& from, const std::string& to) override {
    last_ = LastName::renamed;
    given_up_.given_up.erase(to);
    return memory_.rename(from, to);
  }
  Result<> sync_directory(const std::string& path) override {
    if (skip_ && skip_({path, true, 0, last_, opening_})) return {};
    return memory_.sync_directory(path);
  }
  Result<system::DiskSpace> space(const std::string& path) override { return memory_.space(path); }
  Result<std::unique_ptr<system::DirectoryLock>> lock_directory(const std::string& path) override {
    return memory_.lock_directory(path);
  }

 private:
  system::MemoryFileSystem memory_;
  SkipSync skip_;
  LastName last_ = LastName::none;
  bool opening_ = false;
  GivenUpFiles given_up_;
};

}  // namespace efd::broker

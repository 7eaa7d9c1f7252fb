// SPDX-License-Identifier: MIT
// A file system in memory on which a test holds fsyncs back, to show which calls wait for the disk.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "system/memory_file_system.h"

namespace efd::system {

// Thread-safe.
class Latch {
 public:
  // From now on every sync of a file whose path contains `part` waits.
  void hold(std::string part) {
    std::lock_guard lock(mutex_);
    part_ = std::move(part);
  }
  void release() {
    {
      std::lock_guard lock(mutex_);
      part_.clear();
    }
    changed_.notify_all();
  }
  // Until a sync waits.
  void await_held() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_ > 0; });
  }
  bool holds() const {
    std::lock_guard lock(mutex_);
    return held_ > 0;
  }

  // The file's side.
  void pass(const std::string& path) {
    std::unique_lock lock(mutex_);
    auto is_held = [&] { return !part_.empty() && path.find(part_) != path.npos; };
    if (!is_held()) return;
    ++held_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !is_held(); });
    --held_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string part_;  // empty: none is held
  int held_ = 0;      // syncs that wait
};

class LatchedFile : public File {
 public:
  LatchedFile(std::unique_ptr<File> file, std::string path, Latch& latch)
      : file_(std::move(file)), path_(std::move(path)), latch_(latch) {}
  Result<size_t> read_at(uint64_t offset, char* to, size_t size) const override {
    return file_->read_at(offset, to, size);
  }
  Result<> write_at(uint64_t offset, std::span<const std::string_view> parts) override {
    return file_->write_at(offset, parts);
  }
  Result<> truncate(uint64_t size) override { return file_->truncate(size); }
  Result<> sync() override {
    latch_.pass(path_);
    return file_->sync();
  }
  Result<uint64_t> size() const override { return file_->size(); }

 private:
  const std::unique_ptr<File> file_;
  const std::string path_;
  Latch& latch_;
};

class LatchedFileSystem : public MemoryFileSystem {
 public:
  Latch& latch() { return latch_; }
  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override {
    EFD_ASSIGN(auto file, MemoryFileSystem::open(path, how));
    return std::make_unique<LatchedFile>(std::move(file), path, latch_);
  }

 private:
  Latch latch_;
};

}  // namespace efd::system

// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "system/file_system.h"

namespace efd::system {
namespace {

tl::unexpected<Error> fail_errno(const std::string& path, const char* what, int error) {
  ErrorCode code = ErrorCode::give_up;
  bool is_bound = error == ENOSPC || error == EDQUOT || error == EMFILE || error == ENFILE;
  if (is_bound) code = ErrorCode::overload;
  if (error == ENOENT) code = ErrorCode::not_found;
  if (error == EEXIST) code = ErrorCode::conflict;
  return fail(code, "{}: cannot {}: {}", path, what, std::strerror(error));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(fd_); }
  int get() const { return fd_; }

 private:
  int fd_;
};

class PosixFile : public File {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Result<size_t> read_at(uint64_t offset, char* to, size_t size) const override {
    size_t done = 0;
    while (done < size) {
      ssize_t n = ::pread(fd_.get(), to + done, size - done, static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail_errno(path_, "read", errno);
      if (n == 0) break;
      done += static_cast<size_t>(n);
    }
    return done;
  }

  Result<> write_at(uint64_t offset, std::span<const std::string_view> parts) override {
    std::vector<iovec> vectors;
    for (std::string_view part : parts)
      if (!part.empty()) vectors.push_back({const_cast<char*>(part.data()), part.size()});
    size_t next = 0;
    while (next < vectors.size()) {
      int count = static_cast<int>(std::min<size_t>(vectors.size() - next, kVectorsMax));
      ssize_t n = ::pwritev(fd_.get(), &vectors[next], count, static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail_errno(path_, "write", errno);
      offset += static_cast<uint64_t>(n);
      next = consume(vectors, next, static_cast<size_t>(n));
    }
    return {};
  }

  Result<> truncate(uint64_t size) override {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) < 0)
      return fail_errno(path_, "truncate", errno);
    return {};
  }

  Result<> sync() override {
    if (::fdatasync(fd_.get()) < 0) return fail_errno(path_, "sync", errno);
    return {};
  }

  Result<uint64_t> size() const override {
    struct stat status;
    if (::fstat(fd_.get(), &status) < 0) return fail_errno(path_, "stat", errno);
    return static_cast<uint64_t>(status.st_size);
  }

 private:
  static constexpr size_t kVectorsMax = 1024;

  // Takes `size` written bytes off the vectors from `next` on; returns the first one left.
  static size_t consume(std::vector<iovec>& vectors, size_t next, size_t size) {
    while (next < vectors.size() && size >= vectors[next].iov_len) size -= vectors[next++].iov_len;
    if (next < vectors.size()) {
      vectors[next].iov_base = static_cast<char*>(vectors[next].iov_base) + size;
      vectors[next].iov_len -= size;
    }
    return next;
  }

  Descriptor fd_;
  std::string path_;
};

class PosixDirectoryLock : public DirectoryLock {
 public:
  explicit PosixDirectoryLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;
};

class PosixFileSystem : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override {
    int flags = O_CLOEXEC;
    if (how == Open::read) flags |= O_RDONLY;
    if (how == Open::write) flags |= O_RDWR;
    if (how == Open::create) flags |= O_RDWR | O_CREAT;
    if (how == Open::create_new) flags |= O_RDWR | O_CREAT | O_EXCL;
    int fd = ::open(path.c_str(), flags, 0644);
    if (fd < 0) return fail_errno(path, "open", errno);
    return std::make_unique<PosixFile>(fd, path);
  }

  Result<> make_directories(const std::string& path) override {
    if (path.empty() || path == "/" || path == ".") return {};
    if (::mkdir(path.c_str(), 0755) == 0) return sync_directory(parent_path(path));
    if (errno == EEXIST) return require_directory(path);
    if (errno != ENOENT) return fail_errno(path, "make folder", errno);
    EFD_TRY(make_directories(parent_path(path)));
    if (::mkdir(path.c_str(), 0755) < 0) return fail_errno(path, "make folder", errno);
    return sync_directory(parent_path(path));
  }

  Result<> make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0755) == 0) return {};
    if (errno == EEXIST) return require_directory(path);
    return fail_errno(path, "make folder", errno);
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& path) override {
    DIR* directory = ::opendir(path.c_str());
    if (!directory) return fail_errno(path, "list", errno);
    std::vector<DirectoryEntry> entries;
    while (dirent* entry = ::readdir(directory)) {
      std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat status;
      bool folder = ::stat((path + "/" + name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
      entries.push_back({std::move(name), folder});
    }
    ::closedir(directory);
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return entries;
  }

  Result<bool> exists(const std::string& path) override {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return fail_errno(path, "look at", errno);
  }

  Result<> remove(const std::string& path) override {
    if (::remove(path.c_str()) < 0) return fail_errno(path, "remove", errno);
    return {};
  }

  Result<> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) < 0) return fail_errno(from, "rename", errno);
    return {};
  }

  Result<> sync_directory(const std::string& path) override {
    int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail_errno(path, "open folder", errno);
    Descriptor descriptor(fd);
    if (::fsync(fd) < 0) return fail_errno(path, "sync folder", errno);
    return {};
  }

  Result<DiskSpace> space(const std::string& path) override {
    struct statvfs status;
    if (::statvfs(path.c_str(), &status) < 0) return fail_errno(path, "look at disk", errno);
    return DiskSpace{static_cast<uint64_t>(status.f_bavail) * status.f_frsize,
                     static_cast<uint64_t>(status.f_blocks) * status.f_frsize};
  }

  Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) override {
    std::string name = path + "/lock";
    int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return fail_errno(name, "open", errno);
    auto lock = std::make_unique<PosixDirectoryLock>(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) < 0)
      return fail(ErrorCode::conflict, "{} is in use by another process", path);
    return lock;
  }

 private:
  static Result<> require_directory(const std::string& path) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
    return fail(ErrorCode::conflict, "{}: is not a folder", path);
  }
};

}  // namespace

uint64_t raise_open_files_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit raised{limit.rlim_max, limit.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

FileSystem& posix_file_system() {
  static PosixFileSystem files;
  return files;
}

}  // namespace efd::system

// SPDX-License-Identifier: MIT
#include "system/file_system.h"

namespace efd::system {

std::string parent_path(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<std::string> read_file(FileSystem& files, const std::string& path, uint64_t bytes_max) {
  EFD_ASSIGN(auto file, files.open(path, Open::read));
  EFD_ASSIGN(uint64_t size, file->size());
  if (size > bytes_max)
    return fail(ErrorCode::bad_input, "{}: {} bytes, at most {} are read", path, size, bytes_max);
  std::string bytes(size, '\0');
  EFD_ASSIGN(size_t got, file->read_at(0, bytes.data(), bytes.size()));
  bytes.resize(got);
  return bytes;
}

Result<> remove_if_there(FileSystem& files, const std::string& path) {
  Result<> removed = files.remove(path);
  return removed || removed.error().code == ErrorCode::not_found ? Result<>() : removed;
}

Result<> write_new_file(FileSystem& files, const std::string& path, std::string_view bytes) {
  EFD_TRY(remove_if_there(files, path));
  EFD_ASSIGN(auto file, files.open(path, Open::create_new));
  EFD_TRY(file->write_at(0, bytes));
  return file->sync();
}

Result<> replace_file(FileSystem& files, const std::string& path, std::string_view bytes) {
  std::string beside = path + ".new";
  EFD_TRY(write_new_file(files, beside, bytes));
  EFD_TRY(files.rename(beside, path));
  return files.sync_directory(parent_path(path));
}

Result<> remove_tree(FileSystem& files, const std::string& path) {
  EFD_ASSIGN(bool there, files.exists(path));
  if (!there) return {};
  auto entries = files.list(path);
  if (entries) {
    for (const DirectoryEntry& entry : *entries) {
      std::string below = path + "/" + entry.name;
      EFD_TRY(entry.is_directory ? remove_tree(files, below) : files.remove(below));
    }
  }
  return files.remove(path);
}

}  // namespace efd::system

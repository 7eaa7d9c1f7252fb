// SPDX-License-Identifier: MIT
#include "sal/xml_files.h"

#include <algorithm>

#include "sal/archive.h"
#include "sal/xml_path.h"
#include "system/file_system.h"

namespace efd::sal {
namespace {

constexpr std::string_view kInterfacesFolder = "sal_interfaces";

class FolderReader {
 public:
  FolderReader(const std::string& root, const XmlFilesLimits& limits)
      : root_(root), limits_(limits), files_(system::posix_file_system()) {}

  Result<XmlFiles> read() {
    EFD_TRY(read_folder("", 0));
    return std::move(found_);
  }

 private:
  // Recursion is as deep as folder_depth_max.
  Result<> read_folder(const std::string& inside, size_t depth) {
    if (depth > limits_.folder_depth_max) {
      return fail(ErrorCode::bad_input, "{}/{}: folders nested deeper than {}", root_, inside,
                  limits_.folder_depth_max);
    }
    EFD_ASSIGN(const auto entries, files_.list(root_ + "/" + inside));
    for (const system::DirectoryEntry& entry : entries) {
      EFD_TRY(count_entry());
      const std::string path = inside.empty() ? entry.name : inside + "/" + entry.name;
      if (entry.is_directory) EFD_TRY(read_folder(path, depth + 1));
      if (!entry.is_directory && is_xml_path(path)) EFD_TRY(keep(path));
    }
    return {};
  }

  Result<> count_entry() {
    if (++entries_ <= limits_.entries_max) return {};
    return fail(ErrorCode::bad_input, "{}: more than {} files and folders", root_,
                limits_.entries_max);
  }

  Result<> keep(const std::string& path) {
    auto content = system::read_file(files_, root_ + "/" + path, limits_.file_bytes_max);
    if (!content) {
      found_.problems.push_back({path, 0, "", content.error().message});
      return {};
    }
    bytes_ += content->size();
    if (bytes_ > limits_.unpacked_bytes_max) {
      return fail(ErrorCode::bad_input, "{}: more than {} bytes of XML", root_,
                  limits_.unpacked_bytes_max);
    }
    found_.files.push_back({path, std::move(*content)});
    return {};
  }

  std::string root_;
  XmlFilesLimits limits_;
  system::FileSystem& files_;
  XmlFiles found_;
  size_t entries_ = 0;
  size_t bytes_ = 0;
};

Result<XmlFiles> read_one_file(const std::string& path, const XmlFilesLimits& limits) {
  EFD_ASSIGN(std::string content,
             system::read_file(system::posix_file_system(), path, limits.file_bytes_max));
  XmlFiles found;
  found.files.push_back({path.substr(path.rfind('/') + 1), std::move(content)});
  return found;
}

bool is_folder(const std::string& path) {
  return system::posix_file_system().list(path).has_value();
}

Result<XmlFiles> read_any(const std::string& path, const XmlFilesLimits& limits) {
  EFD_ASSIGN(const bool exists, system::posix_file_system().exists(path));
  if (!exists) return fail(ErrorCode::not_found, "{}: no such file or folder", path);
  if (is_folder(path)) return FolderReader(path, limits).read();
  return is_xml_path(path) ? read_one_file(path, limits) : read_archive(path, limits);
}

bool is_interface(std::string_view path) {
  return lies_below(path, kInterfacesFolder);
}

template <class T, class PathOf>
void keep_interfaces(std::vector<T>& items, PathOf path_of) {
  const auto other = [&](const T& item) { return !is_interface(path_of(item)); };
  items.erase(std::remove_if(items.begin(), items.end(), other), items.end());
}

}  // namespace

Result<XmlFiles> read_xml_files(const std::string& path, const XmlFilesLimits& limits) {
  EFD_ASSIGN(XmlFiles found, read_any(path, limits));
  const auto file_path = [](const XmlFile& file) -> const std::string& { return file.path; };
  const auto problem_path = [](const Problem& problem) -> const std::string& {
    return problem.file;
  };
  const auto in_interfaces = [](const XmlFile& file) { return is_interface(file.path); };
  if (std::any_of(found.files.begin(), found.files.end(), in_interfaces)) {
    keep_interfaces(found.files, file_path);
    keep_interfaces(found.problems, problem_path);
  }
  std::sort(found.files.begin(), found.files.end(),
            [](const XmlFile& a, const XmlFile& b) { return a.path < b.path; });
  return found;
}

}  // namespace efd::sal

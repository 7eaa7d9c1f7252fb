// SPDX-License-Identifier: MIT
#include "sal/archive.h"

#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "sal/xml_path.h"

namespace efd::sal {
namespace {

constexpr size_t kReadBlockBytes = 64u << 10;

struct CloseArchive {
  void operator()(archive* open) const { archive_read_free(open); }
};
using OpenArchive = std::unique_ptr<archive, CloseArchive>;

class ArchiveReader {
 public:
  ArchiveReader(const std::string& path, const XmlFilesLimits& limits)
      : path_(path), limits_(limits), archive_(archive_read_new()) {}

  Result<XmlFiles> read() {
    EFD_TRY(open());
    for (size_t entries = 0;; ++entries) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(archive_.get(), &entry);
      if (status == ARCHIVE_EOF) return std::move(found_);
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return unreadable();
      if (entries == limits_.entries_max) {
        return fail(ErrorCode::bad_input, "{}: more than {} entries", path_, limits_.entries_max);
      }
      EFD_TRY(take(entry));
    }
  }

 private:
  // Only the formats that sources come in: every other one is code that a hostile file could reach.
  Result<> open() {
    archive* reader = archive_.get();
    archive_read_support_filter_gzip(reader);
    archive_read_support_filter_xz(reader);
    archive_read_support_filter_zstd(reader);
    archive_read_support_format_tar(reader);
    archive_read_support_format_zip(reader);
    const int status = archive_read_open_filename(reader, path_.c_str(), kReadBlockBytes);
    if (status != ARCHIVE_OK) return unreadable();
    return {};
  }

  tl::unexpected<Error> unreadable() const {
    const char* text = archive_error_string(archive_.get());
    const std::string reason = text == nullptr ? "cannot be read" : text;
    const bool is_no_archive = reason == "Unrecognized archive format";
    return fail(ErrorCode::bad_input, "{}: {}; {}", path_, reason,
                is_no_archive ? "a source is a folder, a .tar[.gz|.xz|.zst] or .zip file, or an "
                                ".xml file"
                              : "is the archive damaged or cut short?");
  }

  Result<> take(archive_entry* entry) {
    const std::string name = entry_name(entry);
    if (archive_entry_filetype(entry) == AE_IFDIR) return {};
    const bool wanted = is_xml_path(name);
    if (const std::string reason = refusal(entry, name); !reason.empty()) {
      if (wanted) found_.problems.push_back({name, 0, "", reason});
      return pass_over();
    }
    return wanted ? keep(name) : pass_over();
  }

  static std::string entry_name(archive_entry* entry) {
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    return name == nullptr ? "" : name;
  }

  static std::string refusal(archive_entry* entry, std::string_view name) {
    const bool link = archive_entry_hardlink(entry) != nullptr ||
                      archive_entry_symlink(entry) != nullptr ||
                      archive_entry_filetype(entry) != AE_IFREG;
    if (link) return "a link or special file is not read";
    if (!is_plain_path(name)) return "an absolute name, or one with '..', is not read";
    return "";
  }

  Result<> keep(const std::string& name) {
    std::string content;
    EFD_TRY(read_entry(&content));
    if (content.size() > limits_.file_bytes_max) {
      found_.problems.push_back({name, 0, "", too_large(limits_)});
    } else {
      found_.files.push_back({name, std::move(content)});
    }
    return {};
  }

  Result<> pass_over() { return read_entry(nullptr); }

  // Unpacks an entry, which counts whether it is kept or not; stops keeping above file_bytes_max.
  // The sizes in headers are not relied on: they may be absent or wrong.
  Result<> read_entry(std::string* content) {
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int status;
    while ((status = archive_read_data_block(archive_.get(), &block, &size, &offset)) ==
           ARCHIVE_OK) {
      unpacked_bytes_ += size;
      if (unpacked_bytes_ > limits_.unpacked_bytes_max) {
        return fail(ErrorCode::bad_input, "{}: unpacks to more than {} bytes", path_,
                    limits_.unpacked_bytes_max);
      }
      if (content != nullptr && content->size() <= limits_.file_bytes_max) {
        content->append(static_cast<const char*>(block), size);
      }
    }
    if (status != ARCHIVE_EOF) return unreadable();
    return {};
  }

  std::string path_;
  XmlFilesLimits limits_;
  OpenArchive archive_;
  XmlFiles found_;
  size_t unpacked_bytes_ = 0;
};

}  // namespace

Result<XmlFiles> read_archive(const std::string& path, const XmlFilesLimits& limits) {
  return ArchiveReader(path, limits).read();
}

}  // namespace efd::sal

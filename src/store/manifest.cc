// SPDX-License-Identifier: MIT
#include "store/manifest.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/check.h"
#include "codec/checksum.h"
#include "codec/varint.h"
#include "observe/log.h"

namespace efd::store {
namespace {

constexpr size_t kFileHeaderBytes = 12;   // magic, version
constexpr size_t kRecordHeaderBytes = 8;  // bytes, crc32c
// How much is looked through for a good record behind a bad one.
constexpr uint64_t kRotSearchBytes = 64 << 20;

std::string framed(const ManifestEdit& edit) {
  std::string body = edit.encoded();
  std::string out;
  ByteWriter writer(out);
  writer.little<uint32_t>(static_cast<uint32_t>(body.size()));
  writer.little<uint32_t>(codec::crc32c(body));
  writer.raw(body);
  return out;
}

std::string file_header() {
  std::string out(kManifestMagic);
  ByteWriter(out).little<uint32_t>(kManifestVersion);
  return out;
}

// The body of a whole record at the start of `bytes`.
std::optional<std::string_view> whole_record(std::string_view bytes) {
  ByteReader from(bytes);
  uint32_t size = from.little<uint32_t>();
  uint32_t crc = from.little<uint32_t>();
  if (!from.ok() || size == 0 || size > from.remaining()) return std::nullopt;
  std::string_view body = from.take(size);
  if (codec::crc32c(body) != crc) return std::nullopt;
  return body;
}

uint64_t commit_of(std::string_view body) {
  ByteReader from(body);
  return codec::read_varint64(from);
}

// True when a later commit lies behind a bad record: then the bad one is no torn tail. Every record
// is synced before the next is written, so that a power cut can spoil the last one only.
bool later_commit_follows(std::string_view bytes, uint64_t commit) {
  uint64_t searched = 0;
  for (size_t at = 1; at + kRecordHeaderBytes < bytes.size(); ++at) {
    std::string_view rest = bytes.substr(at);
    uint32_t size = load_little<uint32_t>(rest.data());
    if (size == 0 || size > rest.size() - kRecordHeaderBytes) continue;
    uint64_t here = commit_of(rest.substr(kRecordHeaderBytes, size));
    if (here <= commit || here > commit + kRotSearchBytes) continue;
    searched += size;
    if (searched > kRotSearchBytes) return false;
    if (whole_record(rest)) return true;
  }
  return false;
}

Result<> check_header(std::string_view bytes) {
  if (bytes.size() < kFileHeaderBytes || !bytes.starts_with(kManifestMagic))
    return fail(ErrorCode::give_up, "this is no manifest of a store");
  uint32_t version = load_little<uint32_t>(bytes.data() + kManifestMagic.size());
  if (version != kManifestVersion)
    return fail(ErrorCode::give_up, "the manifest has format {}; this version reads format {}",
                version, kManifestVersion);
  return {};
}

}  // namespace

Result<size_t> read_manifest(std::string_view bytes,
                             const std::function<Result<>(const ManifestEdit&)>& apply) {
  EFD_TRY(check_header(bytes));
  std::optional<uint64_t> commit;
  size_t at = kFileHeaderBytes;
  while (at < bytes.size()) {
    std::string_view rest = bytes.substr(at);
    std::optional<std::string_view> body = whole_record(rest);
    if (!body && commit && !later_commit_follows(rest, *commit)) return at;
    if (!body) return fail(ErrorCode::give_up, "the record at byte {} is damaged", at);
    EFD_ASSIGN(ManifestEdit edit, ManifestEdit::parse(*body));
    if (commit && edit.commit != *commit + 1)
      return fail(ErrorCode::give_up, "commit {} follows commit {} at byte {}", edit.commit,
                  *commit, at);
    commit = edit.commit;
    EFD_TRY(apply(edit));
    at += kRecordHeaderBytes + body->size();
  }
  if (!commit) return fail(ErrorCode::give_up, "the manifest is empty");
  return at;
}

Result<> Manifest::recover(const std::function<Result<>(const ManifestEdit&)>& apply) {
  EFD_ASSIGN(std::string bytes, system::read_file(files_, path_));
  auto whole = read_manifest(bytes, apply);
  if (!whole) return fail_in(path_, whole.error());
  if (*whole < bytes.size())
    observe::warn(
        "store",
        "{}: the record at byte {} is torn: the store goes on from the one before it, and "
        "takes what followed from the log",
        path_, *whole);
  return {};
}

Result<> Manifest::rotate(const ManifestEdit& all) {
  file_ = nullptr;
  std::string bytes = file_header() + framed(all);
  EFD_TRY(system::replace_file(files_, path_, bytes));
  EFD_ASSIGN(file_, files_.open(path_, system::Open::write));
  size_ = bytes.size();
  appended_bytes_ = 0;
  rotate_at_ = std::max<uint64_t>(kRotateBytes, bytes.size());
  return {};
}

Result<> Manifest::append(const ManifestEdit& edit) {
  EFD_CHECK(file_);
  std::string record = framed(edit);
  auto written = file_->write_at(size_, record);
  if (written) written = file_->sync();
  if (written) written = check_presence();
  if (!written) {
    file_ = nullptr;
    return written;
  }
  size_ += record.size();
  appended_bytes_ += record.size();
  return {};
}

Result<> Manifest::check_presence() const {
  if (!file_) return {};
  EFD_ASSIGN(bool there, files_.exists(path_));
  if (there) return {};
  return fail(ErrorCode::give_up, "{}: the manifest is gone: somebody removed or moved it", path_);
}

}  // namespace efd::store

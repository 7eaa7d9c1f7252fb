// SPDX-License-Identifier: MIT
// Manifests of any bytes: put back or refused with an error. A record's checksum is put right, so
// that what lies in it is reached.
#include "base/bytes.h"
#include "codec/checksum.h"
#include "store/committed_state.h"
#include "store/manifest.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

void recover(std::string_view manifest) {
  system::MemoryFileSystem files;
  auto cache = std::make_shared<SegmentCache>(files, "/s");
  MemoryUse memory;
  Namespace names(memory);
  PositionTable positions;
  CommittedState state;
  auto read = read_manifest(manifest, [&](const ManifestEdit& edit) {
    return state.apply(edit, cache, names, positions);
  });
  if (!read) return;
  auto again = ManifestEdit::parse(state.all(names, positions).encoded());
  if (!again) __builtin_trap();  // what was put back can be written
}

std::string with_checksum(std::string_view record) {
  std::string file(kManifestMagic);
  ByteWriter writer(file);
  writer.little<uint32_t>(kManifestVersion);
  writer.little<uint32_t>(static_cast<uint32_t>(record.size()));
  writer.little<uint32_t>(codec::crc32c(record));
  writer.raw(record);
  return file;
}

}  // namespace
}  // namespace efd::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  efd::store::recover(bytes);
  efd::store::recover(efd::store::with_checksum(bytes));
  return 0;
}

// SPDX-License-Identifier: MIT
// Manifests of any bytes: put back or refused with an error. A record's checksum is put right, so
// that what lies in it is reached.
#include "base/bytes.h"
#include "codec/checksum.h"
#include "store/committed_state.h"
#include "store/manifest.h"
#include "store/restored_names.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

void recover(std::string_view manifest) {
  system::MemoryFileSystem files;
  auto removed = std::make_shared<RemovedFiles>(files, "/s");
  MemoryUse memory;
  Namespace names(memory);
  PositionTable positions;
  CommittedState state(std::make_shared<SegmentCache>(files, "/s", removed));
  auto read = read_manifest(manifest, [&](const ManifestEdit& edit) -> Result<> {
    EFD_TRY(state.apply(edit));
    EFD_TRY(state.apply_series(edit));
    for (const NumberedPosition& position : edit.positions)
      if (!positions.restore(position)) return fail(ErrorCode::give_up, "a position");
    return {};
  });
  if (!read || !state.check_orders() || !restore(state, names)) return;
  for (const RemovedFile& file : state.take_removed(nullptr)) removed->add(file);
  auto again = ManifestEdit::parse(state.all(positions, *removed).encoded());
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

// SPDX-License-Identifier: MIT
// Any bytes as a record of `_schemas` (key, a zero byte, value): no crash; what is read is written
// and read again as the same; the table takes it twice.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "registry/schema_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace efd;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string_view key = bytes.substr(0, bytes.find('\0'));
  std::optional<std::string_view> value;
  if (key.size() < bytes.size()) value = bytes.substr(key.size() + 1);
  auto record = registry::parse_record(key, value);
  if (!record) return 0;
  registry::SchemaTable table;
  EFD_CHECK(table.apply(*record).has_value());
  EFD_CHECK(table.apply(*record).has_value());
  EFD_CHECK(table.version_count() <= 1);
  if (record->key.type == registry::KeyType::other) return 0;
  std::optional<std::string> written = registry::format_value(*record);
  auto again = registry::parse_record(registry::format_key(record->key), written);
  EFD_CHECK(again && again->key.version == record->key.version);
  EFD_CHECK(registry::format_value(*again) == written);
  return 0;
}

// SPDX-License-Identifier: MIT
// Encoded columns and blocks of any bytes: decoded or refused, never read past their end. The
// checksum of a block's header is put right, so that what lies behind it is reached.
#include <array>

#include "base/bytes.h"
#include "codec/checksum.h"
#include "store/block.h"
#include "store/encoding/column.h"
#include "store/encoding/string_column.h"
#include "store/encoding/word_column.h"

namespace efd::store {
namespace {

using rows::ColumnType;
constexpr size_t kHeaderBytes = 64;

class Stripes : public StripeSource {
 public:
  explicit Stripes(std::string_view bytes) : bytes_(bytes) {}
  Result<std::string_view> stripe(const BlockStripe& stripe) override {
    if (stripe.offset > bytes_.size() || stripe.bytes > bytes_.size() - stripe.offset)
      return fail(ErrorCode::give_up, "too short");
    return bytes_.substr(stripe.offset, stripe.bytes);
  }
  std::shared_ptr<const void> owner() const override { return nullptr; }

 private:
  std::string_view bytes_;
};

void read_columns(std::string_view bytes, size_t rows) {
  std::vector<uint64_t> words(rows);
  for (unsigned width : {1u, 4u, 8u}) {
    ByteReader reader(bytes);
    (void)encoding::decode_words(reader, width, words);
  }
  std::vector<std::string_view> strings(rows);
  ByteReader reader(bytes);
  (void)encoding::decode_strings(reader, strings);
  encoding::Values values;
  for (ColumnType type : {ColumnType::float32, ColumnType::string}) {
    ByteReader column(bytes);
    values.type = type;
    (void)encoding::decode_column(column, rows, values);
    auto array = encoding::ArrayReader::open(bytes, type, rows, 5);
    for (uint32_t e = 0; array && e < 5; ++e) (void)array->read(e, values);
  }
}

void read_whole_block(std::string_view bytes) {
  size_t split = std::min(bytes.size(), kHeaderBytes);
  std::string header(bytes.substr(0, split));
  ByteWriter(header).little<uint32_t>(codec::crc32c(header));
  auto index = BlockIndex::parse(header);
  if (!index) return;
  Stripes stripes(bytes.substr(split));
  for (const BlockSection& section : index->sections) {
    FieldRef field{section.column_id, section.first, rows::field_type(section.type)};
    (void)read_block(*index, {INT64_MIN, INT64_MAX, {&field, 1}}, stripes);
    uint8_t found = 0;
    (void)find_in_block(*index, true, {INT64_MIN, INT64_MAX, {&field, 1}}, stripes, {&found, 1});
  }
}

}  // namespace
}  // namespace efd::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  efd::store::read_columns(bytes.substr(2), 1 + (data[0] | data[1] << 8) % 1024);
  efd::store::read_whole_block(bytes);
  return 0;
}

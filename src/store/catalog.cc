// SPDX-License-Identifier: MIT
#include "store/catalog.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"

namespace efd::store {
namespace {

// InfluxDB's name for the column of times: never a field's.
constexpr const char* kTimeName = "time";

std::string spelled_out(const ColumnKey& key) {
  std::string text = key.name;
  text.push_back('\0');
  text.push_back(static_cast<char>('0' + static_cast<int>(key.type)));
  text.push_back(key.is_array ? 'a' : 's');
  text.push_back(static_cast<char>(key.twin));
  return text;
}

// Two such columns differ in type only: types of one union, or of one field before and after its
// schema changed.
bool same_source(const ColumnKey& a, const ColumnKey& b) {
  return a.name == b.name && a.is_array == b.is_array && a.twin == b.twin;
}

// The fields of one layout that have the same name.
struct Namesakes {
  uint8_t first_twin = 0;  // of the last of them
  uint8_t next_twin = 0;   // no column has it or a greater one
};
constexpr uint8_t kNamesakesMax = 255;  // a schema has no more (avro/decode_program.h)

}  // namespace

std::vector<ColumnKey> keys_of(const rows::Layout& layout) {
  std::vector<ColumnKey> keys;
  std::map<std::pair<std::string_view, bool>, Namesakes> namesakes;
  std::set<std::string> taken;
  for (const rows::Column& column : layout.columns) {
    Namesakes& names = namesakes[{column.name, column.is_array}];
    if (!column.is_further_type) names.first_twin = names.next_twin;
    ColumnKey key{column.name, rows::field_type(column.type), column.is_array};
    key.twin = names.first_twin;
    while (!taken.insert(spelled_out(key)).second) ++key.twin;
    EFD_CHECK(key.twin < kNamesakesMax);
    names.next_twin = std::max<uint8_t>(names.next_twin, key.twin + 1);
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string plain_name(const ColumnKey& key, uint32_t element) {
  return key.is_array ? key.name + std::to_string(element) : key.name;
}

std::span<const Field> Catalog::fields() const {
  std::call_once(sorted_once_, [this] { sort_fields(); });
  return fields_;
}

FieldRef Catalog::ref(uint32_t field) const {
  std::call_once(sorted_once_, [this] { sort_fields(); });
  EFD_CHECK(field < refs_.size());
  return refs_[field];
}

void Catalog::sort_fields() const {
  for (uint32_t id = 0; id < columns_.size(); ++id)
    for (uint32_t e = 0; e < columns_[id]->names.size(); ++e)
      refs_.push_back({id, e, columns_[id]->key.type});
  auto name_of = [this](const FieldRef& ref) -> const std::string& {
    return columns_[ref.column]->names[ref.element];
  };
  std::sort(refs_.begin(), refs_.end(), [&](const FieldRef& a, const FieldRef& b) {
    int order = name_of(a).compare(name_of(b));
    return order ? order < 0 : a.type < b.type;
  });
  fields_.reserve(refs_.size());
  for (const FieldRef& ref : refs_) fields_.push_back({name_of(ref), ref.type});
}

CatalogBuilder::CatalogBuilder() : catalog_(std::make_shared<const Catalog>(Catalog::Columns())) {}

uint32_t CatalogBuilder::column(const ColumnKey& key) {
  auto [found, is_new] = ids_.try_emplace(spelled_out(key), static_cast<uint32_t>(columns_.size()));
  if (is_new) {
    columns_.push_back(std::make_shared<const CatalogColumn>(CatalogColumn{key, {}}));
    catalog_ = nullptr;
  }
  return found->second;
}

void CatalogBuilder::grow(uint32_t column, size_t elements) {
  if (elements <= this->elements(column)) return;
  CatalogColumn grown = *columns_[column];
  for (uint32_t e = static_cast<uint32_t>(grown.names.size()); e < elements; ++e) {
    grown.names.push_back(free_name(column, e));
    owners_.try_emplace(grown.names.back(), Owner{column, e});
  }
  columns_[column] = std::make_shared<const CatalogColumn>(std::move(grown));
  catalog_ = nullptr;
}

std::string CatalogBuilder::free_name(uint32_t column, uint32_t element) const {
  std::string plain = plain_name(columns_[column]->key, element);
  if (may_take(plain, column, element)) return plain;
  for (uint32_t n = 1;; ++n) {
    std::string name = plain + "_" + std::to_string(n);
    if (may_take(name, column, element)) return name;
  }
}

// The same source with another type shares the name: InfluxQL tells the two apart by `::type`.
bool CatalogBuilder::may_take(const std::string& name, uint32_t column, uint32_t element) const {
  if (name == kTimeName) return false;
  auto owner = owners_.find(name);
  if (owner == owners_.end()) return true;
  const ColumnKey& theirs = columns_[owner->second.column]->key;
  return owner->second.element == element && same_source(theirs, columns_[column]->key);
}

bool CatalogBuilder::restore(uint32_t id, CatalogColumn column) {
  if (id > columns_.size() || this->column(column.key) != id) return false;
  if (column.names.size() < columns_[id]->names.size()) return false;
  for (uint32_t e = 0; e < column.names.size(); ++e)
    owners_.try_emplace(column.names[e], Owner{id, e});
  columns_[id] = std::make_shared<const CatalogColumn>(std::move(column));
  catalog_ = nullptr;
  return true;
}

std::shared_ptr<const Catalog> CatalogBuilder::catalog() {
  if (!catalog_) catalog_ = std::make_shared<const Catalog>(columns_);
  return catalog_;
}

}  // namespace efd::store

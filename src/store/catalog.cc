// SPDX-License-Identifier: MIT
#include "store/catalog.h"

#include <algorithm>

#include "base/check.h"

namespace efd::store {
namespace {

// InfluxDB's name for the column of times: never a field's.
constexpr const char* kTimeName = "time";

std::string spelled_out(const ColumnKey& key) {
  std::string text = key.path;
  text.push_back('\0');
  text.push_back(static_cast<char>('0' + static_cast<int>(key.type)));
  text.push_back(key.is_array ? 'a' : 's');
  return text;
}

// Two such columns differ in type only: types of one union, or of one field before and after its
// schema changed.
bool same_source(const ColumnKey& a, const ColumnKey& b) {
  return a.path == b.path && a.is_array == b.is_array;
}

}  // namespace

ColumnKey key_of(const rows::Column& column) {
  return {column.path, rows::field_type(column.type), column.is_array};
}

std::string plain_name(const ColumnKey& key, uint32_t element) {
  std::string name = rows::joined_name(key.path);
  return key.is_array ? name + std::to_string(element) : name;
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
    for (uint32_t e = 0; columns_[id] && e < columns_[id]->shown; ++e)
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
  auto known = ids_.find(spelled_out(key));
  if (known != ids_.end()) return known->second;
  CatalogColumn column{key, {}};
  if (!key.is_array) column.names.push_back(free_name(key, 0));
  const auto id = static_cast<uint32_t>(columns_.size());
  add(id, std::move(column));
  return id;
}

void CatalogBuilder::pass_ids(uint32_t next) {
  if (next <= columns_.size()) return;
  columns_.resize(next);
  catalog_ = nullptr;
}

void CatalogBuilder::add(uint32_t id, CatalogColumn column) {
  pass_ids(id + 1);
  ids_.emplace(spelled_out(column.key), id);
  for (uint32_t e = 0; e < column.names.size(); ++e)
    owners_.try_emplace(column.names[e], Owner{id, e});
  columns_[id] = std::make_shared<const CatalogColumn>(std::move(column));
  catalog_ = nullptr;
}

std::vector<uint32_t> CatalogBuilder::drop(const std::string& path) {
  std::vector<uint32_t> dropped;
  for (uint32_t id = 0; id < columns_.size(); ++id)
    if (columns_[id] && columns_[id]->key.path == path) dropped.push_back(id);
  for (uint32_t id : dropped) {
    ids_.erase(spelled_out(columns_[id]->key));
    std::erase_if(owners_, [&](const auto& owner) { return owner.second.column == id; });
    columns_[id] = nullptr;
    catalog_ = nullptr;
  }
  return dropped;
}

void CatalogBuilder::show(uint32_t column, size_t elements) {
  if (elements <= shown(column)) return;
  CatalogColumn grown = *columns_[column];
  for (auto e = static_cast<uint32_t>(grown.names.size()); e < elements; ++e) {
    grown.names.push_back(free_name(grown.key, e));
    owners_.try_emplace(grown.names.back(), Owner{column, e});
  }
  grown.shown = static_cast<uint32_t>(elements);
  columns_[column] = std::make_shared<const CatalogColumn>(std::move(grown));
  catalog_ = nullptr;
}

std::string CatalogBuilder::free_name(const ColumnKey& key, uint32_t element) const {
  std::string plain = plain_name(key, element);
  if (may_take(plain, key, element)) return plain;
  for (uint32_t n = 1;; ++n) {
    std::string name = plain + "_" + std::to_string(n);
    if (may_take(name, key, element)) return name;
  }
}

// The same source with another type shares the name: InfluxQL tells the two apart by `::type`.
bool CatalogBuilder::may_take(const std::string& name, const ColumnKey& key,
                              uint32_t element) const {
  if (name == kTimeName) return false;
  auto owner = owners_.find(name);
  if (owner == owners_.end()) return true;
  return owner->second.element == element && same_source(columns_[owner->second.column]->key, key);
}

bool CatalogBuilder::restore(uint32_t id, CatalogColumn column) {
  auto known = ids_.find(spelled_out(column.key));
  const bool is_free = id >= columns_.size() || !columns_[id];
  if (known == ids_.end()) return is_free && (add(id, std::move(column)), true);
  if (known->second != id || column.shown < shown(id)) return false;
  const std::vector<std::string>& before = columns_[id]->names;
  if (column.names.size() < before.size() ||
      !std::equal(before.begin(), before.end(), column.names.begin()))
    return false;
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

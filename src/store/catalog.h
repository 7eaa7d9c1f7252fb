// SPDX-License-Identifier: MIT
// Which columns a measurement has, and how InfluxQL calls their elements.
//
// A column is known by its source name, its InfluxDB type and whether it is an array; its id is its
// place in the list, is never used again and reaches disk. Names are given once, when a scalar
// first has a value or an array first has an element there, and never change.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rows/layout.h"
#include "store/view.h"

namespace efd::store {

struct ColumnKey {
  std::string name;  // in the source
  rows::FieldType type = rows::FieldType::float_;
  bool is_array = false;
  // Tells fields of one layout apart that have the same name: 0 for the first one and the types of
  // its union, other numbers for the others (and for a union's types that InfluxQL calls the same).
  uint8_t twin = 0;
  bool operator==(const ColumnKey&) const = default;
};

// Of each column of a layout.
std::vector<ColumnKey> keys_of(const rows::Layout& layout);

struct CatalogColumn {
  ColumnKey key;
  std::vector<std::string>
      names;  // of its elements; a scalar has one, or none before its first value
};

// Where a field's values are.
struct FieldRef {
  uint32_t column = 0;  // id
  uint32_t element = 0;
  rows::FieldType type = rows::FieldType::float_;
};

// Immutable; thread-safe.
class Catalog {
 public:
  using Columns = std::vector<std::shared_ptr<const CatalogColumn>>;
  explicit Catalog(Columns columns) : columns_(std::move(columns)) {}

  const Columns& columns() const { return columns_; }
  // Sorted by name, then type. Made when first asked for.
  std::span<const Field> fields() const;
  // Of fields()[field].
  FieldRef ref(uint32_t field) const;

 private:
  void sort_fields() const;

  Columns columns_;
  mutable std::once_flag sorted_once_;
  mutable std::vector<Field> fields_;
  mutable std::vector<FieldRef> refs_;
};

// The growing side of a Catalog. Not thread-safe.
class CatalogBuilder {
 public:
  CatalogBuilder();

  // The id of the column with that key; it is new and without names when nobody asked before.
  uint32_t column(const ColumnKey& key);
  size_t elements(uint32_t column) const { return columns_[column]->names.size(); }
  // Gives names to the elements of `column` below `elements` that have none yet.
  void grow(uint32_t column, size_t elements);
  // Puts back a column as a manifest recorded it, new or with more names than before. False when
  // it does not follow what is there.
  bool restore(uint32_t id, CatalogColumn column);

  std::shared_ptr<const Catalog> catalog();

 private:
  struct Owner {
    uint32_t column;
    uint32_t element;
  };
  std::string free_name(uint32_t column, uint32_t element) const;
  bool may_take(const std::string& name, uint32_t column, uint32_t element) const;

  Catalog::Columns columns_;
  std::unordered_map<std::string, uint32_t> ids_;  // by key, spelled out
  std::unordered_map<std::string, Owner> owners_;  // who first took a name
  std::shared_ptr<const Catalog> catalog_;         // null: changed since
};

// The name that an element has when nobody took it before.
std::string plain_name(const ColumnKey& key, uint32_t element);

}  // namespace efd::store

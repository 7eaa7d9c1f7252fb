// SPDX-License-Identifier: MIT
// Which columns a measurement has, and how InfluxQL calls their elements.
//
// A column is known by its path in the source, its InfluxDB type and whether it is an array; its id
// is its place in the list, is never used again and reaches disk. Names are given once and never
// change, so that a name stays with its path: scalars get theirs when a layout first has them, in
// its order, and so before the elements of its arrays, which get theirs when a row first has them.
// A name is shown from the first value on.
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
  std::string path;  // in the source (rows/layout.h)
  rows::FieldType type = rows::FieldType::float_;
  bool is_array = false;
  bool operator==(const ColumnKey&) const = default;
};

ColumnKey key_of(const rows::Column& column);

struct CatalogColumn {
  ColumnKey key;
  std::vector<std::string> names;  // of its elements; a scalar has one
  // So many of them have appeared in rows: of an array all, of a scalar none before its first
  // value.
  uint32_t shown = 0;
};

// Where a field's values are.
struct FieldRef {
  uint32_t column = 0;  // id
  uint32_t element = 0;
  rows::FieldType type = rows::FieldType::float_;
};

// No measurement has so many columns, dropped ones included.
constexpr uint32_t kColumnsMax = 1 << 20;

// Immutable; thread-safe.
class Catalog {
 public:
  using Columns = std::vector<std::shared_ptr<const CatalogColumn>>;  // by id; null: dropped
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

  // The id of the column with that key; it is new when nobody asked before, a scalar with its name.
  uint32_t column(const ColumnKey& key);
  uint32_t shown(uint32_t column) const { return columns_[column]->shown; }
  // Shows the elements of `column` below `elements`, with names for those that have none yet.
  void show(uint32_t column, size_t elements);
  // The columns of that path, of every type, are no more; their ids are never used again. Returns
  // these.
  std::vector<uint32_t> drop(const std::string& path);
  // Puts back a column as a manifest recorded it, new or with more names than before. False when
  // it is not the one that is there.
  bool restore(uint32_t id, CatalogColumn column);
  // No column has that id or a higher one.
  void pass_ids(uint32_t next);

  std::shared_ptr<const Catalog> catalog();

 private:
  struct Owner {
    uint32_t column;
    uint32_t element;
  };
  void add(uint32_t id, CatalogColumn column);
  std::string free_name(const ColumnKey& key, uint32_t element) const;
  bool may_take(const std::string& name, const ColumnKey& key, uint32_t element) const;

  Catalog::Columns columns_;
  std::unordered_map<std::string, uint32_t> ids_;  // by key, spelled out
  std::unordered_map<std::string, Owner> owners_;  // who first took a name
  std::shared_ptr<const Catalog> catalog_;         // null: changed since
};

// The name that an element has when nobody took it before.
std::string plain_name(const ColumnKey& key, uint32_t element);

}  // namespace efd::store

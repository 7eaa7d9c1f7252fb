// SPDX-License-Identifier: MIT
// Schema: an Avro schema in memory (Apache Avro 1.12 specification), parsed from its JSON text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace efd::avro {

enum class Type : uint8_t {
  null,
  boolean,
  int_,
  long_,
  float_,
  double_,
  bytes,
  string,
  record,
  enum_,
  fixed,
  array,
  map,
  union_,
};

// "null", "int", "record" ..., as schemas spell them.
const char* to_string(Type type);
// From such a word; null if it names no type. "union" is reserved: schemas cannot use it.
std::optional<Type> parse_type(std::string_view word);
inline bool is_primitive(Type type) {
  return type <= Type::string;
}

// Of records, enums and fixed. An empty space is the null namespace.
struct Name {
  std::string space;
  std::string simple;

  // "space.simple", or "simple" in the null namespace.
  std::string full() const;
  bool operator==(const Name&) const = default;
};

enum class Order : uint8_t { ascending, descending, ignore };

struct Node;

struct Field {
  std::string name;
  const Node* type = nullptr;
  std::optional<std::string> doc;
  std::optional<json::Value> default_value;
  Order order = Order::ascending;
  std::vector<std::string> aliases;
  std::vector<json::Member> properties;  // everything else, in the text's order
};

// One type of a schema. Named types that are used again are the same Node, so that recursive
// schemas are cycles of pointers. Nodes live as long as a Schema that they belong to.
struct Node {
  Type type = Type::null;
  std::vector<json::Member>
      properties;  // what the specification does not know, in the text's order

  Name name;  // record, enum, fixed
  std::vector<Name> aliases;
  std::optional<std::string> doc;

  std::vector<Field> fields;  // record
  bool is_error = false;      // record that the text calls "error"

  std::vector<std::string> symbols;  // enum
  std::optional<std::string> default_symbol;

  size_t size = 0;  // fixed, bytes

  const Node* items = nullptr;        // array: its items; map: its values
  std::vector<const Node*> branches;  // union

  // "timestamp-millis" ..., or null; nothing is checked about it.
  const std::string* logical_type() const;
  bool is_named() const {
    return type == Type::record || type == Type::enum_ || type == Type::fixed;
  }
};

// What untrusted text may cost; more is bad_input.
struct SchemaLimits {
  size_t bytes_max = 4u << 20;
  size_t depth_max = 64;  // types inside of types
  size_t nodes_max = 200'000;
  size_t fixed_size_max = 16u << 20;
};

// How much is asked of a schema. `strict`, for one that is registered anew: names are letters of
// any alphabet, digits and _, as Avro Java 1.12 takes them, defaults fit their types. `lenient`,
// for one that was accepted before, maybe by another registry: any name that is not empty, any
// default.
enum class Strictness { strict, lenient };

// A handle of an immutable schema; copies are cheap and share it. Thread-safe.
class Schema {
 public:
  // Fails (bad_input) for text that is not JSON or not an Avro schema, and says what and where.
  static Result<Schema> parse(std::string_view text, Strictness strictness = Strictness::lenient,
                              const SchemaLimits& limits = {});
  static Result<Schema> from_json(const json::Value& json,
                                  Strictness strictness = Strictness::lenient,
                                  const SchemaLimits& limits = {});

  const Node& root() const { return *root_; }
  // A schema of one of this one's nodes, which stays alive with it.
  Schema part(const Node& node) const { return Schema(owner_, &node); }

 private:
  Schema(std::shared_ptr<const void> owner, const Node* root)
      : owner_(std::move(owner)), root_(root) {}

  std::shared_ptr<const void> owner_;
  const Node* root_;
};

}  // namespace efd::avro

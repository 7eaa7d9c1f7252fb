// SPDX-License-Identifier: MIT
// From JSON to Nodes, by the rules (and in part the words) of Apache Avro Java's Schema.Parser.
#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "avro/default_value.h"
#include "avro/java_json.h"
#include "avro/schema.h"
#include "avro/schema_words.h"

namespace efd::avro {
namespace {

using Names = std::unordered_map<std::string, const Node*>;

const Node* primitive_node(Type type) {
  static const auto* nodes = [] {
    auto* made = new std::array<Node, 8>;
    for (size_t i = 0; i < made->size(); ++i) (*made)[i].type = static_cast<Type>(i);
    return made;
  }();
  return &(*nodes)[static_cast<size_t>(type)];
}

std::optional<std::string> optional_text(const json::Value& json, std::string_view name) {
  const std::string* text = json.find_string(name);
  return text ? std::optional(*text) : std::nullopt;
}

// Decimals with more digits than a double has are that double in a default, as in Java.
json::Value with_nearest_doubles(const json::Value& value) {
  const json::LongNumber* number = value.as_long_number();
  if (number && !number->is_integer()) return number->nearest();
  if (const json::Value::Array* items = value.as_array()) {
    json::Value::Array changed;
    for (const json::Value& item : *items) changed.push_back(with_nearest_doubles(item));
    return changed;
  }
  if (const json::Value::Object* members = value.as_object()) {
    json::Value::Object changed;
    for (const json::Member& member : *members)
      changed.push_back({member.name, with_nearest_doubles(member.value)});
    return changed;
  }
  return value;
}

struct Document {
  std::deque<Node> nodes;  // never moves them
  const Node* root = nullptr;
};

class Parser {
 public:
  Parser(Document& document, Strictness strictness, const SchemaLimits& limits)
      : document_(document), strict_(strictness == Strictness::strict), limits_(limits) {}

  // `space`: the namespace around it.
  Result<const Node*> parse(const json::Value& json, const std::string& space) {
    if (depth_ == limits_.depth_max) {
      return fail(ErrorCode::bad_input, "types nest deeper than {}, which is the bound",
                  limits_.depth_max);
    }
    ++depth_;
    Result<const Node*> node = parse_any(json, space);
    --depth_;
    return node;
  }

 private:
  Result<const Node*> parse_any(const json::Value& json, const std::string& space) {
    if (const std::string* text = json.as_string()) return find_type(*text, space);
    if (json.is_array()) return parse_union(json, space);
    if (json.is_object()) return parse_object(json, space);
    return fail(ErrorCode::bad_input, "a schema is text, an object or an array, not {}",
                json.kind());
  }

  Result<const Node*> find_type(const std::string& text, const std::string& space) const {
    std::optional<Type> type = parse_type(text);
    if (type && is_primitive(*type)) return primitive_node(*type);
    auto found = names_.find(make_name(text, space).full());
    if (found == names_.end()) found = names_.find(text);
    if (found == names_.end()) {
      return fail(ErrorCode::bad_input, "\"{}\" is not a defined name", text);
    }
    return found->second;
  }

  Result<const Node*> parse_object(const json::Value& json, const std::string& space) {
    const json::Value* type_json = json.find("type");
    if (!type_json) return fail(ErrorCode::bad_input, "No type: a schema without \"type\"");
    const std::string* word = type_json->as_string();
    if (!word) {
      // {"type": {"type": "string"}}: seen in the wild, never in what Avro's own tools write.
      if (!strict_) return parse(*type_json, space);
      return fail(ErrorCode::bad_input, "\"type\" is not text but {}", type_json->kind());
    }
    if (*word == "error") return parse_record(json, space, true);
    std::optional<Type> type = parse_type(*word);
    if (!type || *type == Type::union_) return find_type(*word, space);
    return parse_kind(*type, json, space);
  }

  Result<const Node*> parse_kind(Type type, const json::Value& json, const std::string& space) {
    switch (type) {
      case Type::record:
        return parse_record(json, space, false);
      case Type::enum_:
        return parse_enum(json, space);
      case Type::fixed:
        return parse_fixed(json, space);
      case Type::array:
        return parse_container(type, "items", json, space);
      case Type::map:
        return parse_container(type, "values", json, space);
      default:
        return parse_primitive(type, json);
    }
  }

  Result<const Node*> parse_primitive(Type type, const json::Value& json) {
    std::vector<json::Member> properties = type_properties(json, type);
    if (properties.empty()) return primitive_node(type);
    EFD_ASSIGN(Node * node, new_node(type));
    node->properties = std::move(properties);
    return node;
  }

  Result<const Node*> parse_container(Type type, const char* inner, const json::Value& json,
                                      const std::string& space) {
    const json::Value* items = json.find(inner);
    if (!items) return fail(ErrorCode::bad_input, "{} without \"{}\"", to_string(type), inner);
    EFD_ASSIGN(Node * node, new_node(type));
    set_properties(json, *node);
    EFD_ASSIGN(node->items, parse(*items, space));
    return node;
  }

  Result<const Node*> parse_union(const json::Value& json, const std::string& space) {
    EFD_ASSIGN(Node * node, new_node(Type::union_));
    std::unordered_set<std::string> seen;
    for (const json::Value& branch_json : *json.as_array()) {
      EFD_ASSIGN(const Node* branch, parse(branch_json, space));
      if (branch->type == Type::union_) return fail(ErrorCode::bad_input, "Nested union");
      std::string key = branch->is_named() ? branch->name.full() : to_string(branch->type);
      if (!seen.insert(key).second)
        return fail(ErrorCode::bad_input, "Duplicate in union: {}", key);
      node->branches.push_back(branch);
    }
    return node;
  }

  Result<const Node*> parse_record(const json::Value& json, const std::string& space,
                                   bool is_error) {
    EFD_ASSIGN(Node * node, new_named(Type::record, json, space));
    node->is_error = is_error;
    const json::Value* fields = json.find("fields");
    if (!fields || !fields->is_array()) {
      return fail(ErrorCode::bad_input, "record '{}' has no array \"fields\"", node->name.full());
    }
    std::unordered_set<std::string> seen;
    for (const json::Value& field_json : *fields->as_array()) {
      Result<Field> field = parse_field(field_json, node->name.space);
      if (!field) return fail_in("record '" + node->name.full() + "'", field.error());
      if (!seen.insert(field->name).second) {
        return fail(ErrorCode::bad_input, "Duplicate field '{}' in record '{}'", field->name,
                    node->name.full());
      }
      node->fields.push_back(std::move(*field));
    }
    return node;
  }

  Result<Field> parse_field(const json::Value& json, const std::string& space) {
    const std::string* name = json.find_string("name");
    if (!name) return fail(ErrorCode::bad_input, "a field without \"name\"");
    EFD_TRY(check_name(*name));
    Field field;
    field.name = *name;
    field.doc = optional_text(json, "doc");
    Result<> rest = parse_field_rest(json, space, field);
    if (!rest) return fail_in("field '" + *name + "'", rest.error());
    field.properties = field_properties(json);
    return field;
  }

  Result<> parse_field_rest(const json::Value& json, const std::string& space, Field& field) {
    const json::Value* type_json = json.find("type");
    if (!type_json) return fail(ErrorCode::bad_input, "no \"type\"");
    EFD_ASSIGN(field.type, parse(*type_json, space));
    EFD_ASSIGN(field.order, parse_order(json));
    EFD_ASSIGN(field.aliases, parse_aliases(json));
    if (const json::Value* value = json.find("default")) EFD_TRY(set_default(*value, field));
    return {};
  }

  Result<> set_default(const json::Value& value, Field& field) {
    field.default_value = with_nearest_doubles(value);
    bool is_floating = field.type->type == Type::float_ || field.type->type == Type::double_;
    if (is_floating && value.is_string()) {
      // Avro Java takes numbers in quotes here ("NaN" has no other way).
      if (auto number = parse_java_double(*value.as_string())) field.default_value = *number;
    }
    if (!strict_ || is_valid_default(*field.type, *field.default_value)) return {};
    return fail(ErrorCode::bad_input, "Invalid default: {} is not a {}", json::dump(value),
                to_string(field.type->type));
  }

  Result<Order> parse_order(const json::Value& json) const {
    std::string word = optional_text(json, "order").value_or("ascending");
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(c | 0x20); });
    if (word == "ascending") return Order::ascending;
    if (word == "descending") return Order::descending;
    if (word == "ignore") return Order::ignore;
    return fail(ErrorCode::bad_input, "order is ascending, descending or ignore, not '{}'", word);
  }

  Result<std::vector<std::string>> parse_aliases(const json::Value& json) const {
    std::vector<std::string> aliases;
    const json::Value* list = json.find("aliases");
    if (!list) return aliases;
    if (!list->is_array()) return fail(ErrorCode::bad_input, "\"aliases\" is not an array");
    std::unordered_set<std::string> seen;
    for (const json::Value& alias : *list->as_array()) {
      const std::string* text = alias.as_string();
      if (!text) return fail(ErrorCode::bad_input, "an alias is not text but {}", alias.kind());
      if (seen.insert(*text).second) aliases.push_back(*text);
    }
    return aliases;
  }

  Result<const Node*> parse_enum(const json::Value& json, const std::string& space) {
    EFD_ASSIGN(Node * node, new_named(Type::enum_, json, space));
    const json::Value* symbols = json.find("symbols");
    if (!symbols || !symbols->is_array()) {
      return fail(ErrorCode::bad_input, "enum '{}' has no array \"symbols\"", node->name.full());
    }
    for (const json::Value& symbol : *symbols->as_array()) {
      EFD_TRY(add_symbol(symbol, *node));
    }
    node->default_symbol = optional_text(json, "default");
    const auto& known = node->symbols;
    if (node->default_symbol &&
        std::find(known.begin(), known.end(), *node->default_symbol) == known.end()) {
      return fail(ErrorCode::bad_input, "The default '{}' of enum '{}' is none of its symbols",
                  *node->default_symbol, node->name.full());
    }
    return node;
  }

  Result<> add_symbol(const json::Value& symbol, Node& node) {
    const std::string* text = symbol.as_string();
    if (!text) return fail(ErrorCode::bad_input, "a symbol is not text but {}", symbol.kind());
    EFD_TRY(check_name(*text));
    if (!symbols_seen_.insert(node.name.full() + '\n' + *text).second) {
      return fail(ErrorCode::bad_input, "Duplicate enum symbol: {}", *text);
    }
    node.symbols.push_back(*text);
    return {};
  }

  Result<const Node*> parse_fixed(const json::Value& json, const std::string& space) {
    EFD_ASSIGN(Node * node, new_named(Type::fixed, json, space));
    const json::Value* size = json.find("size");
    const int64_t* number = size ? size->as_int64() : nullptr;
    if (!number || *number < 0 || static_cast<size_t>(*number) > limits_.fixed_size_max) {
      return fail(ErrorCode::bad_input, "Invalid or no size of fixed '{}' (0 .. {})",
                  node->name.full(), limits_.fixed_size_max);
    }
    node->size = static_cast<size_t>(*number);
    return node;
  }

  Result<Node*> new_named(Type type, const json::Value& json, const std::string& space) {
    const std::string* text = json.find_string("name");
    if (!text) return fail(ErrorCode::bad_input, "{} without \"name\"", to_string(type));
    Name name = make_name(*text, optional_text(json, "namespace").value_or(space));
    EFD_TRY(check_name(name.simple));
    if (strict_ && !is_strict_space(name.space)) {
      return fail(ErrorCode::bad_input, "Illegal namespace: '{}'", name.space);
    }
    EFD_ASSIGN(Node * node, new_node(type));
    node->name = std::move(name);
    node->doc = optional_text(json, "doc");
    set_properties(json, *node);
    EFD_TRY(set_aliases(json, *node));
    if (parse_type(node->name.full()) && is_primitive(*parse_type(node->name.full()))) {
      return fail(ErrorCode::bad_input, "Schemas may not be named after primitives: {}",
                  node->name.full());
    }
    if (!names_.emplace(node->name.full(), node).second) {
      return fail(ErrorCode::bad_input, "Can't redefine: {}", node->name.full());
    }
    return node;
  }

  Result<> set_aliases(const json::Value& json, Node& node) {
    EFD_ASSIGN(std::vector<std::string> aliases, parse_aliases(json));
    std::unordered_set<std::string> seen;
    for (const std::string& alias : aliases) {
      Name name = make_name(alias, node.name.space);
      EFD_TRY(check_name(name.simple));
      if (seen.insert(name.full()).second) node.aliases.push_back(std::move(name));
    }
    return {};
  }

  void set_properties(const json::Value& json, Node& node) {
    node.properties = type_properties(json, node.type);
  }

  Result<> check_name(std::string_view name) const {
    if (name.empty()) return fail(ErrorCode::bad_input, "Empty name");
    if (strict_ && !is_strict_name(name)) {
      return fail(ErrorCode::bad_input,
                  "Illegal name: '{}' (letters of any alphabet, digits and _, no digit first)",
                  name);
    }
    return {};
  }

  Result<Node*> new_node(Type type) {
    if (document_.nodes.size() == limits_.nodes_max) {
      return fail(ErrorCode::bad_input, "more than {} types", limits_.nodes_max);
    }
    Node& node = document_.nodes.emplace_back();
    node.type = type;
    return &node;
  }

  Document& document_;
  bool strict_;
  SchemaLimits limits_;
  size_t depth_ = 0;
  Names names_;
  std::unordered_set<std::string> symbols_seen_;  // "enum\nsymbol"
};

}  // namespace

Result<Schema> Schema::parse(std::string_view text, Strictness strictness,
                             const SchemaLimits& limits) {
  auto json = json::parse(text, {.bytes_max = limits.bytes_max}, json::LongNumbers::kept);
  if (!json) return fail_in("Avro schema", json.error());
  return from_json(*json, strictness, limits);
}

Result<Schema> Schema::from_json(const json::Value& json, Strictness strictness,
                                 const SchemaLimits& limits) {
  auto document = std::make_shared<Document>();
  Parser parser(*document, strictness, limits);
  Result<const Node*> root = parser.parse(json, "");
  if (!root) return fail_in("Avro schema", root.error());
  return Schema(document, *root);
}

}  // namespace efd::avro

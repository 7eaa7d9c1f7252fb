// SPDX-License-Identifier: MIT
#include "avro/canonical.h"

#include <array>
#include <unordered_set>

#include "avro/java_json.h"

namespace efd::avro {
namespace {

// Writes {"a":..,"b":..}: sets the commas.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  void key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_java_quoted(name, out_);
    out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_java_quoted(value, out_);
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

template <class List, class Write>
void write_list(const List& list, std::string& out, Write write) {
  out += '[';
  bool first = true;
  for (const auto& item : list) {
    if (!first) out += ',';
    first = false;
    write(item);
  }
  out += ']';
}

// A name as it stands in `space`: alone in its own namespace, unless it would read as a type.
std::string qualified(const Name& name, const std::string& space) {
  bool alone = name.space == space && !parse_type(name.simple);
  return alone ? name.simple : name.full();
}

class TextWriter {
 public:
  explicit TextWriter(std::string& out) : out_(out) {}

  void write(const Node& node, const std::string& space) {
    if (node.is_named() && !written_.insert(&node).second) {
      return append_java_quoted(qualified(node.name, space), out_);
    }
    if (node.type == Type::union_) {
      return write_list(node.branches, out_, [&](const Node* branch) { write(*branch, space); });
    }
    if (is_primitive(node.type) && node.properties.empty()) {
      return append_java_quoted(to_string(node.type), out_);
    }
    write_object(node, space);
  }

 private:
  void write_object(const Node& node, const std::string& space) {
    Object object(out_);
    object.text("type", node.is_error ? "error" : to_string(node.type));
    if (node.is_named()) write_name(node, space, object);
    if (node.type == Type::record) write_fields(node, object);
    if (node.type == Type::enum_) write_symbols(node, object);
    if (node.type == Type::fixed) object.key("size"), out_ += std::to_string(node.size);
    if (node.items) {
      object.key(node.type == Type::array ? "items" : "values");
      write(*node.items, space);
    }
    write_properties(node.properties, object);
    write_aliases(node, object);
    object.end();
  }

  void write_name(const Node& node, const std::string& space, Object& object) {
    object.text("name", node.name.simple);
    if (node.name.space != space) object.text("namespace", node.name.space);
    if (node.doc) object.text("doc", *node.doc);
  }

  void write_fields(const Node& node, Object& object) {
    object.key("fields");
    write_list(node.fields, out_, [&](const Field& field) { write_field(field, node.name.space); });
  }

  void write_field(const Field& field, const std::string& space) {
    Object object(out_);
    object.text("name", field.name);
    object.key("type");
    write(*field.type, space);
    if (field.doc) object.text("doc", *field.doc);
    if (field.default_value) object.key("default"), append_java_json(*field.default_value, out_);
    if (field.order == Order::descending) object.text("order", "descending");
    if (field.order == Order::ignore) object.text("order", "ignore");
    if (!field.aliases.empty()) {
      object.key("aliases");
      write_list(field.aliases, out_,
                 [&](const std::string& alias) { append_java_quoted(alias, out_); });
    }
    write_properties(field.properties, object);
    object.end();
  }

  void write_symbols(const Node& node, Object& object) {
    object.key("symbols");
    write_list(node.symbols, out_,
               [&](const std::string& symbol) { append_java_quoted(symbol, out_); });
    if (node.default_symbol) object.text("default", *node.default_symbol);
  }

  void write_properties(const std::vector<json::Member>& properties, Object& object) {
    for (const json::Member& property : properties) {
      object.key(property.name);
      append_java_json(property.value, out_);
    }
  }

  void write_aliases(const Node& node, Object& object) {
    if (node.aliases.empty()) return;
    object.key("aliases");
    write_list(node.aliases, out_, [&](const Name& alias) {
      append_java_quoted(qualified(alias, node.name.space), out_);
    });
  }

  std::string& out_;
  std::unordered_set<const Node*> written_;
};

// Names are always full, and [STRINGS] keeps letters as they are.
class FormWriter {
 public:
  explicit FormWriter(std::string& out) : out_(out) {}

  void write(const Node& node) {
    if (is_primitive(node.type)) return quote(to_string(node.type));
    if (node.type == Type::union_) {
      return write_list(node.branches, out_, [&](const Node* branch) { write(*branch); });
    }
    if (node.items) return write_container(node);
    if (!written_.insert(&node).second) return quote(node.name.full());
    write_named(node);
  }

 private:
  void quote(std::string_view text) { out_.append("\"").append(text).append("\""); }

  void write_container(const Node& node) {
    out_ += node.type == Type::array ? R"({"type":"array","items":)" : R"({"type":"map","values":)";
    write(*node.items);
    out_ += '}';
  }

  void write_named(const Node& node) {
    out_ += "{\"name\":";
    quote(node.name.full());
    out_ += ",\"type\":";
    quote(node.is_error ? "error" : to_string(node.type));
    if (node.type == Type::record) {
      out_ += ",\"fields\":";
      write_list(node.fields, out_, [&](const Field& field) { write_field(field); });
    } else if (node.type == Type::enum_) {
      out_ += ",\"symbols\":";
      write_list(node.symbols, out_, [&](const std::string& symbol) { quote(symbol); });
    } else {
      out_ += ",\"size\":" + std::to_string(node.size);
    }
    out_ += '}';
  }

  void write_field(const Field& field) {
    out_ += "{\"name\":";
    quote(field.name);
    out_ += ",\"type\":";
    write(*field.type);
    out_ += '}';
  }

  std::string& out_;
  std::unordered_set<const Node*> written_;
};

constexpr uint64_t kCrc64Empty = 0xc15d213aa4d7a795;

constexpr std::array<uint64_t, 256> make_crc64_table() {
  std::array<uint64_t, 256> table{};
  for (uint64_t i = 0; i < 256; ++i) {
    uint64_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (kCrc64Empty & (0 - (crc & 1)));
    table[i] = crc;
  }
  return table;
}

}  // namespace

std::string canonical_text(const Schema& schema) {
  std::string out;
  TextWriter(out).write(schema.root(), "");
  return out;
}

std::string parsing_canonical_form(const Schema& schema) {
  std::string out;
  FormWriter(out).write(schema.root());
  return out;
}

uint64_t crc64_avro(std::string_view bytes) {
  static constexpr std::array<uint64_t, 256> kTable = make_crc64_table();
  uint64_t crc = kCrc64Empty;
  for (unsigned char byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
  return crc;
}

}  // namespace efd::avro

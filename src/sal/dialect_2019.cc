// SPDX-License-Identifier: MIT
#include "sal/dialect_2019.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/core.h>

#include "sal/metadata_2019.h"

namespace efd::sal {
namespace {

using Object = json::Value::Object;

struct TypeRule {
  std::string_view idl;
  FieldType type;
};
constexpr std::array<TypeRule, 17> kTypeRules = {{
    {"null", FieldType::null},
    {"boolean", FieldType::boolean},
    {"int", FieldType::int32},
    {"long", FieldType::int64},
    {"float", FieldType::float32},
    {"double", FieldType::float64},
    {"bytes", FieldType::bytes},
    {"string", FieldType::string},
    {"short", FieldType::int32},
    {"unsigned short", FieldType::int32},
    {"unsigned int", FieldType::int32},
    {"long long", FieldType::int64},
    {"unsigned long", FieldType::int64},
    {"unsigned long long", FieldType::int64},
    {"byte", FieldType::bytes},
    {"char", FieldType::bytes},
    {"octet", FieldType::bytes},
}};

constexpr std::array<const char*, 7> kHeaderDocs = {"Timestamp when the Kafka message was created.",
                                                    "SAL revision code.",
                                                    "Time when SAL created the message.",
                                                    "Time when SAL ingested the message.",
                                                    "SAL sequence number.",
                                                    "SAL origin.",
                                                    "SAL host."};

std::vector<std::string> split_symbols(std::string_view text) {
  std::vector<std::string> symbols;
  for (;;) {
    const size_t comma = text.find(',');
    symbols.emplace_back(stripped(text.substr(0, comma)));
    if (comma == std::string_view::npos) return symbols;
    text.remove_prefix(comma + 1);
  }
}

class TopicConverter {
 public:
  TopicConverter(const Topic& topic, std::vector<Problem>& problems)
      : topic_(topic), problems_(problems) {}

  TopicSchema convert() {
    check_topic_name();
    TopicSchema result;
    result.shape = {topic_.name, std::string(topic_.subsystem()), topic_.kind, header_fields()};
    json::Value::Array schemas = header_schemas();
    for (const Item& item : topic_.items) {
      Field field = field_of(item);
      schemas.push_back(field_schema(item, field, result.shape.fields.size()));
      result.shape.fields.push_back(std::move(field));
    }
    result.schema = record(std::move(schemas));
    return result;
  }

 private:
  void report(size_t line, std::string reason) {
    problems_.push_back({topic_.file, line, topic_.name, std::move(reason)});
  }

  void check_topic_name() {
    const size_t line = topic_.element.line;
    if (topic_.name.empty()) return report(line, "a topic without EFDB_Topic");
    if (!is_avro_name(topic_.name)) {
      report(line, "the topic's name is not made of letters, digits and '_'");
    }
    if (topic_.name.size() > kTopicNameBytesMax) {
      report(line, fmt::format("the topic's name is longer than {}", kTopicNameBytesMax));
    }
  }

  json::Value::Array header_schemas() {
    json::Value::Array schemas;
    for (size_t i = 0; i < header_fields().size(); ++i) {
      const Field& field = header_fields()[i];
      names_.insert(field.name);
      schemas.push_back(
          Object{{"name", field.name}, {"type", avro_type(field)}, {"doc", kHeaderDocs[i]}});
    }
    return schemas;
  }

  Field field_of(const Item& item) {
    Field field;
    field.name = item.text("EFDB_Name");
    field.units = item.text("Units");
    check_field_name(item, field.name);
    const std::string_view enumeration = item.text("Enumeration");
    if (enumeration.empty()) {
      take_type(item, field);
    } else {
      field.type = FieldType::enumeration;
      field.symbols = split_symbols(enumeration);
      check_symbols(item, field);
    }
    return field;
  }

  void check_field_name(const Item& item, const std::string& name) {
    const size_t line = item.element.line;
    if (name.empty()) return report(line, "an item without EFDB_Name");
    if (!is_avro_name(name)) {
      report(line,
             fmt::format("field '{}': the name is not made of letters, digits and '_'", name));
    }
    if (!names_.insert(name).second) {
      report(line, fmt::format("field '{}': there is one of that name already", name));
    }
  }

  void check_symbols(const Item& item, const Field& field) {
    std::set<std::string_view> seen;
    for (const std::string& symbol : field.symbols) {
      if (!is_avro_name(symbol)) {
        report(item.element.line, fmt::format("field '{}': Avro takes no enumeration symbol '{}'",
                                              field.name, symbol));
      }
      if (!seen.insert(symbol).second) {
        report(item.element.line,
               fmt::format("field '{}': enumeration symbol '{}' twice", field.name, symbol));
      }
    }
  }

  // IDL_Type is taken as it is written: with blanks around it, it is unknown.
  void take_type(const Item& item, Field& field) {
    const XmlElement* idl = item.element.child("IDL_Type");
    const std::string_view name = idl == nullptr ? std::string_view() : idl->text;
    const auto rule = std::find_if(kTypeRules.begin(), kTypeRules.end(),
                                   [&](const TypeRule& known) { return known.idl == name; });
    if (rule == kTypeRules.end()) {
      report(item.element.line, fmt::format("field '{}': unknown IDL_Type '{}'", field.name, name));
    } else {
      field.type = rule->type;
    }
    take_count(item, field);
  }

  void take_count(const Item& item, Field& field) {
    const std::string_view text = item.text("Count");
    if (text.empty()) return;
    const auto count = integer_of(text);
    if (!count || *count > kLengthMax) {
      return report(item.element.line,
                    fmt::format("field '{}': Count '{}' is not a whole number up to {}", field.name,
                                text, kLengthMax));
    }
    if (*count > 1) field.length = static_cast<uint32_t>(*count);
  }

  json::Value field_schema(const Item& item, const Field& field, size_t position) {
    Object schema{{"name", field.name}, {"type", avro_type(field)}};
    if (const auto doc = item.text("Description"); !doc.empty()) schema.push_back({"doc", doc});
    schema.push_back({"sal_index", position - header_fields().size()});
    for (const std::string& reason : add_item_metadata(item, schema)) {
      report(item.element.line, fmt::format("field '{}': {}", field.name, reason));
    }
    return schema;
  }

  json::Value record(json::Value::Array fields) const {
    Object schema{{"type", "record"}, {"namespace", kNamespace}, {"name", topic_.name}};
    add_topic_metadata(topic_, schema);
    schema.push_back({"sal_topic_type", element_name(topic_.kind)});
    schema.push_back({"fields", std::move(fields)});
    return schema;
  }

  const Topic& topic_;
  std::vector<Problem>& problems_;
  std::set<std::string> names_;
};

}  // namespace

TopicSchema convert_topic_2019(const Topic& topic, std::vector<Problem>& problems) {
  return TopicConverter(topic, problems).convert();
}

}  // namespace efd::sal

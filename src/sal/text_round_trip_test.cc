// SPDX-License-Identifier: MIT
// Every topic of the SAL XML of 2019: what is printed reads back, value for value; and the one
// message that was captured from SAL itself.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "avro/value.h"
#include "json/value.h"
#include "sal/conversion.h"
#include "sal/message_generator.h"
#include "sal/profile.h"
#include "sal/text_parser.h"
#include "system/file_system.h"

namespace efd::sal {
namespace {

constexpr UtcTime kNow = UtcTime::from_ms(1'547'585'940'846);

std::string data_path(const std::string& name) {
  const char* shared = std::getenv("EFD_SHARED");
  const std::string root = shared != nullptr ? shared : EFD_SOURCE_DIR "/../shared";
  return root + "/data/sal/" + name;
}

#define SKIP_WITHOUT(path) \
  if (!*system::posix_file_system().exists(path)) GTEST_SKIP() << "golden data absent: " << path

// Whether SAL's word for a field's type is this one.
bool is_type(const SalTypes& sal_types, const Field& field, std::string_view type) {
  const auto known = sal_types.find(field.name);
  return known != sal_types.end() && known->second.starts_with(type);
}

// Random values that SAL's text can hold: floats of six decimals, any UTF-8 text without a quote,
// any character without one.
class RandomMessage {
 public:
  RandomMessage(const TopicShape& shape, const SalTypes& sal_types, uint64_t seed)
      : shape_(shape), sal_types_(sal_types), random_(seed) {}

  avro::Value value() {
    avro::Record record;
    for (const Field& field : shape_.fields) record.fields.push_back(value_of(field));
    return record;
  }

 private:
  avro::Value value_of(const Field& field) {
    if (field.name == "kafka_timestamp") return kNow.ms();
    if (field.length == 0) return scalar(field);
    avro::Array array;
    for (size_t i = 0; i < field.length; ++i) array.push_back(scalar(field));
    return array;
  }

  avro::Value scalar(const Field& field) {
    const bool is_unsigned = is_type(sal_types_, field, "unsigned");
    switch (field.type) {
      case FieldType::boolean:
        return below(2) == 1;
      case FieldType::int32:
        return static_cast<int32_t>((random_() & (is_unsigned ? INT32_MAX : ~0ULL)) >> below(32));
      case FieldType::timestamp_ms:
        return static_cast<int64_t>(below(2'000'000'000)) * 1000 +
               static_cast<int64_t>(below(1000));
      case FieldType::float32:
        return static_cast<float>(number());
      case FieldType::float64:
        return number();
      case FieldType::bytes:
        return avro::Bytes{std::string(1, byte(is_type(sal_types_, field, "char")))};
      case FieldType::string:
        return word();
      case FieldType::enumeration:
        return field.symbols[below(field.symbols.size())];
      default:
        return static_cast<int64_t>(random_() >> (is_unsigned + below(63)));
    }
  }

  char byte(bool is_char) {
    const char byte = static_cast<char>(below(is_char && below(4) == 0 ? 1 : 256));
    return is_char && byte == '\'' ? '"' : byte;
  }

  double number() {
    constexpr double kSpecial[] = {0.0, -0.0, std::numeric_limits<double>::infinity(),
                                   -std::numeric_limits<double>::infinity(), 1e22};
    if (below(20) == 0) return kSpecial[below(5)];
    const double ticks = static_cast<double>(static_cast<int64_t>(below(20'000'001)) - 10'000'000);
    return ticks / 1e6 * (below(3) == 0 ? 1000 : 1);
  }

  std::string word() {
    constexpr std::string_view kPieces[] = {"a",  "Z",  "0",  " ",        ",",   "(",  ")",
                                            "\"", "\\", "\n", "\xc2\xb0", "1.5", ":(", "nan"};
    std::string word;
    for (size_t n = below(12); n > 0; --n) word += kPieces[below(std::size(kPieces))];
    return word;
  }

  uint64_t below(uint64_t limit) { return random_() % limit; }

  const TopicShape& shape_;
  const SalTypes& sal_types_;
  std::mt19937_64 random_;
};

// What a float is behind "%f", and so what both sides of a round trip are compared as.
template <class Float>
Float printed(Float value) {
  if (!std::isfinite(value)) return value;
  char digits[400];
  std::snprintf(digits, sizeof digits, "%f", static_cast<double>(value));
  if constexpr (std::is_same_v<Float, float>)
    return std::strtof(digits, nullptr);
  else
    return std::strtod(digits, nullptr);
}

avro::Value rounded(avro::Value value) {
  if (auto* number = std::get_if<float>(&value.data)) return printed(*number);
  if (auto* number = std::get_if<double>(&value.data)) return printed(*number);
  if (auto* array = std::get_if<avro::Array>(&value.data))
    for (avro::Value& item : *array) item = rounded(item);
  return value;
}

bool is_zero(const avro::Value& item) {
  return std::get<avro::Bytes>(item.data) == avro::Bytes{std::string(1, '\0')};
}

// What is left of a field behind SAL's "%s": the first of several strings, the characters before a
// zero.
void cut(avro::Value& value, bool is_char) {
  if (auto* array = std::get_if<avro::Array>(&value.data)) {
    if (is_char) array->erase(std::find_if(array->begin(), array->end(), is_zero), array->end());
    if (!is_char) array->erase(array->begin() + 1, array->end());
  } else if (is_char && is_zero(value)) {
    value = avro::Bytes{};
  }
}

class RoundTrip {
 public:
  RoundTrip(const TopicShape& shape, const SalTypes& sal_types)
      : sal_types_(sal_types),
        schema_(*avro::Schema::from_json(schema_of(shape))),
        plan_(*TextPlan::compile(shape, {}, sal_types)),
        parser_(plan_),
        parser_without_types_(*TextPlan::compile(shape)) {}

  // The message of a datum, as SAL prints it, becomes the datum's value as far as it was printed.
  void check(std::string_view datum, const int64_t* index) {
    std::string text;
    auto printed = plan_->print(datum, text, index);
    ASSERT_TRUE(printed) << printed.error().message;
    check_text(text, as_sal_prints(*avro::decode(schema_, datum)));
  }
  void check_text(const std::string& text, const avro::Value& wanted) {
    auto head = read_text_head(text);
    ASSERT_TRUE(head) << head.error().message << ": " << text;
    EXPECT_EQ(head->topic, plan_->shape().name);
    for (TextParser* parser : {&parser_, &parser_without_types_}) {
      std::string back;
      auto parsed = parser->parse(head->values, kNow, back);
      ASSERT_TRUE(parsed) << parsed.error().message << ": " << text;
      auto got = avro::decode(schema_, back);
      ASSERT_TRUE(got) << got.error().message;
      EXPECT_TRUE(wanted == *got) << text;
    }
    values_ += plan_->values();
  }
  void check_value(const avro::Value& value, const int64_t* index) {
    std::string datum;
    ASSERT_TRUE(avro::encode(schema_, value, datum));
    check(datum, index);
  }
  size_t values() const { return values_; }

 private:
  avro::Value as_sal_prints(avro::Value value) const {
    auto& fields = std::get<avro::Record>(value.data).fields;
    for (size_t i = 0; i < fields.size(); ++i) {
      const Field& field = plan_->shape().fields[i];
      const bool is_char = is_type(sal_types_, field, "char");
      if (is_char || field.type == FieldType::string) cut(fields[i], is_char);
      fields[i] = rounded(fields[i]);
    }
    return value;
  }

  const SalTypes& sal_types_;
  avro::Schema schema_;
  std::shared_ptr<const TextPlan> plan_;
  TextParser parser_;
  TextParser parser_without_types_;
  size_t values_ = 0;
};

bool is_text_array(const Field& field) {
  return field.type == FieldType::string && field.length > 0;
}

// The same topic with a field for each element of its arrays of strings. Its texts are those of a
// writer that prints every element.
TopicShape spread(const TopicShape& shape) {
  TopicShape wide{shape.name, shape.subsystem, shape.kind, {}};
  for (const Field& field : shape.fields) {
    if (!is_text_array(field)) wide.fields.push_back(field);
    for (size_t i = 0; is_text_array(field) && i < field.length; ++i)
      wide.fields.push_back({field.name + "_" + std::to_string(i), field.type, 0, {}, ""});
  }
  return wide;
}

avro::Value spread(const TopicShape& shape, const avro::Value& value) {
  avro::Record wide;
  const auto& fields = std::get<avro::Record>(value.data).fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!is_text_array(shape.fields[i])) wide.fields.push_back(fields[i]);
    if (!is_text_array(shape.fields[i])) continue;
    for (const avro::Value& item : std::get<avro::Array>(fields[i].data))
      wide.fields.push_back(item);
  }
  return wide;
}

// Every element of the arrays of strings is printed, and read.
void check_all_texts(const TopicShape& shape, RandomMessage& random, RoundTrip& round_trip) {
  const TopicShape wide = spread(shape);
  const avro::Schema schema = *avro::Schema::from_json(schema_of(wide));
  const auto plan = *TextPlan::compile(wide);
  const avro::Value value = random.value();
  std::string datum, text;
  ASSERT_TRUE(avro::encode(schema, spread(shape, value), datum));
  ASSERT_TRUE(plan->print(datum, text));
  avro::Value wanted = value;
  for (avro::Value& field : std::get<avro::Record>(wanted.data).fields) field = rounded(field);
  round_trip.check_text(text, wanted);
}

struct Known {
  SalTypes sal_types = {};
  bool is_keyed = false;
};

size_t check_topic(const TopicShape& shape, const Known& known, uint64_t seed) {
  RoundTrip round_trip(shape, known.sal_types);
  RandomMessage random(shape, known.sal_types, seed);
  const int64_t index = 3;
  const int64_t* sal_index = known.is_keyed ? &index : nullptr;
  for (int i = 0; i < 4; ++i)
    round_trip.check_value(random.value(), i < 3 ? sal_index : known.is_keyed ? nullptr : &index);
  MessageGenerator typical(shape, seed, known.sal_types);
  std::string datum;
  typical.append_datum(kNow, datum);
  round_trip.check(datum, sal_index);
  if (std::any_of(shape.fields.begin(), shape.fields.end(), is_text_array))
    check_all_texts(shape, random, round_trip);
  return round_trip.values();
}

class EveryTopic : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryTopic, ReadsBackAsPrinted) {
  const std::string source = data_path(GetParam());
  SKIP_WITHOUT(source);
  auto conversion = convert(source);
  ASSERT_TRUE(conversion) << conversion.error().message;
  size_t values = 0, keyed = 0, text_arrays = 0;
  for (const ConvertedTopic& topic : conversion->topics) {
    SCOPED_TRACE(topic.efdb_topic());
    values += check_topic(topic.shape, {topic.sal_types, topic.is_keyed}, values + 1);
    keyed += topic.is_keyed;
    text_arrays += std::any_of(topic.shape.fields.begin(), topic.shape.fields.end(), is_text_array);
  }
  std::printf("%s: %zu topics (%zu keyed, %zu with arrays of strings), %zu values read back\n",
              GetParam(), conversion->topics.size(), keyed, text_arrays, values);
  EXPECT_GT(conversion->topics.size(), 1000u);
  EXPECT_GT(keyed, 200u);
  EXPECT_GT(text_arrays, 0u);
}
INSTANTIATE_TEST_SUITE_P(Text, EveryTopic,
                         ::testing::Values("ts_xml-2019-01.tar.xz", "ts_xml-2019-01-10.tar.xz"));

RC_GTEST_PROP(Text, AnyTopicOfTheExperimentReadsBack, (uint64_t seed)) {
  const Profile& profile = sqr029();
  const ProfileTopic& topic = profile.topics[seed % profile.topics.size()];
  check_topic(topic.shape, {topic.sal_types, topic.is_keyed}, seed);
}

// Texts with quotes: read as they were, or refused; never otherwise.
RC_GTEST_PROP(Text, NoTextIsGuessed, ()) {
  TopicShape shape{"T_x", "T", Kind::telemetry, {}};
  for (int i = 0; i < 3; ++i)
    shape.fields.push_back({"s" + std::to_string(i), FieldType::string, 0, {}, ""});
  shape.fields.insert(shape.fields.begin() + 1, {"i", FieldType::int32, 0, {}, ""});
  const auto piece = rc::gen::element<std::string>("'", " , ", "1", "a", "' , '", ")");
  avro::Record record;
  for (const Field& field : shape.fields) {
    if (field.type == FieldType::int32) {
      record.fields.push_back(int32_t{7});
      continue;
    }
    std::string text;
    for (const std::string& part : *rc::gen::container<std::vector<std::string>>(piece))
      text += part;
    record.fields.push_back(text);
  }
  const avro::Schema schema = *avro::Schema::from_json(schema_of(shape));
  const auto plan = *TextPlan::compile(shape);
  std::string datum, text, back;
  RC_ASSERT(avro::encode(schema, record, datum).has_value());
  RC_ASSERT(plan->print(datum, text).has_value());
  TextParser parser(plan);
  auto parsed = parser.parse(read_text_head(text)->values, kNow, back);
  RC_CLASSIFY(parsed.has_value(), "read");
  if (parsed)
    RC_ASSERT(back == datum);
  else
    RC_ASSERT(parsed.error().message.starts_with("ambiguous"));
}

TEST(Text, TheCapturedMessage) {
  const std::string path = data_path("sal-text-message-2019.json");
  SKIP_WITHOUT(path);
  auto file = system::read_file(system::posix_file_system(), path, 1u << 20);
  auto captured = json::parse(*file);
  ASSERT_TRUE(captured);
  auto shape = shape_of_schema(*captured->find("schema"));
  ASSERT_TRUE(shape);
  TextParser parser(*TextPlan::compile(*shape));
  auto head = read_text_head(*captured->find_string("message"));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->topic, "MTM1M3TS_thermalData");
  std::string datum;
  auto parsed = parser.parse(head->values, kNow, datum);
  ASSERT_TRUE(parsed) << parsed.error().message;
  auto schema = avro::Schema::from_json(*captured->find("schema"));
  auto value = avro::decode(*schema, datum);
  ASSERT_TRUE(value);
  const auto& fields = std::get<avro::Record>(value->data).fields;
  EXPECT_EQ(std::get<double>(fields[1].data), 1547758756.332947);
  const auto& first = std::get<avro::Array>(fields[2].data);
  const auto& last = std::get<avro::Array>(fields[5].data);
  ASSERT_EQ(first.size(), 95u);
  ASSERT_EQ(last.size(), 95u);
  EXPECT_EQ(std::get<float>(first[0].data), 22.624901f);
  EXPECT_EQ(std::get<float>(last[94].data), 22.379299f);
}

}  // namespace
}  // namespace efd::sal

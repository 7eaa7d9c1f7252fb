// SPDX-License-Identifier: MIT
// TextTransform: SAL's plain-text messages to Avro, by the schemas that a registry has for their
// topics.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "observe/metrics.h"
#include "registry/registry.h"
#include "sal/text_parser.h"
#include "system/clock.h"

namespace efd::transform {

// A Kafka topic of SAL texts: "MTM1M3_logevent".
struct TextTopic {
  std::string component;  // "MTM1M3"
  std::string kind;       // "command", "event", "logevent" or "telemetry"
};
// None: another kind of topic.
std::optional<TextTopic> text_topic(std::string_view kafka_topic);

// "MTM1M3_logevent_x" -> "lsst.sal.MTM1M3_logevent_x": output topic, subject and the schema's full
// name.
std::string output_topic(std::string_view sal_topic);

using SalTypesByTopic = std::map<std::string, sal::SalTypes>;

struct TextTransformOptions {
  std::string component;  // messages of another one are refused
  sal::TextOptions text;
  std::shared_ptr<const SalTypesByTopic> sal_types;  // as far as known; may be null
};

// How long an answer of the registry is used again, "no schema" included.
constexpr int64_t kSchemaAgeMaxNs = 10 * kNsPerSecond;
// Topics whose plans are kept; the one used least recently goes first.
constexpr size_t kPlansMax = 4096;

// Of one component. Not thread-safe.
class TextTransform {
 public:
  TextTransform(TextTransformOptions options, registry::SchemaRegistry& registry,
                observe::Metrics& metrics, system::Clock& clock);
  ~TextTransform();

  // Replaces `value` by the message's Avro record, framed, with `now` as its kafka_timestamp.
  // Returns its topic, which stays until the next call. bad_input: the message is at fault, or
  // nothing in the registry fits it, and stays so. Other errors: the registry cannot be asked; try
  // again.
  Result<const TopicName*> run(std::string_view text, UtcTime now, std::string& value);

 private:
  struct Topic;
  Result<Topic*> topic_of(std::string_view name);
  Result<> refresh(Topic& topic);
  Result<> take(Topic& topic, const registry::SubjectVersion& latest);
  Topic& remember(std::string_view name);

  const TextTransformOptions options_;
  const std::string prefix_;  // of the component's topics
  registry::SchemaRegistry& registry_;
  system::Clock& clock_;
  observe::Summary& transform_seconds_;
  std::unordered_map<std::string_view, std::unique_ptr<Topic>> topics_;  // keys look at the values
  Topic* last_ = nullptr;  // of the message before: often the next one's, too
};

}  // namespace efd::transform

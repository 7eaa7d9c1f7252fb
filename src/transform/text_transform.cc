// SPDX-License-Identifier: MIT
#include "transform/text_transform.h"

#include <algorithm>

#include "avro/wire.h"
#include "sal/shape.h"

namespace efd::transform {

std::optional<TextTopic> text_topic(std::string_view kafka_topic) {
  const size_t blank = kafka_topic.rfind('_');
  if (blank == kafka_topic.npos) return std::nullopt;
  const std::string_view component = kafka_topic.substr(0, blank);
  const std::string_view kind = kafka_topic.substr(blank + 1);
  const bool is_kind =
      kind == "command" || kind == "event" || kind == "logevent" || kind == "telemetry";
  // A component has no underscore: topics begin with it and one.
  const bool is_component = sal::is_avro_name(component) && component.find('_') == component.npos;
  if (!is_kind || !is_component) return std::nullopt;
  return TextTopic{std::string(component), std::string(kind)};
}

std::string output_topic(std::string_view sal_topic) {
  return fmt::format("{}.{}", sal::kNamespace, sal_topic);
}

// What is known of a topic; with neither parser nor refusal, nothing yet.
struct TextTransform::Topic {
  std::string name;
  TopicName output;
  std::string frame;  // Confluent's header with the schema's id
  std::optional<sal::TextParser> parser;
  std::string refusal;  // why there is no parser
  int32_t version = 0;
  int64_t asked_ns = 0;  // by the monotonic clock
  int64_t used_ns = 0;
};

TextTransform::TextTransform(TextTransformOptions options, registry::SchemaRegistry& registry,
                             observe::Metrics& metrics, system::Clock& clock)
    : options_(std::move(options)),
      prefix_(options_.component + "_"),
      registry_(registry),
      clock_(clock),
      transform_seconds_(metrics.summary("saltransform_transform_seconds",
                                         "From a SAL text to its Avro record.")) {}
TextTransform::~TextTransform() = default;

Result<const TopicName*> TextTransform::run(std::string_view text, UtcTime now,
                                            std::string& value) {
  const int64_t begin_ns = clock_.monotonic_ns();
  EFD_ASSIGN(const sal::TextHead head, sal::read_text_head(text));
  EFD_ASSIGN(Topic * topic, topic_of(head.topic));
  if (!topic->parser) return fail(ErrorCode::bad_input, "{}", topic->refusal);
  value = topic->frame;
  if (auto parsed = topic->parser->parse(head.values, now, value); !parsed)
    return fail_in(topic->name, parsed.error());
  transform_seconds_.observe_ns(clock_.monotonic_ns() - begin_ns);
  return &topic->output;
}

Result<TextTransform::Topic*> TextTransform::topic_of(std::string_view name) {
  Topic* topic = last_;
  if (topic == nullptr || topic->name != name) {
    if (!name.starts_with(prefix_))
      return fail(ErrorCode::bad_input, "'{}' is no topic of component {}", name,
                  options_.component);
    const auto found = topics_.find(name);
    topic = found == topics_.end() ? &remember(name) : found->second.get();
  }
  last_ = topic;
  topic->used_ns = clock_.monotonic_ns();
  const bool is_known = topic->parser || !topic->refusal.empty();
  if (is_known && topic->used_ns - topic->asked_ns < kSchemaAgeMaxNs) return topic;
  auto refreshed = refresh(*topic);
  // What was known stands while the registry is away.
  if (!refreshed && !is_known) return fail(refreshed.error());
  return topic;
}

TextTransform::Topic& TextTransform::remember(std::string_view name) {
  if (topics_.size() >= kPlansMax) {
    const auto oldest = std::min_element(
        topics_.begin(), topics_.end(),
        [](const auto& a, const auto& b) { return a.second->used_ns < b.second->used_ns; });
    topics_.erase(oldest);
  }
  auto topic = std::make_unique<Topic>();
  topic->name = name;
  topic->output = TopicName(output_topic(name));
  Topic& remembered = *topic;
  topics_.emplace(remembered.name, std::move(topic));
  return remembered;
}

Result<> TextTransform::refresh(Topic& topic) {
  auto latest = registry_.latest(Subject(topic.output.value()));
  topic.asked_ns = clock_.monotonic_ns();
  if (latest) {
    if (topic.parser && topic.version == latest->version) return {};
    auto taken = take(topic, *latest);
    if (!taken) {
      topic.parser.reset();
      topic.refusal = fmt::format("schema of {}, version {}: {}", topic.output.value(),
                                  latest->version, taken.error().message);
    }
    return {};
  }
  if (latest.error().code != ErrorCode::not_found) return fail(latest.error());
  topic.parser.reset();
  topic.refusal = fmt::format("no schema is registered under {}", topic.output.value());
  return {};
}

Result<> TextTransform::take(Topic& topic, const registry::SubjectVersion& latest) {
  EFD_ASSIGN(sal::TopicShape shape, sal::shape_of_schema_text(latest.text));
  sal::SalTypes types;
  if (options_.sal_types) {
    const auto known = options_.sal_types->find(topic.name);
    if (known != options_.sal_types->end()) types = known->second;
  }
  EFD_ASSIGN(auto plan, sal::TextPlan::compile(std::move(shape), options_.text, types));
  topic.parser.emplace(std::move(plan));
  topic.refusal.clear();
  topic.version = latest.version;
  topic.frame.clear();
  avro::append_wire_header(latest.id, topic.frame);
  return {};
}

}  // namespace efd::transform

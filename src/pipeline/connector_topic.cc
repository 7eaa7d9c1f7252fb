// SPDX-License-Identifier: MIT
#include "pipeline/connector_topic.h"

#include <algorithm>

#include "json/value.h"
#include "json/writer.h"
#include "observe/log.h"

namespace efd::pipeline {
namespace {

// '/' is in no name: a state's key is no connector's.
constexpr std::string_view kStateSuffix = "/state";
constexpr std::string_view kPaused = "PAUSED";  // as Kafka Connect calls them
constexpr std::string_view kRunning = "RUNNING";
constexpr std::chrono::milliseconds kPollWait{1'000};
constexpr std::chrono::milliseconds kFlushWait{10'000};

void take_connector(const ConnectorName& name, const std::optional<std::string_view>& value,
                    KeptConnectors& kept) {
  kept.connectors.erase(name);
  if (!value) return;
  auto connector = parse_connector(name, *value);
  if (connector) {
    kept.connectors.emplace(name, std::move(*connector));
  } else {
    observe::error("pipeline", "connector {} in topic {}: {}: it is left out: put it anew",
                   name.value(), kConnectorTopic.value(), connector.error().message);
  }
}

void take_state(const ConnectorName& name, const std::optional<std::string_view>& value,
                KeptConnectors& kept) {
  kept.paused.erase(name);
  auto json = json::parse(value.value_or("null"));
  const std::string* state = json ? json->find_string("state") : nullptr;
  if (state && *state == kPaused) kept.paused.insert(name);
}

void take(const broker::RecordView& record, KeptConnectors& kept) {
  if (!record.key) return;
  std::string_view key = *record.key;
  if (!key.ends_with(kStateSuffix))
    return take_connector(ConnectorName(std::string(key)), record.value, kept);
  key.remove_suffix(kStateSuffix.size());
  take_state(ConnectorName(std::string(key)), record.value, kept);
}

}  // namespace

Result<KeptConnectors> ConnectorTopic::read() {
  KeptConnectors kept;
  const TopicPartition partition{kConnectorTopic, Partition(0)};
  // Also what is not durable yet, as after a start on a full disk: it was before what the lanes
  // get.
  auto end = broker_.offset(partition, broker::At::end);
  if (!end && end.error().code == ErrorCode::not_found) return kept;
  if (!end) return fail(end.error());
  Offset next{0};
  broker::ReaderOptions options{.pattern = {"efd\\.connectors"}, .see = broker::See::appended};
  options.start = [&](const broker::Source&, const broker::LogRange& range) {
    return next = range.start;
  };
  options.on_rotten = [&](const broker::Source&, const broker::RottenRecords& rotten) {
    observe::error("pipeline", "topic {}: what its records {} to {} say of connectors is lost: {}",
                   kConnectorTopic.value(), rotten.from.value(), rotten.next.value() - 1,
                   rotten.what);
    next = std::max(next, rotten.next);
  };
  EFD_ASSIGN(next, broker_.offset(partition, broker::At::earliest));
  EFD_ASSIGN(auto reader, broker_.reader(std::move(options)));
  broker::Batch batch;
  while (next < *end) {
    EFD_TRY(reader->poll(kPollWait, batch));
    for (const broker::Slice& slice : batch.slices()) {
      for (const broker::RecordView& record : slice.records) take(record, kept);
      next = slice.next;
    }
  }
  return kept;
}

Result<> ConnectorTopic::ensure_topic() {
  if (producer_) return {};
  auto made =
      broker_.create_topic({.name = kConnectorTopic, .config = {{"cleanup.policy", "compact"}}});
  if (!made && made.error().code != ErrorCode::conflict) return fail(made.error());
  EFD_ASSIGN(producer_, broker_.producer({.linger = std::chrono::milliseconds(0)}));
  return {};
}

Result<> ConnectorTopic::send(const std::string& key, const std::optional<std::string>& value) {
  EFD_TRY(ensure_topic());
  broker::NewRecord record{.topic = kConnectorTopic, .partition = Partition(0), .key = key};
  if (value) record.value = *value;
  auto outcome = std::make_shared<Result<>>(fail(ErrorCode::retry, "{}: it took no record in {} ms",
                                                 kConnectorTopic.value(), kFlushWait.count()));
  EFD_TRY(producer_->send(record, [outcome](const Result<broker::Delivery>& delivery) {
    *outcome = delivery ? Result<>() : Result<>(fail(delivery.error()));
  }));
  Result<> flushed = producer_->flush(kFlushWait);
  if (flushed) return *outcome;
  producer_ = nullptr;  // and with it what waits to be sent
  return flushed;
}

Result<> ConnectorTopic::write(const KeptConnector& connector) {
  return send(connector.options.name.value(), format_connector(connector));
}

Result<> ConnectorTopic::remove(const ConnectorName& name) {
  EFD_TRY(send(name.value(), std::nullopt));
  return send(name.value() + std::string(kStateSuffix), std::nullopt);
}

Result<> ConnectorTopic::write_state(const ConnectorName& name, bool is_paused) {
  std::string value;
  json::Writer json(value);
  json.begin_object();
  json.member("state", is_paused ? kPaused : kRunning);
  json.end_object();
  return send(name.value() + std::string(kStateSuffix), value);
}

}  // namespace efd::pipeline

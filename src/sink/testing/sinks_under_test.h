// SPDX-License-Identifier: MIT
// For tests: each kind of sink, ready for the contract.
#pragma once

#include <cstdlib>

#include "avro/binary.h"
#include "avro/wire.h"
#include "http/client.h"
#include "http/uri.h"
#include "json/value.h"
#include "sink/avro_converter.h"
#include "sink/influx_sink.h"
#include "sink/store_sink.h"
#include "sink/testing/influx_double.h"
#include "sink/testing/sink_contract.h"
#include "sink/topic_sink.h"

namespace efd::sink {

inline const std::string kReadings = "lsst.sal.readings";

// Avro records of kReadings; schema 1 of the registry.
inline void register_readings(registry::FakeRegistry& registry) {
  registry.set(kReadings, R"({"name":"private_efdStamp","type":"double"},)"
                          R"({"name":"number","type":"long"})");
}
inline std::string reading(int number) {
  std::string value;
  avro::append_wire_header(SchemaId(1), value);
  avro::write_double(1.7e9 + number, value);
  avro::write_long(number, value);
  return value;
}

inline std::unique_ptr<Converter> make_converter(TestLog& log, AvroConverterOptions options = {}) {
  options.connector = ConnectorName("efd");
  if (options.database.empty()) options.database = "efd";
  return std::make_unique<AvroConverter>(std::move(options), log.registry, log.metrics,
                                         system::real_clock());
}

class AvroSinkUnderTest : public SinkUnderTest {
 public:
  explicit AvroSinkUnderTest(TestLog& log) : SinkUnderTest(log) { register_readings(log.registry); }
  std::string topic() const override { return kReadings; }
  std::string good(int number) const override { return reading(number); }
  std::string bad() const override { return reading(0).substr(0, 9); }
};

class StoreSinkUnderTest : public AvroSinkUnderTest {
 public:
  explicit StoreSinkUnderTest(TestLog& log) : AvroSinkUnderTest(log) {
    auto opened = store::Store::open(log.files, system::real_clock(), {.path = "/store"});
    EXPECT_TRUE(opened);
    store_ = std::move(*opened);
    EXPECT_TRUE(store_->create_database("efd"));
    sink_ =
        std::make_unique<StoreSink>(StoreSinkOptions{.connector = ConnectorName("efd")}, *store_,
                                    make_converter(log), log.metrics, system::real_clock());
  }
  ~StoreSinkUnderTest() override {
    sink_.reset();
    EXPECT_TRUE(store_->close());
  }
  Sink& sink() override { return *sink_; }
  store::Store& store() { return *store_; }
  size_t visible() override {
    std::string names[] = {kReadings};
    auto views = store_->views("efd", "", names);
    EXPECT_TRUE(views);
    size_t rows = 0;
    for (const auto& view : *views) {
      if (view->fields().empty()) continue;
      auto scan = view->scan({.fields = {0}});
      store::Chunk chunk;
      while (*scan->next(chunk)) rows += chunk.times_ns.size();
    }
    return rows;
  }

 private:
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<StoreSink> sink_;
};

inline InfluxSinkOptions influx_options(const std::string& url) {
  InfluxSinkOptions options{.connector = ConnectorName("efd")};
  options.influx.target = *InfluxTarget::parse(url);
  options.commit_interval = std::chrono::milliseconds(0);
  options.backoff_min = options.backoff_max = std::chrono::milliseconds(1);
  return options;
}

class InfluxDoubleUnderTest : public AvroSinkUnderTest {
 public:
  explicit InfluxDoubleUnderTest(TestLog& log) : AvroSinkUnderTest(log) {
    sink_ = *InfluxSink::open(influx_options(influx_.url()), make_converter(log), log.metrics,
                              system::real_clock());
  }
  Sink& sink() override { return *sink_; }
  GroupSink* member() override { return sink_.get(); }
  size_t visible() override { return influx_.points(kReadings); }

 private:
  InfluxDouble influx_;
  std::unique_ptr<InfluxSink> sink_;
};

// A database of its own in the InfluxDB at $EFD_TEST_INFLUX.
class RealInfluxUnderTest : public AvroSinkUnderTest {
 public:
  explicit RealInfluxUnderTest(TestLog& log) : AvroSinkUnderTest(log) {
    InfluxSinkOptions options = influx_options(std::getenv("EFD_TEST_INFLUX"));
    options.influx.creates_database = true;
    client_ = std::make_unique<http::Client>(*http::Client::open(options.influx.target.url));
    sink_ = *InfluxSink::open(options, make_converter(log, {.database = database_}), log.metrics,
                              system::real_clock());
  }
  ~RealInfluxUnderTest() override { query("DROP DATABASE " + database_); }
  Sink& sink() override { return *sink_; }
  GroupSink* member() override { return sink_.get(); }
  size_t visible() override {
    std::string body = query("SELECT count(number) FROM \"" + kReadings + "\"");
    auto answer = json::parse(body);
    EXPECT_TRUE(answer) << body;
    size_t at = body.rfind(',');  // ..."values":[["1970-01-01T00:00:00Z",3]]...
    return body.find("\"values\"") == body.npos ? 0 : std::stoul(body.substr(at + 1));
  }

 private:
  std::string query(const std::string& text) {
    auto answer =
        client_->request("POST", "/query", http::format_form({{"q", text}, {"db", database_}}),
                         {{"Content-Type", "application/x-www-form-urlencoded"}});
    EXPECT_TRUE(answer && answer->is_ok());
    return answer ? answer->body : "";
  }
  const std::string database_ = "efd_test_" + Uuid::random().hex();
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<InfluxSink> sink_;
};

class TopicSinkUnderTest : public SinkUnderTest {
 public:
  explicit TopicSinkUnderTest(TestLog& log) : SinkUnderTest(log) {
    log.registry.set("lsst.sal.T_a", R"({"name":"v","type":"int"})");
    TopicSinkOptions options;
    options.transform.component = "T";
    options.commit_interval = std::chrono::milliseconds(0);
    auto producer =
        log.broker->producer({.linger = std::chrono::milliseconds(0), .idempotent = true});
    EXPECT_TRUE(producer);
    sink_ = std::make_unique<TopicSink>(options, *log.broker,
                                        std::shared_ptr<broker::Producer>(std::move(*producer)),
                                        log.registry, log.metrics, system::real_clock());
  }
  Sink& sink() override { return *sink_; }
  GroupSink* member() override { return sink_.get(); }
  std::string topic() const override { return "T_telemetry"; }
  std::string good(int number) const override {
    return fmt::format("T_telemetry T_a:( 'R' , 1 , 2 , 3 , 4 , 5 , {} )", number);
  }
  std::string bad() const override { return "no text of SAL's"; }
  size_t visible() override {
    EXPECT_TRUE(sink_->flush());
    auto end = log_.broker->offset({TopicName("lsst.sal.T_a"), Partition(0)}, broker::At::latest);
    return end ? static_cast<size_t>(end->value()) : 0;
  }

 private:
  std::unique_ptr<TopicSink> sink_;
};

}  // namespace efd::sink

// SPDX-License-Identifier: MIT
// A text of every topic of the SAL XML of 2019, through the transformer.
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "embedded_broker/embedded_broker.h"
#include "pipeline/transformer.h"
#include "registry/testing/fake_registry.h"
#include "sal/conversion.h"
#include "sal/message_generator.h"
#include "system/memory_file_system.h"

namespace efd::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{120};
constexpr UtcTime kNow = UtcTime::from_ms(1'547'585'940'846);

std::string data_path(const std::string& name) {
  const char* shared = std::getenv("EFD_SHARED");
  const std::string root = shared != nullptr ? shared : EFD_SOURCE_DIR "/../shared";
  return root + "/data/sal/" + name;
}

class EveryTopic : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    log_ = *broker::CommitLog::open(files_, system::real_clock(), {.path = "/log"});
    groups_ = *groups::GroupCoordinator::open(*log_, system::real_clock());
    broker_ = std::make_unique<embedded_broker::EmbeddedBroker>(*log_, *groups_);
    log_->start_housekeeping();
  }
  void TearDown() override {
    broker_.reset();
    groups_.reset();
    EXPECT_TRUE(log_->close());
  }

  // Registers the topic's schema and sends one text of it.
  void send(const sal::ConvertedTopic& topic, broker::Producer& producer) {
    const std::string output = transform::output_topic(topic.efdb_topic());
    ASSERT_TRUE(registry_.add(Subject(output), topic.schema_text));
    const auto plan = *sal::TextPlan::compile(topic.shape);
    std::string datum, text;
    sal::MessageGenerator(topic.shape, hash_bytes(output)).append_datum(kNow, datum);
    ASSERT_TRUE(plan->print(datum, text));
    const TopicName input(sal::text_source(topic.shape));
    auto made = broker_->create_topic({.name = input, .config = {}});
    ASSERT_TRUE(made || made.error().code == ErrorCode::conflict);
    ASSERT_TRUE(producer.send({.topic = input, .value = text}));
  }
  size_t count(const std::string& prefix) {
    size_t records = 0;
    const auto topics = *broker_->topics();
    for (const broker::TopicDescription& topic : topics)
      if (topic.name.value().starts_with(prefix))
        records += static_cast<size_t>(
            broker_->offset({topic.name, Partition(0)}, broker::At::latest)->value());
    return records;
  }

  registry::FakeRegistry registry_;
  observe::Metrics metrics_;
  system::MemoryFileSystem files_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<groups::GroupCoordinator> groups_;
  std::unique_ptr<embedded_broker::EmbeddedBroker> broker_;
};

TEST_P(EveryTopic, GoesThrough) {
  const std::string source = data_path(GetParam());
  if (!*system::posix_file_system().exists(source))
    GTEST_SKIP() << "golden data absent: " << source;
  auto conversion = sal::convert(source);
  ASSERT_TRUE(conversion) << conversion.error().message;
  auto producer = *broker_->producer({});
  for (const sal::ConvertedTopic& topic : conversion->topics) send(topic, *producer);
  ASSERT_TRUE(producer->flush(kPatience));
  auto transformer =
      *Transformer::open({.instance = "test"}, *broker_, registry_, metrics_, system::real_clock());
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (count("lsst.sal.") < conversion->topics.size() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(milliseconds(50));
  const size_t lanes = transformer->lane_count();
  transformer.reset();
  EXPECT_EQ(count("lsst.sal."), conversion->topics.size());
  EXPECT_EQ(count("efd.dead-letters"), 0u);
  std::printf("%s: %zu texts, %zu lanes: %zu of %zu became records\n", GetParam(),
              conversion->topics.size(), lanes, count("lsst.sal."), conversion->topics.size());
}
INSTANTIATE_TEST_SUITE_P(Transformer, EveryTopic,
                         ::testing::Values("ts_xml-2019-01.tar.xz", "ts_xml-2019-01-10.tar.xz"));

}  // namespace
}  // namespace efd::pipeline

// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_groups.h"

#include "kafka_cluster/kafka_admin.h"

namespace efd::kafka_cluster {
namespace {

bool has_member(const rd_kafka_ConsumerGroupDescription_t* group, std::string_view instance) {
  size_t count = rd_kafka_ConsumerGroupDescription_member_count(group);
  for (size_t i = 0; i < count; ++i) {
    const char* name = rd_kafka_MemberDescription_group_instance_id(
        rd_kafka_ConsumerGroupDescription_member(group, i));
    if (name && name == instance) return true;
  }
  return false;
}

}  // namespace

Result<bool> has_static_member(KafkaClient& client, const std::string& group,
                               const std::string& instance, std::chrono::milliseconds timeout) {
  std::string what = fmt::format("cannot describe group '{}'", group);
  Queue queue(rd_kafka_queue_new(client.handle()));
  const char* name = group.c_str();
  rd_kafka_DescribeConsumerGroups(client.handle(), &name, 1, admin_options(client, timeout).get(),
                                  queue.get());
  EFD_ASSIGN(Event event, await_event(queue, 2 * timeout, what));
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConsumerGroups_result(event.get());
  const auto** groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
  if (count == 0) return fail(ErrorCode::retry, "{}: the answer is empty", what);
  if (const auto* error = rd_kafka_ConsumerGroupDescription_error(groups[0]))
    return fail(kafka_error(rd_kafka_error_code(error), what));
  return has_member(groups[0], instance);
}

}  // namespace efd::kafka_cluster

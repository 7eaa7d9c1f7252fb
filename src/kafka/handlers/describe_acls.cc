// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"

namespace efd::kafka {

// As a Kafka without an authorizer answers; MirrorMaker then leaves access rights alone.
DescribeAclsResponse handle(Call&, const DescribeAclsRequest&) {
  DescribeAclsResponse response;
  response.error_code = KafkaError::security_disabled;
  response.error_message = "No Authorizer is configured.";
  return response;
}

}  // namespace efd::kafka

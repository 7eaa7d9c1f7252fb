// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"

namespace efd::kafka {

InitProducerIdResponse handle(Call& call, const InitProducerIdRequest& request) {
  InitProducerIdResponse response;
  response.producer_epoch = -1;
  if (request.transactional_id) {  // no transactions here
    response.error_code = KafkaError::transactional_id_authorization_failed;
    return response;
  }
  if (!authorize(call.caller, Action::write, "cluster")) {
    response.error_code = KafkaError::cluster_authorization_failed;
    return response;
  }
  Result<ProducerId> id = call.log().new_producer_id();
  if (!id) {
    response.error_code = kafka_error(id.error());
    return response;
  }
  response.producer_id = id->value();
  response.producer_epoch = 0;
  return response;
}

}  // namespace efd::kafka

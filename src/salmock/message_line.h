// SPDX-License-Identifier: MIT
// A record of a topic as a line of JSON.
#pragma once

#include <string>

#include "base/result.h"
#include "broker/broker.h"
#include "registry/registry.h"

namespace efd::salmock {

// Appends {"topic":"...","partition":0,"offset":0,"timestamp":MS,"value":{...}} and a line's end.
// "timestamp" is the record's, in ms since 1970, or null; "value" what avro::write_json makes of
// it, null for a tombstone. Fails with what the registry says of its schema, or bad_input; `out` is
// then as it was.
Result<> append_message_line(const broker::Source& source, const broker::RecordView& record,
                             registry::SchemaRegistry& registry, std::string& out);

}  // namespace efd::salmock

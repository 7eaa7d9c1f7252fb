// SPDX-License-Identifier: MIT
// Whether a field's default fits its type. For this module only.
#pragma once

#include "avro/schema.h"

namespace efd::avro {

// As Apache Avro Java 1.12 judges: text for bytes and fixed, any branch of a union, a record's
// missing members by their own defaults.
bool is_valid_default(const Node& node, const json::Value& value);

}  // namespace efd::avro

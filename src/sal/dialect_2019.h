// SPDX-License-Identifier: MIT
// The conversion of kafka-efd-demo's `salschema convert` (January 2019), byte for byte: one Avro
// record per topic, 7 header fields, SAL's metadata as sal_* keys. Differences are in what is
// refused: field names and enumeration symbols that Avro (Java) does not take, arrays beyond
// kLengthMax.
#pragma once

#include <vector>

#include "json/value.h"
#include "sal/shape.h"
#include "sal/topic.h"

namespace efd::sal {

struct TopicSchema {
  TopicShape shape;
  json::Value schema;
};

// Everything that is wrong with the topic goes to `problems`; then the result is not to be used.
TopicSchema convert_topic_2019(const Topic& topic, std::vector<Problem>& problems);

}  // namespace efd::sal

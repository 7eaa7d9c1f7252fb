// SPDX-License-Identifier: MIT
// What the XML of 2019 says about topics and items beyond names and types, as keys of the schema. A
// tag that is absent or blank gives no key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "sal/topic.h"

namespace efd::sal {

// sal_units, sal_frequency ...; returns the reasons of those that cannot be read.
std::vector<std::string> add_item_metadata(const Item& item, json::Value::Object& schema);

// doc, sal_subsystem, sal_version ...
void add_topic_metadata(const Topic& topic, json::Value::Object& schema);

// A whole decimal number, perhaps with a sign.
std::optional<int64_t> integer_of(std::string_view text);

}  // namespace efd::sal

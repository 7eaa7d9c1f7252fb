// SPDX-License-Identifier: MIT
// Any bytes as a file of SAL XML: no crash, and what is converted is sound.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "json/value.h"
#include "sal/conversion.h"
#include "sal/message_generator.h"

namespace {

constexpr size_t kValuesMax = 10'000;  // a larger message only costs time

void check_topic(const efd::sal::ConvertedTopic& topic) {
  const auto schema = efd::json::parse(topic.schema_text);
  EFD_CHECK(schema.has_value());
  EFD_CHECK(efd::json::dump(*schema, efd::json::Style::python(2, true)) == topic.schema_file);
  const auto shape = efd::sal::shape_of_schema(*schema);
  EFD_CHECK(shape.has_value());
  EFD_CHECK(shape->fields == topic.shape.fields);
  if (shape->values() > kValuesMax) return;
  efd::sal::MessageGenerator generator(*shape, 1);
  std::string datum;
  generator.append_datum(efd::UtcTime::from_ms(1), datum);
  EFD_CHECK(datum.size() <= generator.datum_bytes_max());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  efd::sal::XmlFiles files;
  files.files.push_back({"x.xml", std::string(reinterpret_cast<const char*>(data), size)});
  const efd::sal::Conversion conversion = efd::sal::convert_files(files);
  EFD_CHECK(conversion.ok() == conversion.problems.empty());
  for (const auto& topic : conversion.topics) check_topic(topic);
  return 0;
}

// SPDX-License-Identifier: MIT
#include "app/transform_role.h"

#include <climits>

#include <unistd.h>

#include "sal/conversion.h"

namespace efd::app {
namespace {

std::string default_instance() {
  char host[HOST_NAME_MAX + 1] = {};
  if (::gethostname(host, sizeof host - 1) != 0) return "saltransform";
  return std::string(host) + "-saltransform";
}

Result<std::shared_ptr<transform::SalTypesByTopic>> sal_types_of(const TransformRole& role) {
  EFD_ASSIGN(const sal::Conversion conversion,
             sal::convert(role.xml, {.subsystems = role.options.subsystems}));
  auto types = std::make_shared<transform::SalTypesByTopic>();
  for (const sal::ConvertedTopic& topic : conversion.topics)
    types->emplace(topic.efdb_topic(), topic.sal_types);
  return types;
}

}  // namespace

Result<pipeline::TransformerOptions> transformer_options_of(const TransformRole& role) {
  pipeline::TransformerOptions options = role.options;
  if (role.latin1) options.text.charset = sal::Charset::utf8_or_latin1;
  if (options.instance.empty()) options.instance = default_instance();
  if (!role.xml.empty()) {
    EFD_ASSIGN(options.sal_types, sal_types_of(role));
  }
  return options;
}

}  // namespace efd::app

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
             sal::convert(role.xml, {.subsystems = role.subsystems}));
  auto types = std::make_shared<transform::SalTypesByTopic>();
  for (const sal::ConvertedTopic& topic : conversion.topics)
    types->emplace(topic.efdb_topic(), topic.sal_types);
  return types;
}

}  // namespace

Result<pipeline::TransformerOptions> transformer_options_of(const TransformRole& role) {
  pipeline::TransformerOptions options;
  options.subsystems = role.subsystems;
  options.reset = role.reset == "latest" ? broker::At::latest : broker::At::earliest;
  if (role.preamble_order == "original") options.text.preamble_order = sal::PreambleOrder::original;
  if (role.latin1) options.text.charset = sal::Charset::utf8_or_latin1;
  options.instance = role.instance.empty() ? default_instance() : role.instance;
  if (!role.xml.empty()) {
    EFD_ASSIGN(options.sal_types, sal_types_of(role));
  }
  return options;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text) {
    if (c != ',' && c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace efd::app

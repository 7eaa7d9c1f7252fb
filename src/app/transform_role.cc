// SPDX-License-Identifier: MIT
#include "app/transform_role.h"

#include <climits>

#include <unistd.h>

namespace efd::app {
namespace {

std::string default_instance() {
  char host[HOST_NAME_MAX + 1] = {};
  if (::gethostname(host, sizeof host - 1) != 0) return "saltransform";
  return std::string(host) + "-saltransform";
}

}  // namespace

pipeline::TransformerOptions transformer_options_of(const TransformRole& role) {
  pipeline::TransformerOptions options;
  options.subsystems = role.subsystems;
  options.reset = role.reset == "latest" ? broker::At::latest : broker::At::earliest;
  if (role.preamble_order == "original") options.text.preamble_order = sal::PreambleOrder::original;
  if (role.latin1) options.text.charset = sal::Charset::utf8_or_latin1;
  options.instance = role.instance.empty() ? default_instance() : role.instance;
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

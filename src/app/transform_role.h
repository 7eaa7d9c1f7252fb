// SPDX-License-Identifier: MIT
// What `efd saltransform run` and the transformer's role in `efd serve` have in common.
#pragma once

#include <string>
#include <vector>

#include "pipeline/transformer.h"

namespace efd::app {

// As the command line and the configuration file say it.
struct TransformRole {
  std::vector<std::string> subsystems;
  std::string reset;           // "earliest" or "latest"
  std::string preamble_order;  // "sal" or "original"
  bool latin1 = false;
  std::string xml;       // what SAL calls the fields' types; may be empty
  std::string instance;  // empty: the host's name and the role
};

// Fails when the XML cannot be read.
Result<pipeline::TransformerOptions> transformer_options_of(const TransformRole& role);

// "A, B,C" -> {"A", "B", "C"}.
std::vector<std::string> split_list(std::string_view text);

}  // namespace efd::app

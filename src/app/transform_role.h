// SPDX-License-Identifier: MIT
// What `efd saltransform run` and the transformer's role in `efd serve` have in common.
#pragma once

#include <string>

#include "pipeline/transformer.h"

namespace efd::app {

// As the command line and the configuration file say it.
struct TransformRole {
  pipeline::TransformerOptions options;  // `instance` empty: the host's name and the role
  bool latin1 = false;                   // whether texts that are not UTF-8 are Latin-1
  std::string xml;                       // what SAL calls the fields' types; may be empty
};

// Fails when the XML cannot be read.
Result<pipeline::TransformerOptions> transformer_options_of(const TransformRole& role);

}  // namespace efd::app

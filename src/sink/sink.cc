// SPDX-License-Identifier: MIT
#include "sink/sink.h"

namespace efd::sink {

const char* to_string(Stage stage) {
  return stage == Stage::value_converter ? "VALUE_CONVERTER" : "TASK_PUT";
}

}  // namespace efd::sink

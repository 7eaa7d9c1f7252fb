// SPDX-License-Identifier: MIT
// The one table of commands: their names, arguments and helps. The command line is made from it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "app/commands.h"
#include "app/option.h"

namespace efd::app {

// Options whose object is a part of the Arguments.
struct ArgumentGroup {
  void* (*object)(void* arguments);
  std::span<const Option> options;
};

struct Command {
  std::string_view name;  // "salmock produce"
  std::string_view what;
  std::string_view more;                   // behind the options: examples
  int (*run)(const Arguments&) = nullptr;  // null: there are only commands of its own
  std::vector<ArgumentGroup> arguments = {};
  bool takes_settings = false;  // those of options.h, too
};

// A command of another comes behind it.
std::span<const Command> commands();

}  // namespace efd::app

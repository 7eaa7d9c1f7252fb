// SPDX-License-Identifier: MIT
#include "app/command_table.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace efd::app {
namespace {

std::string name_of(const Option& option) {
  return std::string(option.flag.empty() ? option.name : option.flag);
}

TEST(CommandTable, EveryArgumentIsOnceAndHasItsHelp) {
  std::set<std::string_view> commands_seen;
  for (const Command& command : commands()) {
    EXPECT_TRUE(commands_seen.insert(command.name).second) << command.name;
    EXPECT_FALSE(command.what.empty()) << command.name;
    std::set<std::string> arguments;
    for (const ArgumentGroup& group : command.arguments)
      for (const Option& option : group.options) {
        EXPECT_TRUE(arguments.insert(name_of(option)).second) << command.name << name_of(option);
        EXPECT_FALSE(option.help.empty()) << command.name << name_of(option);
      }
  }
}

TEST(CommandTable, ACommandComesBehindItsGroup) {
  std::map<std::string_view, bool> is_group;
  for (const Command& command : commands()) {
    const size_t space = command.name.find(' ');
    const bool has_group = space == command.name.npos || is_group[command.name.substr(0, space)];
    EXPECT_TRUE(has_group) << command.name;
    is_group[command.name] = command.run == nullptr;
  }
}

TEST(CommandTable, WhatAnOptionStartsWithIsAllowed) {
  Arguments arguments;
  for (const Command& command : commands())
    for (const ArgumentGroup& group : command.arguments)
      for (const Option& option : group.options) {
        if (option.choices.empty()) continue;
        const Place place = option.at(group.object(&arguments));
        const std::vector<std::string> text = {value_text(place, option)};
        EXPECT_TRUE(set_value(option, place, text)) << command.name << " " << option.flag;
        EXPECT_EQ(value_text(place, option), text[0]);
      }
}

}  // namespace
}  // namespace efd::app

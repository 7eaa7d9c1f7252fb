// SPDX-License-Identifier: MIT
#include <cstdio>

#include "app/commands.h"
#include "app/options.h"
#include "app/print_error.h"

namespace efd::app {

int run_config_default() {
  std::fputs(default_configuration().c_str(), stdout);
  return kOk;
}

int run_config_reference() {
  std::fputs(configuration_reference().c_str(), stdout);
  return kOk;
}

int run_config_check(const std::string& file) {
  Settings settings;
  if (auto read = read_configuration(file, settings); !read)
    return print_error(read.error().message);
  std::printf("%s: ok\n", file.c_str());
  return kOk;
}

}  // namespace efd::app

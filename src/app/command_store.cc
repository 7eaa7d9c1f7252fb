// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/core.h>

#include "app/commands.h"
#include "app/print_error.h"
#include "store/store.h"
#include "system/clock.h"
#include "system/file_system.h"

namespace efd::app {
namespace {

// DATA/store of DATA/store/segments/FILE.
std::string store_of(const std::string& file) {
  return system::parent_path(system::parent_path(file));
}

Result<> check(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    EFD_ASSIGN(bool there, system::posix_file_system().exists(store_of(file) + "/manifest"));
    if (!there)
      return fail(ErrorCode::bad_input,
                  "{}: this lies in no store: name the file as "
                  "DATA/store/segments/NUMBER.seg.aside",
                  file);
    if (store_of(file) != store_of(files.front()))
      return fail(ErrorCode::bad_input, "{} and {} lie in different stores: one at a time",
                  files.front(), file);
  }
  return {};
}

// In order of number, as the store takes them. Those before one that is refused stay adopted.
Result<> adopt(std::vector<std::string> files) {
  EFD_TRY(check(files));
  std::sort(files.begin(), files.end());
  auto store = store::Store::open(system::posix_file_system(), system::real_clock(),
                                  {.path = store_of(files.front()), .start_threads = false});
  if (!store && store.error().code == ErrorCode::conflict)
    return fail(ErrorCode::conflict, "{}: stop the server first", store.error().message);
  if (!store) return fail(store.error());
  for (const std::string& file : files) {
    EFD_ASSIGN(uint64_t rows, (*store)->adopt(file));
    fmt::print("{}: {} rows are back\n", file, rows);
  }
  return (*store)->close();
}

}  // namespace

int run_store_adopt(const StoreAdoptOptions& options) {
  Result<> adopted = adopt(options.files);
  return adopted ? kOk : print_error(adopted.error().message);
}

}  // namespace efd::app

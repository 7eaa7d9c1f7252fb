// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include "store/store.h"
#include "system/file_system.h"

namespace efd::store {

// A folder on the disk of the machine, gone with the object.
class ScratchStore {
 public:
  ScratchStore() {
    char name[] = "/tmp/efd-store-bench-XXXXXX";
    path_ = mkdtemp(name);
    auto opened =
        Store::open(system::posix_file_system(), system::real_clock(),
                    {.path = path_, .memory_bytes_max = 8ull << 30, .start_threads = false});
    store_ = std::move(*opened);
    (void)store_->create_database("efd");
  }
  ~ScratchStore() {
    store_.reset();
    (void)system::remove_tree(system::posix_file_system(), path_);
  }
  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }

 private:
  std::string path_;
  std::unique_ptr<Store> store_;
};

}  // namespace efd::store

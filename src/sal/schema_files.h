// SPDX-License-Identifier: MIT
// A folder of Avro schemas, one file DIR/<EFDB_Topic>.json per topic.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "sal/conversion.h"
#include "system/file_system.h"

namespace efd::sal {

struct WriteOptions {
  // Removes stale files: schemas of ours whose topic the source does not define any more. Files
  // that are not ours, schemas of topics that failed and of subsystems not selected stay; and if
  // any XML file could not be read, all stay.
  bool prune = false;
  std::vector<std::string> subsystems;                      // as in ConversionOptions
  std::function<void(size_t done, size_t total)> progress;  // after each topic
};

struct WriteSummary {
  size_t written = 0;               // new or changed
  size_t unchanged = 0;             // not touched
  std::vector<std::string> pruned;  // names of removed files
  bool prune_refused = false;       // because of XML files that could not be read
};

// Makes the folder if needed. Each file is replaced at once: a reader, or whoever comes after a
// crash of the program, finds the old schema or the new one. (After a power cut, run it again.)
// Fails at the first file that cannot be written.
Result<WriteSummary> write_schemas(const Conversion& conversion, const std::string& directory,
                                   const WriteOptions& options = {},
                                   system::FileSystem& files = system::posix_file_system());

}  // namespace efd::sal

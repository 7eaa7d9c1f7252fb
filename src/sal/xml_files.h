// SPDX-License-Identifier: MIT
// Reads the SAL XML files of a source: a folder, an archive (.tar, .tar.gz, .tar.xz, .tar.zst,
// .zip) or one .xml file. A source is not trusted: names, links, sizes and counts are checked
// before anything is kept, and nothing is ever unpacked to disk.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sal/problem.h"

namespace efd::sal {

struct XmlFile {
  std::string path;  // inside of the source, '/'-separated
  std::string content;
};

struct XmlFilesLimits {
  size_t file_bytes_max = 16u << 20;       // one XML file
  size_t unpacked_bytes_max = 256u << 20;  // everything in an archive, XML or not
  size_t entries_max = 100'000;            // files and folders, XML or not
  size_t folder_depth_max = 32;
};

struct XmlFiles {
  std::vector<XmlFile> files;     // *.xml by path, bytewise
  std::vector<Problem> problems;  // files that were not taken, and why
};

// If any path has a folder `sal_interfaces`, only files below such a folder are taken (a checkout
// of ts_xml holds other XML, too). Fails for a source that cannot be read or is over a limit as a
// whole; one bad file is a problem, and the others are read.
Result<XmlFiles> read_xml_files(const std::string& path, const XmlFilesLimits& limits = {});

}  // namespace efd::sal

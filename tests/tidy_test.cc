// SPDX-License-Identifier: MIT
// The house's own rules, checked by machine: modules include only what ARCHITECTURE.md's table
// allows, every file says its licence, no unfinished marks.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace efd {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = EFD_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) {
    size_t begin = part.find_first_not_of(' ');
    size_t end = part.find_last_not_of(' ');
    parts.push_back(begin == std::string::npos ? "" : part.substr(begin, end - begin + 1));
  }
  return parts;
}

// Module -> the modules that it may include, from the rows "| level | module | what | may include
// |".
std::map<std::string, std::set<std::string>> allowed_includes() {
  std::map<std::string, std::set<std::string>> allowed;
  std::vector<std::string> above;
  for (const std::string& line : split(read(kRoot / "ARCHITECTURE.md"), '\n')) {
    std::vector<std::string> cells = split(line, '|');
    if (cells.size() < 5 || cells[1].empty() || !isdigit(cells[1][0])) continue;
    const std::string& module = cells[2];
    std::set<std::string>& may = allowed[module];
    if (cells[4].starts_with("all")) may.insert(above.begin(), above.end());
    if (cells[4].starts_with("all above but ")) may.erase(cells[4].substr(14));
    if (!cells[4].starts_with("all"))
      for (const std::string& name : split(cells[4], ',')) may.insert(name);
    may.insert(module);
    above.push_back(module);
  }
  return allowed;
}

std::vector<fs::path> sources(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    fs::path extension = entry.path().extension();
    if (extension == ".cc" || extension == ".h") found.push_back(entry.path());
  }
  return found;
}

// "x_test.cc", "fake_log_test.h", "test_world.h": no part of a library.
bool is_of_tests(const fs::path& path) {
  std::string stem = path.stem();
  return stem.ends_with("_test") || stem.starts_with("test_");
}

TEST(House, ModulesIncludeOnlyWhatTheTableAllows) {
  auto allowed = allowed_includes();
  ASSERT_GT(allowed.size(), 15u) << "ARCHITECTURE.md has lost its table";
  for (const fs::path& path : sources(kRoot / "src")) {
    if (is_of_tests(path)) continue;
    std::string module = *fs::relative(path, kRoot / "src").begin();
    ASSERT_TRUE(allowed.contains(module)) << module << " is not in ARCHITECTURE.md's table";
    for (const std::string& line : split(read(path), '\n')) {
      if (!line.starts_with("#include \"")) continue;
      std::string included = line.substr(10, line.find('/') - 10);
      EXPECT_TRUE(allowed[module].contains(included))
          << path << ": module " << module << " may not include " << included;
    }
  }
}

TEST(House, EveryModuleHasAReadme) {
  for (const auto& entry : fs::directory_iterator(kRoot / "src")) {
    if (entry.is_directory()) {
      EXPECT_TRUE(fs::exists(entry.path() / "README.md")) << entry.path();
    }
  }
}

TEST(House, EverySourceSaysItsLicenceAndIsFinished) {
  for (const char* folder : {"src", "tests", "fuzz", "bench"}) {
    for (const fs::path& path : sources(kRoot / folder)) {
      std::string text = read(path);
      EXPECT_TRUE(text.starts_with("// SPDX-License-Identifier: MIT\n")) << path;
      for (std::string mark : {"TO"
                               "DO",
                               "FIX"
                               "ME",
                               "std::"
                               "endl",
                               "using name"
                               "space std"})
        EXPECT_EQ(text.find(mark), std::string::npos) << path << " has " << mark;
    }
  }
}

}  // namespace
}  // namespace efd

// SPDX-License-Identifier: MIT
// The house's own rules, checked by machine: modules include only what ARCHITECTURE.md's table
// allows, every file says its licence, pages that are named exist, no unfinished marks.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
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
    if (cells[4].starts_with("all above but "))
      for (const std::string& name : split(cells[4].substr(14), ',')) may.erase(name);
    if (!cells[4].starts_with("all"))
      for (const std::string& name : split(cells[4], ',')) may.insert(name);
    may.insert(module);
    above.push_back(module);
  }
  return allowed;
}

// Module -> itself and those in the rows before it.
std::map<std::string, std::set<std::string>> modules_before() {
  std::map<std::string, std::set<std::string>> before;
  std::set<std::string> all;
  for (const std::string& line : split(read(kRoot / "ARCHITECTURE.md"), '\n')) {
    std::vector<std::string> cells = split(line, '|');
    if (cells.size() < 5 || cells[1].empty() || !isdigit(cells[1][0])) continue;
    all.insert(cells[2]);
    before[cells[2]] = all;
  }
  return before;
}

std::vector<fs::path> sources(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    fs::path extension = entry.path().extension();
    if (extension == ".cc" || extension == ".h") found.push_back(entry.path());
  }
  return found;
}

bool is_for_tests(const fs::path& path) {
  return path.parent_path().filename() == "testing";
}

// "x_test.cc", what lies in testing/: no part of a library.
bool is_of_tests(const fs::path& path) {
  return is_for_tests(path) || path.stem().string().ends_with("_test");
}

std::vector<std::string> includes_of(const fs::path& path) {
  std::vector<std::string> included;
  for (const std::string& line : split(read(path), '\n'))
    if (line.starts_with("#include \"")) included.push_back(line.substr(10, line.rfind('"') - 10));
  return included;
}

TEST(House, ModulesIncludeOnlyWhatTheTableAllows) {
  auto allowed = allowed_includes();
  ASSERT_GT(allowed.size(), 15u) << "ARCHITECTURE.md has lost its table";
  for (const fs::path& path : sources(kRoot / "src")) {
    if (is_of_tests(path)) continue;
    std::string module = *fs::relative(path, kRoot / "src").begin();
    ASSERT_TRUE(allowed.contains(module)) << module << " is not in ARCHITECTURE.md's table";
    for (const std::string& header : includes_of(path)) {
      std::string included = header.substr(0, header.find('/'));
      EXPECT_TRUE(allowed[module].contains(included))
          << path << ": module " << module << " may not include " << included;
    }
  }
}

// Doubles, fixtures and contracts lie in testing/: a library includes none of them, and a header
// outside is included, through whatever others, by a library.
TEST(House, WhatOnlyTestsIncludeLiesInTesting) {
  std::set<fs::path> of_libraries;
  std::vector<fs::path> to_read;
  for (const fs::path& path : sources(kRoot / "src"))
    if (path.extension() == ".cc" && !is_of_tests(path)) to_read.push_back(path);
  while (!to_read.empty()) {
    fs::path path = to_read.back();
    to_read.pop_back();
    for (const std::string& header : includes_of(path)) {
      fs::path included = kRoot / "src" / header;
      EXPECT_FALSE(is_for_tests(included)) << path << " is no test and includes " << header;
      if (of_libraries.insert(included).second && fs::exists(included)) to_read.push_back(included);
    }
  }
  for (const fs::path& path : sources(kRoot / "src"))
    EXPECT_TRUE(path.extension() != ".h" || is_for_tests(path) || of_libraries.contains(path))
        << path << ": only tests include it, so it belongs to the folder testing/ of its module";
}

// A double lies with its module, unless it needs modules that stand behind that in the table.
TEST(House, DoublesNeedNoModulesBehindTheirs) {
  auto before = modules_before();
  for (const fs::path& path : sources(kRoot / "src")) {
    if (!is_for_tests(path)) continue;
    std::string module = *fs::relative(path, kRoot / "src").begin();
    for (const std::string& header : includes_of(path))
      EXPECT_TRUE(before[module].contains(header.substr(0, header.find('/'))))
          << path << " includes " << header << ": it belongs to tests/";
  }
}

// net, system, demo and app stand at the edge, where time is the kernel's.
bool may_wait_by_itself(const fs::path& path) {
  std::string module = *fs::relative(path, kRoot / "src").begin();
  return module == "net" || module == "system" || module == "demo" || module == "app";
}

// Timers of net's loops, and librdkafka (module kafka_cluster), have no other clock.
bool may_ask_chrono(const fs::path& path) {
  std::string module = *fs::relative(path, kRoot / "src").begin();
  return module == "http" || module == "kafka" || module == "kafka_cluster";
}

// Regular expressions are slow: only such lines are looked at.
bool is_about_time(const std::string& line) {
  for (const char* word : {"sleep", "wait_", "_clock"})
    if (line.find(word) != std::string::npos) return true;
  return false;
}

TEST(House, TimePassesAndIsWaitedForByTheClock) {
  const std::regex clocks(R"(clock(_|\(\))?\.wait_until)");
  const std::regex waits(R"(this_thread::sleep|[.>]wait_(for|until)\()");
  const std::regex asks("std::chrono::(steady|system|high_resolution)_clock");
  for (const fs::path& path : sources(kRoot / "src")) {
    if (is_of_tests(path) || may_wait_by_itself(path)) continue;
    int number = 0;
    for (const std::string& line : split(read(path), '\n')) {
      ++number;
      if (!is_about_time(line)) continue;
      EXPECT_FALSE(std::regex_search(std::regex_replace(line, clocks, ""), waits))
          << path << ":" << number << ": waits must be system::Clock's: " << line;
      EXPECT_FALSE(!may_ask_chrono(path) && std::regex_search(line, asks))
          << path << ":" << number << ": time must be system::Clock's: " << line;
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

// What people read: sources, scripts and pages.
std::vector<fs::path> texts() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(kRoot))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  for (const char* folder : {"src", "tests", "fuzz", "bench", "docs", "cmake"})
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder))
      for (const char* extension : {".cc", ".h", ".py", ".md", ".txt", ".cmake"})
        if (entry.path().extension() == extension) found.push_back(entry.path());
  return found;
}

TEST(House, PagesThatTextsPointToAreThere) {
  const std::regex page(R"((^|[^\w/.-])(docs/[\w-][\w./-]*))");
  for (const fs::path& path : texts()) {
    int number = 0;
    for (const std::string& line : split(read(path), '\n')) {
      ++number;
      if (line.find("docs/") == std::string::npos) continue;
      for (std::sregex_iterator at(line.begin(), line.end(), page), end; at != end; ++at) {
        std::string named = (*at)[2];
        while (named.ends_with('.')) named.pop_back();
        EXPECT_TRUE(fs::exists(kRoot / named)) << path << ":" << number << ": no " << named;
      }
    }
  }
}

// The design had numbered sections once; who reads the tree has no such page.
TEST(House, NoTextPointsToASectionOfTheDesign) {
  const std::regex section(R"(architecture(\.md)?,? (section )?[0-9])", std::regex::icase);
  for (const fs::path& path : texts()) {
    int number = 0;
    for (const std::string& line : split(read(path), '\n')) {
      ++number;
      if (line.find("rchitecture") == std::string::npos &&
          line.find("ARCHITECTURE") == std::string::npos)
        continue;
      EXPECT_FALSE(std::regex_search(line, section)) << path << ":" << number << ": " << line;
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

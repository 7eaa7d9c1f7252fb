// SPDX-License-Identifier: MIT
// Runs a fuzz target over the files of the folders named on the command line, and over every prefix
// of each: the part of fuzzing that any compiler can do.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// Long seeds are cut at so many places only.
constexpr size_t kPrefixesMax = 256;

void run(const std::string& bytes, size_t size) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), size);
}

}  // namespace

int main(int argc, char** argv) {
  size_t seeds = 0;
  run("", 0);
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) continue;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      size_t step = bytes.size() / kPrefixesMax + 1;
      for (size_t size = 0; size < bytes.size(); size += step) run(bytes, size);
      run(bytes, bytes.size());
      ++seeds;
    }
  }
  std::printf("%zu seeds and their prefixes\n", seeds);
  return 0;
}

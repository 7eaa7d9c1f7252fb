// SPDX-License-Identifier: MIT
// gzip as it comes: for answers that are streamed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace efd::codec {

// One gzip member. Not thread-safe.
class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;

  // Compressed bytes are appended to `out` as they become ready.
  void write(std::string_view bytes, std::string& out);
  // Everything written so far can be decompressed from what is in `out` then. Costs some bytes.
  void flush(std::string& out);
  // The end of the member; nothing may follow.
  void finish(std::string& out);

 private:
  struct State;
  void run(std::string_view bytes, int mode, std::string& out);
  std::unique_ptr<State> state_;
};

}  // namespace efd::codec

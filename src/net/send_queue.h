// SPDX-License-Identifier: MIT
// Bytes on their way out of one connection. For net's own .cc files.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include <sys/uio.h>

namespace efd::net {

// The most pieces that leave with one write.
constexpr size_t kWritePiecesMax = 64;

class SendQueue {
 public:
  void push(std::string bytes);
  void push(std::string_view bytes, std::shared_ptr<const void> owner);

  size_t bytes() const { return bytes_; }
  // The next pieces to write, first ones first; returns how many there are.
  size_t pieces(std::array<iovec, kWritePiecesMax>& into) const;
  // The first `bytes` are written.
  void drop_front(size_t bytes);
  void clear();

 private:
  struct Piece {
    std::string owned;
    std::string_view shared;
    std::shared_ptr<const void> owner;
    std::string_view view() const { return owner ? shared : std::string_view(owned); }
  };

  std::deque<Piece> pieces_;
  size_t front_written_ = 0;  // bytes of the first piece that have left
  size_t bytes_ = 0;
};

}  // namespace efd::net

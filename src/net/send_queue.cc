// SPDX-License-Identifier: MIT
#include "net/send_queue.h"

#include <algorithm>

namespace efd::net {

namespace {
constexpr size_t kJoinedBytesMax = 16u << 10;  // small sends are gathered up to this size
}

void SendQueue::push(std::string bytes) {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  bool joins = !pieces_.empty() && !pieces_.back().owner &&
               pieces_.back().owned.size() + bytes.size() <= kJoinedBytesMax;
  if (joins) {
    pieces_.back().owned.append(bytes);
  } else {
    pieces_.push_back({std::move(bytes), {}, nullptr});
  }
}

void SendQueue::push(std::string_view bytes, std::shared_ptr<const void> owner) {
  if (bytes.empty()) return;
  if (!owner) return push(std::string(bytes));
  bytes_ += bytes.size();
  pieces_.push_back({{}, bytes, std::move(owner)});
}

size_t SendQueue::pieces(std::array<iovec, kWritePiecesMax>& into) const {
  size_t count = std::min(pieces_.size(), kWritePiecesMax);
  for (size_t i = 0; i < count; ++i) {
    std::string_view view = pieces_[i].view();
    if (i == 0) view.remove_prefix(front_written_);
    into[i] = {const_cast<char*>(view.data()), view.size()};
  }
  return count;
}

void SendQueue::drop_front(size_t bytes) {
  bytes_ -= bytes;
  front_written_ += bytes;
  while (!pieces_.empty() && front_written_ >= pieces_.front().view().size()) {
    front_written_ -= pieces_.front().view().size();
    pieces_.pop_front();
  }
}

void SendQueue::clear() {
  pieces_.clear();
  front_written_ = 0;
  bytes_ = 0;
}

}  // namespace efd::net

// SPDX-License-Identifier: MIT
#include "kafka/outbox.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace efd::kafka {
namespace {

TEST(Outbox, ReadyAnswersLeaveAtOnce) {
  Outbox outbox;
  outbox.tail() += "a";
  outbox.tail() += "b";
  EXPECT_EQ(outbox.take_ready(), "ab");
  EXPECT_EQ(outbox.take_ready(), "");
}

TEST(Outbox, WhatIsBehindAWaitingAnswerWaitsToo) {
  Outbox outbox;
  outbox.tail() += "a";
  Outbox::Ticket b = outbox.defer();
  outbox.tail() += "c";
  EXPECT_EQ(outbox.take_ready(), "a");
  outbox.answer(b, "b");
  EXPECT_EQ(outbox.take_ready(), "bc");
  EXPECT_EQ(outbox.waiting(), 0u);
}

TEST(Outbox, CountsWhatItHolds) {
  Outbox outbox;
  Outbox::Ticket first = outbox.defer(100);
  outbox.tail() += "1234";
  Outbox::Ticket second = outbox.defer();
  outbox.answer(second, "56");
  EXPECT_EQ(outbox.held_bytes(), 106u);
  outbox.answer(first, "");
  EXPECT_EQ(outbox.held_bytes(), 6u);
  outbox.take_ready();
  EXPECT_EQ(outbox.held_bytes(), 0u);
}

// In whatever order answers become ready, they leave in the order of their requests.
RC_GTEST_PROP(Outbox, KeepsTheOrder, (std::vector<bool> defers, uint64_t seed)) {
  Outbox outbox;
  std::string wanted;
  std::string sent;
  std::vector<std::pair<Outbox::Ticket, char>> waiting;
  for (size_t i = 0; i < defers.size(); ++i) {
    char name = static_cast<char>('a' + i % 26);
    wanted += name;
    if (defers[i]) {
      waiting.emplace_back(outbox.defer(), name);
    } else {
      outbox.tail() += name;
    }
    sent += outbox.take_ready();
  }
  while (!waiting.empty()) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    auto one = waiting.begin() + static_cast<ptrdiff_t>((seed >> 33) % waiting.size());
    outbox.answer(one->first, std::string(1, one->second));
    waiting.erase(one);
    sent += outbox.take_ready();
  }
  RC_ASSERT(sent == wanted);
  RC_ASSERT(outbox.held_bytes() == 0u);
}

}  // namespace
}  // namespace efd::kafka

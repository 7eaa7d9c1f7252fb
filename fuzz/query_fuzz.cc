// SPDX-License-Identifier: MIT
// Every statement over a small measurement ends, and is answered in each format.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "query/answer.h"
#include "query/engine.h"
#include "query/testing/fake_store.h"

namespace {

using efd::kNsPerSecond;
using efd::Result;
using efd::query::Cell;
using efd::query::Format;

efd::query::FakeStore& filled_store() {
  static efd::query::FakeStore store;
  if (!store.databases().empty()) return store;
  (void)store.create_database("db");
  for (int64_t i = 0; i < 20; ++i) {
    store.add("m", (i / 2) * kNsPerSecond,
              {{"v", static_cast<double>(i) / 4}, {"i", i}, {"s", std::string(i % 3, 'a')}});
    store.add("m", i * kNsPerSecond, {{i % 2 ? "t" : "v", i % 4 == 0 ? Cell(true) : Cell(1.5)}});
  }
  return store;
}

void answer(std::string_view text, Format format) {
  static efd::system::FakeClock clock(efd::UtcTime::from_ms(100'000));
  static auto engine = efd::query::make_engine(filled_store(), clock, {.buckets_max = 1000});
  auto writer = efd::query::make_answer_writer({.format = format, .chunked = text.size() % 2 == 0},
                                               [](std::string_view) { return Result<>(); });
  efd::query::Query query;
  query.database = "db";
  query.text = text;
  const Result<> done = engine->run(query, *writer, {});
  EFD_CHECK(done || done.error().code == efd::ErrorCode::bad_input);
  if (done) EFD_CHECK(writer->finish());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (Format format : {Format::json, Format::csv, Format::msgpack}) answer(text, format);
  return 0;
}

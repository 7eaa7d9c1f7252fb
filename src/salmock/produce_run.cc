// SPDX-License-Identifier: MIT
#include "salmock/produce_run.h"

#include <algorithm>

#include "avro/wire.h"

namespace efd::salmock {
namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

int64_t to_ns(nanoseconds duration) {
  return duration.count();
}

}  // namespace

double ProduceFigures::achieved_per_second() const {
  if (elapsed_ns <= 0) return 0;
  return static_cast<double>(delivered) * static_cast<double>(kNsPerSecond) /
         static_cast<double>(elapsed_ns);
}

void ProduceRun::Outcome::note(const Result<broker::Delivery>& delivery) {
  if (!delivery) return note_failure(delivery.error());
  delivered.fetch_add(1, std::memory_order_relaxed);
}

void ProduceRun::Outcome::note_failure(const Error& error) {
  failed.fetch_add(1, std::memory_order_relaxed);
  std::lock_guard lock(mutex);
  last_failure = error;
}

ProduceRun::ProduceRun(std::unique_ptr<broker::Producer> producer, system::Clock& clock,
                       std::span<const MockTopic> topics, const ProduceOptions& options)
    : clock_(clock),
      options_(options),
      topics_(topics.begin(), topics.end()),
      producer_(std::move(producer)) {
  int64_t designed_per_second = 0;
  for (const MockTopic& topic : topics_)
    for (int rate_hz : topic.rates_hz) {
      std::string head;
      avro::append_wire_header(topic.schema, head);
      senders_.push_back(
          {&topic, std::move(head), {topic.shape, senders_.size(), topic.sal_types}});
      rates_hz_.push_back(rate_hz * options.rate_scale);
      designed_per_second += rate_hz;
    }
  wanted_per_second_ = static_cast<double>(designed_per_second) * options.rate_scale;
}

ProduceRun::~ProduceRun() = default;

void ProduceRun::start() {
  int64_t now_ns = clock_.monotonic_ns();
  start_ns_ = wake_ns_ = due_ns_ = now_ns;
  next_report_ns_ = now_ns + kNsPerSecond;
  schedule_ = Schedule(rates_hz_, now_ns);
}

Result<> ProduceRun::run(const Wait& wait, const EachSecond& each_second) {
  start();
  while (true) {
    int64_t now_ns = clock_.monotonic_ns();
    send_due(now_ns);
    if (is_over(now_ns)) break;
    if (now_ns >= next_report_ns_) {
      while (next_report_ns_ <= now_ns) next_report_ns_ += kNsPerSecond;
      each_second(figures());
    }
    if (wait(pause(clock_.monotonic_ns()))) break;
  }
  end_ns_ = clock_.monotonic_ns();
  return producer_->flush(kFlushWait);
}

// What falls into the duration is sent in full, unless that takes much longer.
bool ProduceRun::is_over(int64_t now_ns) const {
  if (options_.duration.count() == 0) return false;
  int64_t end_ns = start_ns_ + to_ns(options_.duration);
  return schedule_.due_ns() >= end_ns ? now_ns >= end_ns : now_ns >= end_ns + to_ns(kCatchUpMax);
}

void ProduceRun::send_due(int64_t now_ns) {
  int64_t until_ns = now_ns;
  if (options_.duration.count() > 0)
    until_ns = std::min(until_ns, start_ns_ + to_ns(options_.duration) - 1);
  while (schedule_.due_ns() <= until_ns) {
    bool is_late = now_ns - schedule_.due_ns() > to_ns(kLateAfter);
    if (!send_next()) break;
    if (is_late) ++late_;
  }
  due_ns_ = schedule_.due_ns();
}

// False when the producer has no room: the same message is sent at the next turn.
bool ProduceRun::send_next() {
  Sender& sender = senders_[schedule_.sender()];
  UtcTime now = clock_.now();
  Result<> sent;
  if (!is_made_) sent = make_message(sender, now);
  is_made_ = true;
  if (sent)
    sent = producer_->send({.topic = sender.topic->name,
                            .partition = std::nullopt,
                            .timestamp_ms = now.ms(),
                            .key = std::nullopt,
                            .value = message_,
                            .headers = {}},
                           [this](const auto& delivery) { outcome_.note(delivery); });
  if (!sent && sent.error().code == ErrorCode::overload) return false;
  if (!sent) outcome_.note_failure(sent.error());
  is_made_ = false;
  ++sent_;
  schedule_.advance();
  return true;
}

Result<> ProduceRun::make_message(Sender& sender, UtcTime now) {
  const sal::TextPlan* text = sender.topic->text.get();
  if (text == nullptr) {
    message_ = sender.head;
    sender.messages.append_datum(now, message_);
    return {};
  }
  datum_.clear();
  message_.clear();
  sender.messages.append_datum(now, datum_);
  return text->print(datum_, message_, sender.topic->is_keyed ? &kTextIndex : nullptr);
}

milliseconds ProduceRun::pause(int64_t now_ns) {
  wake_ns_ = std::max(wake_ns_ + to_ns(kTick), now_ns);
  int64_t until_ns = std::min(std::max(schedule_.due_ns(), wake_ns_), next_report_ns_);
  if (int64_t end_ns = start_ns_ + to_ns(options_.duration); end_ns > now_ns)
    until_ns = std::min(until_ns, end_ns);
  return std::max(ceil<milliseconds>(nanoseconds(until_ns - now_ns)), milliseconds(1));
}

ProduceFigures ProduceRun::figures() const {
  ProduceFigures figures;
  int64_t end_ns = end_ns_;
  int64_t now_ns = end_ns ? end_ns : clock_.monotonic_ns();
  figures.sent = sent_;
  figures.delivered = outcome_.delivered;
  figures.failed = outcome_.failed;
  figures.late = late_;
  figures.behind_ns = std::max<int64_t>(now_ns - due_ns_, 0);
  figures.elapsed_ns = now_ns - start_ns_;
  figures.wanted_per_second = wanted_per_second_;
  return figures;
}

std::optional<Error> ProduceRun::last_failure() const {
  std::lock_guard lock(outcome_.mutex);
  return outcome_.last_failure;
}

}  // namespace efd::salmock

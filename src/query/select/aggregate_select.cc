// SPDX-License-Identifier: MIT
#include "query/select/aggregate_select.h"

#include <algorithm>
#include <optional>

#include "query/expression/predicate.h"
#include "query/select/bucket_rows.h"

namespace efd::query {
namespace {

class AggregateSelect {
 public:
  AggregateSelect(const SelectPlan& plan, RowSource& source, ResultSink& sink, const Watch& watch,
                  int64_t buckets_max)
      : plan_(plan),
        watch_(watch),
        buckets_max_(buckets_max),
        source_(source),
        output_(sink, SeriesHeader{source.name(), plan.tags, plan.column_names},
                plan.select.statement.paging.limit, plan.select.statement.paging.offset),
        rows_(plan, {calls_, cells_}, output_, watch.memory()),
        held_(watch.memory()) {}

  Result<> run() {
    EFD_TRY(prepare());
    EFD_TRY(plan_.select.interval.is_set() ? run_buckets() : run_whole());
    return output_.finish();
  }

 private:
  Result<> prepare() {
    for (const CallPlan& call : plan_.calls) {
      const rows::FieldType type = call.field ? call.field->type : rows::FieldType::float_;
      calls_.push_back(call.function->make(type));
      call_columns_.push_back(call.field ? std::optional(source_.add(*call.field)) : std::nullopt);
    }
    for (const FieldRef& field : plan_.fields) field_columns_.push_back(source_.add(field));
    cells_.resize(plan_.fields.size());
    EFD_ASSIGN(predicate_, Predicate::compile(plan_.select.condition, plan_.types, source_));
    return rows_.prepare();
  }

  // Reads the next chunk that has rows for us; false at the end.
  Result<bool> next_chunk() {
    for (;;) {
      EFD_TRY(watch_.check());
      EFD_TRY(held_.resize(kept_bytes()));
      EFD_ASSIGN(const bool more, source_.next());
      if (!more) return false;
      if (predicate_.passes_all() || predicate_.select(source_.columns(), mask_) > 0) return true;
    }
  }

  void add_rows(size_t begin, size_t end) {
    const uint8_t* mask = predicate_.passes_all() ? nullptr : mask_.data();
    for (size_t i = 0; i < calls_.size(); ++i) {
      if (!call_columns_[i]) continue;
      const store::ColumnChunk& column = source_.column(*call_columns_[i]);
      calls_[i]->add({&column, source_.times_ns().data(), mask, begin, end});
    }
    if (plan_.fields.empty()) return;
    const std::optional<size_t> row = calls_[0]->selected_row();
    if (!row) return;
    for (size_t i = 0; i < cells_.size(); ++i) {
      cells_[i] = cell_at(source_.column(field_columns_[i]), *row);
    }
  }

  size_t kept_bytes() const {
    size_t bytes = calls_.size() * sizeof(std::string);
    for (const auto& call : calls_) bytes += call->bytes();
    return bytes;
  }

  bool any_value() const {
    return std::any_of(calls_.begin(), calls_.end(),
                       [](const auto& call) { return call->has_value(); });
  }

  // --- without GROUP BY time

  bool all_need(Function::Needs needs) const {
    return std::all_of(plan_.calls.begin(), plan_.calls.end(),
                       [&](const CallPlan& call) { return call.function->needs == needs; });
  }

  // Scanning from the right end, first() and last() are found in the first rows. Sums go in the
  // direction of the statement.
  bool scans_descending() const {
    if (all_need(Function::Needs::earliest)) return false;
    return all_need(Function::Needs::latest) || plan_.descending();
  }

  // Nothing behind the present chunk can change what was selected.
  bool is_decided() const {
    if (!all_need(Function::Needs::earliest) && !all_need(Function::Needs::latest)) return false;
    const int64_t reached_ns = source_.times_ns().back();
    for (size_t i = 0; i < calls_.size(); ++i) {
      if (!call_columns_[i] || !source_.has_data(*call_columns_[i])) continue;
      if (!calls_[i]->has_value() || calls_[i]->time_ns() == reached_ns) return false;
    }
    return true;
  }

  Result<> run_whole() {
    const influx::TimeRange& range = plan_.select.range;
    source_.start({range.min_or_lowest(), range.max_or_highest(), scans_descending()}, watch_);
    for (;;) {
      EFD_ASSIGN(const bool more, next_chunk());
      if (!more) break;
      add_rows(0, source_.rows());
      if (is_decided()) break;
    }
    if (!any_value()) return {};
    EFD_TRY(rows_.add(whole_time_ns()));
    return rows_.flush();
  }

  // A lone selector keeps its row's time.
  int64_t whole_time_ns() const {
    if (plan_.calls.size() == 1 && plan_.calls[0].function->is_selector())
      return calls_[0]->time_ns();
    return plan_.select.range.min ? plan_.select.range.min->ns() : 0;
  }

  // --- with GROUP BY time

  Result<> run_buckets() {
    if (source_.is_empty()) return {};
    const influx::TimeRange& range = plan_.select.range;
    source_.start({range.min_or_lowest(), range.max_or_highest(), plan_.descending()}, watch_);
    while (!output_.is_full()) {
      EFD_ASSIGN(const bool more, next_chunk());
      if (!more) break;
      EFD_TRY(add_chunk());
    }
    EFD_TRY(close_bucket());
    if (buckets_ && has_end()) EFD_TRY(fill_to(buckets_->size()));
    return rows_.flush();
  }

  Result<> add_chunk() {
    size_t begin = 0;
    while (begin < source_.rows()) {
      const int64_t time_ns = source_.times_ns()[begin];
      if (!is_in(open_, time_ns)) {
        EFD_TRY(close_bucket());
        open_ = bucket_of(time_ns, plan_.select.interval);
      }
      const size_t end = run_end(begin);
      add_rows(begin, end);
      begin = end;
    }
    return {};
  }

  static bool is_in(const Bucket& bucket, int64_t time_ns) {
    return time_ns >= bucket.start_ns && time_ns < bucket.end_ns;
  }

  // Behind the last row from `begin` on that lies in the open bucket: by doubling steps, so that
  // both narrow and wide buckets cost little. Most have as many rows as the one before.
  size_t run_end(size_t begin) {
    const auto times = source_.times_ns();
    const size_t same = begin + run_rows_;
    const bool is_same = same < times.size() && is_in(open_, times[same - 1]);
    if (is_same && !is_in(open_, times[same])) return same;
    const size_t end = find_run_end(times, begin);
    if (end < times.size()) run_rows_ = end - begin;
    return end;
  }

  size_t find_run_end(std::span<const int64_t> times, size_t begin) const {
    size_t step = 1;
    size_t low = begin;  // lies in the bucket
    while (low + step < times.size() && is_in(open_, times[low + step])) {
      low += step;
      step *= 2;
    }
    const auto from = times.begin() + static_cast<ptrdiff_t>(low);
    const auto to = times.begin() + static_cast<ptrdiff_t>(std::min(low + step, times.size()));
    const auto end =
        std::partition_point(from, to, [&](int64_t time_ns) { return is_in(open_, time_ns); });
    return static_cast<size_t>(end - times.begin());
  }

  Result<> close_bucket() {
    if (!any_value()) return {};
    if (!buckets_) EFD_TRY(begin_buckets());
    const int64_t index = buckets_->index_of(open_.start_ns);
    EFD_TRY(check_count(index));
    EFD_TRY(fill_to(index));
    EFD_TRY(rows_.add(open_.start_ns));
    next_ = index + 1;
    for (const auto& call : calls_) call->reset();
    return {};
  }

  // Does the answer go on behind its last value, to an end that the statement names? Without a
  // lower bound the buckets end where the values do: at the first of them in time.
  bool has_end() const { return plan_.select.range.min || !plan_.descending(); }

  // The open bucket is the first with a value.
  Result<> begin_buckets() {
    const influx::TimeRange& range = plan_.select.range;
    int64_t min_ns = open_.start_ns;
    if (range.min) {
      min_ns = range.min->ns();
    } else if (plan_.descending()) {
      min_ns = source_.min_time().ns();  // no value lies before it
    }
    buckets_.emplace(min_ns, range.max_or_highest().ns(), plan_.select.interval,
                     plan_.descending());
    return has_end() ? check_count(buckets_->size() - 1) : Result<>();
  }

  // Whether the answer may reach its index-th bucket: only what is given out counts.
  Result<> check_count(int64_t index) const {
    if (!fills() || buckets_max_ == 0) return {};
    const influx::Paging& paging = plan_.select.statement.paging;
    int64_t count = index == INT64_MAX ? INT64_MAX : index + 1;
    if (paging.limit > 0) {
      int64_t wanted = 0;
      if (__builtin_add_overflow(paging.limit, paging.offset, &wanted)) wanted = INT64_MAX;
      count = std::min(count, wanted);
    }
    if (count <= buckets_max_) return {};
    return fail(ErrorCode::overload, "max-select-buckets limit exceeded: ({}/{})", count,
                buckets_max_);
  }

  bool fills() const { return plan_.select.statement.fill.kind != influx::Fill::Kind::none; }

  // Gives the empty buckets before the index-th.
  Result<> fill_to(int64_t index) {
    constexpr int64_t kRowsPerCheck = 65'536;
    if (!fills()) return {};
    for (; next_ < index && !output_.is_full(); ++next_) {
      EFD_TRY(rows_.add_empty(buckets_->start_ns(next_)));
      if (next_ % kRowsPerCheck == 0) EFD_TRY(watch_.check());
    }
    return {};
  }

  const SelectPlan& plan_;
  const Watch& watch_;
  const int64_t buckets_max_;
  RowSource& source_;
  SeriesOutput output_;
  std::vector<std::unique_ptr<Accumulator>> calls_;
  std::vector<Cell> cells_;  // of plan_.fields, in the selected row
  BucketRows rows_;
  std::vector<std::optional<size_t>> call_columns_;
  std::vector<size_t> field_columns_;
  Predicate predicate_;
  std::vector<uint8_t> mask_;
  Bucket open_;                            // holds no time at first
  size_t run_rows_ = 1;                    // of a bucket whose rows a chunk held all
  std::optional<BucketSequence> buckets_;  // from the first value on
  int64_t next_ = 0;                       // the first bucket that has not been given
  store::MemoryHolding held_;              // what the calls keep of the rows
};

}  // namespace

Result<> run_aggregate_select(const SelectPlan& plan, RowSource& source, ResultSink& sink,
                              const Watch& watch, int64_t buckets_max) {
  return AggregateSelect(plan, source, sink, watch, buckets_max).run();
}

}  // namespace efd::query

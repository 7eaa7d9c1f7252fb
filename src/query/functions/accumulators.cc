// SPDX-License-Identifier: MIT
#include "query/functions/accumulators.h"

#include <functional>
#include <type_traits>

namespace efd::query {
namespace {

using rows::FieldType;
using store::ColumnChunk;

template <class T>
struct ValuesOf;
template <>
struct ValuesOf<double> {
  static const double* get(const ColumnChunk& column) { return column.floats.data(); }
  static Cell cell(double value) { return value; }
};
template <>
struct ValuesOf<int64_t> {
  static const int64_t* get(const ColumnChunk& column) { return column.integers.data(); }
  static Cell cell(int64_t value) { return value; }
};
template <>
struct ValuesOf<uint8_t> {
  static const uint8_t* get(const ColumnChunk& column) { return column.booleans.data(); }
  static Cell cell(uint8_t value) { return value != 0; }
};
template <>
struct ValuesOf<std::string_view> {
  static const std::string_view* get(const ColumnChunk& column) { return column.strings.data(); }
  static Cell cell(const std::string& value) { return value; }
};

// Calls use(row) for each row of the run that counts. The case that all do is a loop of its own:
// it is the usual one, and the compiler makes the most of it.
template <class Use>
void for_each_row(const ColumnRun& run, Use use) {
  const ColumnChunk& column = *run.column;
  if (column.all_null) return;
  const uint8_t* nulls = column.nulls.empty() ? nullptr : column.nulls.data();
  if (!nulls && !run.mask) {
    for (size_t i = run.begin; i < run.end; ++i) use(i);
  } else if (!nulls) {
    for (size_t i = run.begin; i < run.end; ++i) {
      if (run.mask[i]) use(i);
    }
  } else {
    for (size_t i = run.begin; i < run.end; ++i) {
      if (!nulls[i] && (!run.mask || run.mask[i])) use(i);
    }
  }
}

class Count : public Accumulator {
 public:
  void add(const ColumnRun& run) override {
    if (!run.mask && run.column->nulls.empty()) {
      if (!run.column->all_null) count_ += static_cast<int64_t>(run.end - run.begin);
      return;
    }
    int64_t count = 0;
    for_each_row(run, [&](size_t) { ++count; });
    count_ += count;
  }
  bool has_value() const override { return count_ > 0; }
  Cell value() const override { return count_; }
  void reset() override { count_ = 0; }

 private:
  int64_t count_ = 0;
};

using Wide = __int128;

// The total of a run's values. Integers are added as two halves, which no run of a chunk brings to
// their end, so that the loop stays one that the compiler can vectorise.
struct RunTotal {
  int64_t count = 0;
  Wide sum = 0;
};
RunTotal total_of(const ColumnRun& run, const int64_t* values) {
  constexpr uint64_t kSign = uint64_t{1} << 63;
  uint64_t low = 0, high = 0;
  int64_t count = 0;
  for_each_row(run, [&](size_t i) {
    const uint64_t shifted = static_cast<uint64_t>(values[i]) ^ kSign;  // value + 2^63
    low += shifted & 0xffffffff;
    high += shifted >> 32;
    ++count;
  });
  return {count, (Wide{high} << 32) + Wide{low} - Wide{count} * Wide{kSign}};
}

template <class T>
class Sum : public Accumulator {
 public:
  void add(const ColumnRun& run) override {
    const T* values = ValuesOf<T>::get(*run.column);
    if constexpr (std::is_integral_v<T>) {
      const RunTotal total = total_of(run, values);
      sum_ += total.sum;
      count_ += total.count;
    } else {
      T sum = sum_;
      int64_t count = 0;
      for_each_row(run, [&](size_t i) {
        sum += values[i];
        ++count;
      });
      sum_ = sum;
      count_ += count;
    }
  }
  bool has_value() const override { return count_ > 0; }
  Cell value() const override { return static_cast<T>(sum_); }
  Result<> check() const override {
    if constexpr (std::is_integral_v<T>) {
      if (sum_ < INT64_MIN || sum_ > INT64_MAX)
        return fail(ErrorCode::bad_input,
                    "sum() of integers is beyond 64 bits: cast the field, as in sum(x::float)");
    }
    return {};
  }
  void reset() override {
    sum_ = 0;
    count_ = 0;
  }

 protected:
  std::conditional_t<std::is_integral_v<T>, Wide, T> sum_ = 0;
  int64_t count_ = 0;
};

template <class T>
class Mean : public Sum<T> {
 public:
  Cell value() const override {
    return static_cast<double>(this->sum_) / static_cast<double>(this->count_);
  }
  Result<> check() const override { return {}; }
};

// What a selector remembers of a row; strings are kept, as the chunk goes away.
template <class T>
using Kept = std::conditional_t<std::is_same_v<T, std::string_view>, std::string, T>;

template <class T>
class Selector : public Accumulator {
 public:
  bool has_value() const override { return has_value_; }
  Cell value() const override { return ValuesOf<T>::cell(kept_); }
  void reset() override {
    has_value_ = false;
    row_.reset();
  }
  size_t bytes() const override {
    if constexpr (std::is_same_v<T, std::string_view>) return kept_.capacity();
    return 0;
  }
  int64_t time_ns() const override { return time_ns_; }
  std::optional<size_t> selected_row() const override { return row_; }

 protected:
  void keep(const ColumnRun& run, size_t row) {
    has_value_ = true;
    kept_ = Kept<T>(ValuesOf<T>::get(*run.column)[row]);
    time_ns_ = run.times_ns[row];
    row_ = row;
  }

  bool has_value_ = false;
  Kept<T> kept_{};
  int64_t time_ns_ = 0;
  std::optional<size_t> row_;  // in the latest run
};

// min and max. Of equal values the earliest is taken.
template <class T, class IsBetter>
class SelectByValue : public Selector<T> {
 public:
  void add(const ColumnRun& run) override {
    const T* values = ValuesOf<T>::get(*run.column);
    this->row_.reset();
    size_t best_row = kNone;
    bool found = this->has_value_;
    T best = found ? T(this->kept_) : T();
    int64_t best_time = this->time_ns_;
    for_each_row(run, [&](size_t i) {
      const T value = values[i];
      const int64_t time = run.times_ns[i];
      const bool better = IsBetter()(value, best) || (value == best && time < best_time);
      if (found && !better) return;
      found = true;
      best = value;
      best_time = time;
      best_row = i;
    });
    if (best_row != kNone) this->keep(run, best_row);
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;
};

// first and last, as `IsBetter` orders times. Of rows at one time the larger value is taken.
template <class T, class IsBetter>
class SelectByTime : public Selector<T> {
 public:
  void add(const ColumnRun& run) override {
    this->row_.reset();
    if (run.column->all_null || run.begin == run.end) return;
    const bool best_first = !IsBetter()(run.times_ns[run.end - 1], run.times_ns[run.begin]);
    for (size_t n = run.begin; n < run.end; ++n) {
      const size_t row = best_first ? n : run.begin + (run.end - 1 - n);
      if (run.column->is_null(row) || (run.mask && !run.mask[row])) continue;
      if (this->has_value_ && IsBetter()(this->time_ns_, run.times_ns[row])) return;
      if (is_better(run, row)) this->keep(run, row);
    }
  }

 private:
  bool is_better(const ColumnRun& run, size_t row) const {
    if (!this->has_value_ || IsBetter()(run.times_ns[row], this->time_ns_)) return true;
    return ValuesOf<T>::get(*run.column)[row] > this->kept_;
  }
};

template <template <class> class Of>
std::unique_ptr<Accumulator> make_number(FieldType type) {
  if (type == FieldType::float_) return std::make_unique<Of<double>>();
  return std::make_unique<Of<int64_t>>();
}

template <template <class, class> class Of, class IsBetter>
std::unique_ptr<Accumulator> make_selector(FieldType type) {
  switch (type) {
    case FieldType::float_:
      return std::make_unique<Of<double, IsBetter>>();
    case FieldType::integer:
      return std::make_unique<Of<int64_t, IsBetter>>();
    case FieldType::boolean:
      return std::make_unique<Of<uint8_t, IsBetter>>();
    default:
      return std::make_unique<Of<std::string_view, IsBetter>>();
  }
}

}  // namespace

std::unique_ptr<Accumulator> make_count(FieldType) {
  return std::make_unique<Count>();
}

std::unique_ptr<Accumulator> make_sum(FieldType type) {
  return make_number<Sum>(type);
}

std::unique_ptr<Accumulator> make_mean(FieldType type) {
  return make_number<Mean>(type);
}

std::unique_ptr<Accumulator> make_min(FieldType type) {
  return make_selector<SelectByValue, std::less<>>(type);
}

std::unique_ptr<Accumulator> make_max(FieldType type) {
  return make_selector<SelectByValue, std::greater<>>(type);
}

std::unique_ptr<Accumulator> make_first(FieldType type) {
  return make_selector<SelectByTime, std::less<>>(type);
}

std::unique_ptr<Accumulator> make_last(FieldType type) {
  return make_selector<SelectByTime, std::greater<>>(type);
}

}  // namespace efd::query

// SPDX-License-Identifier: MIT
// Converter: turns a record into any number of rows for any number of targets, or says why it
// cannot, or that it cannot say yet. Only converters know what a record looks like; sinks take
// rows.
//
//   EFD_TRY(take_records(converter, batch.slices(), rejects, on_rows, on_slice));
//   for (TargetRows* filled : converter.filled()) ...
//   converter.clear();   // once the rows have been put somewhere
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "rows/rows.h"
#include "sink/sink.h"

namespace efd::sink {

// Where rows go.
struct Target {
  std::string database;
  std::string policy;  // empty: the database's default one
  std::string measurement;
  auto operator<=>(const Target&) const = default;
};

// Rows of one layout for one target, filled anew with each batch.
struct TargetRows {
  TargetRows(uint32_t target, std::shared_ptr<const rows::Layout> layout)
      : target(target), rows(std::move(layout)) {}

  uint32_t target;  // its number, see Converter::target
  rows::Rows rows;
};

// Rows that a record has become: those from `first` on.
struct MadeRows {
  TargetRows* into = nullptr;
  size_t first = 0;
};

// Used by one thread.
class Converter {
 public:
  virtual ~Converter() = default;

  // What became of a record; valid until the next call. Without any of the three it has no rows,
  // and is passed over.
  struct Outcome {
    std::span<const MadeRows> made;
    const std::string* rejected = nullptr;  // why it can be no row, now and later
    const std::string* not_yet = nullptr;   // why it cannot be judged now
  };
  virtual Outcome take(const broker::Source& source, const broker::RecordView& record) = 0;
  // After a `not_yet`: asks for what the records behind it need, so that those that lack something
  // wait together and not one behind the other.
  virtual void ask_ahead(std::span<const broker::RecordView>) {}
  // A hint that these slices come.
  virtual void fetch_ahead(std::span<const broker::Slice>) const {}

  // Everything with rows since the last clear(), which keeps the memory.
  virtual std::span<TargetRows* const> filled() const = 0;
  virtual void clear() = 0;
  // Numbers are dense, from 0 on, and stay.
  virtual const Target& target(uint32_t number) const = 0;
};

// How far a slice was taken.
struct TakenSlice {
  size_t index = 0;  // in the batch
  Offset next;       // where it goes on
  const std::string* not_yet = nullptr;
  const broker::RecordView* last = nullptr;  // that was taken; null: none was
};

// The loop of every sink that takes rows: records one by one, until one of a slice has to wait.
// `on_rows(index of the slice, record, made rows)` and `on_slice(TakenSlice)` return Result<>; an
// error ends the loop.
template <class OnRows, class OnSlice>
Result<> take_records(Converter& converter, std::span<const broker::Slice> slices, Rejects& rejects,
                      OnRows&& on_rows, OnSlice&& on_slice) {
  for (size_t i = 0; i < slices.size(); ++i) {
    converter.fetch_ahead(slices.subspan(i + 1));
    const broker::Slice& slice = slices[i];
    TakenSlice taken{.index = i, .next = slice.next};
    for (const broker::RecordView& record : slice.records) {
      Converter::Outcome outcome = converter.take(*slice.source, record);
      if (outcome.not_yet) {
        taken.next = record.offset;
        taken.not_yet = outcome.not_yet;
        break;
      }
      if (outcome.rejected)
        rejects.reject(*slice.source, record, Stage::value_converter, *outcome.rejected);
      if (!outcome.made.empty()) EFD_TRY(on_rows(i, record, outcome.made));
      taken.last = &record;
    }
    EFD_TRY(on_slice(taken));
    if (taken.not_yet) {
      const broker::RecordView* begin = taken.last ? taken.last + 1 : slice.records.data();
      converter.ask_ahead({begin + 1, std::to_address(slice.records.end())});
    }
  }
  return {};
}

}  // namespace efd::sink

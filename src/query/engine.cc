// SPDX-License-Identifier: MIT
#include "query/engine.h"

#include <algorithm>
#include <atomic>

#include "query/compile/compile.h"
#include "query/compile/support.h"
#include "query/expression/regex.h"
#include "query/plan/cost.h"
#include "query/plan/plan.h"
#include "query/plan/sources.h"
#include "query/select/aggregate_select.h"
#include "query/select/raw_select.h"
#include "query/source/view_rows.h"
#include "query/statements/statements.h"
#include "query/watch.h"

namespace efd::query {
namespace {

// Passes everything on, and remembers whether it was the sink that failed.
class TrackedSink : public ResultSink {
 public:
  explicit TrackedSink(ResultSink& sink) : sink_(sink) {}
  bool failed() const { return failed_; }

  Result<> begin_statement(int id) override { return track(sink_.begin_statement(id)); }
  Result<> begin_series(const SeriesHeader& header) override {
    return track(sink_.begin_series(header));
  }
  Result<> rows(const RowBatch& batch) override { return track(sink_.rows(batch)); }
  Result<> end_series() override { return track(sink_.end_series()); }
  Result<> message(std::string_view level, std::string_view text) override {
    return track(sink_.message(level, text));
  }
  Result<> error(const Error& error) override { return track(sink_.error(error)); }
  Result<> end_statement() override { return track(sink_.end_statement()); }

 private:
  Result<> track(Result<> result) {
    failed_ = failed_ || !result;
    return result;
  }
  ResultSink& sink_;
  bool failed_ = false;
};

// Counts the queries that run, for as long as it lives.
class Slot {
 public:
  explicit Slot(std::atomic<int>& running) : running_(running), taken_(++running) {}
  ~Slot() { --running_; }
  Slot(const Slot&) = delete;
  int taken() const { return taken_; }

 private:
  std::atomic<int>& running_;
  const int taken_;
};

Action action_of(const influx::RequiredPrivilege& required) {
  if (required.admin) return Action::alter;
  return required.privilege == influx::Privilege::write ? Action::write : Action::read;
}

class StoreEngine : public QueryEngine {
 public:
  StoreEngine(store::Store& store, system::Clock& clock, EngineOptions options)
      : store_(store), clock_(clock), options_(options) {}

  Result<> run(const Query& query, ResultSink& sink, std::stop_token stop) override {
    EFD_ASSIGN(const std::vector<influx::Statement> statements, parse(query));
    EFD_TRY(authorize_statements(query, statements));
    const Slot slot(running_);
    if (slot.taken() > options_.concurrent_max) return refuse(slot.taken(), sink);
    TrackedSink tracked(sink);
    for (size_t i = 0; i < statements.size(); ++i) {
      EFD_TRY(tracked.begin_statement(static_cast<int>(i)));
      Result<> done = run_statement(query, statements[i], tracked, stop);
      if (!done && (tracked.failed() || stop.stop_requested())) return done;
      if (!done) EFD_TRY(tracked.error(done.error()));
      EFD_TRY(tracked.end_statement());
      if (!done) break;
    }
    return {};
  }

  bool is_small(const Query& query) override {
    const auto statements = parse(query);
    if (!statements) return true;
    const Defaults defaults{query.database, query.policy};
    Cost cost;
    for (const influx::Statement& statement : *statements) {
      const auto* select = std::get_if<influx::SelectStatement>(&statement);
      // A small one whose answer outgrows its room runs again.
      if (changes(statement) && statements->size() > 1) return false;
      cost.add(select ? cost_of_select(*select, defaults) : kShowCost);
      if (cost.rows > options_.small_rows_max ||
          cost.values > options_.small_answer_bytes_max / kValueBytesMin)
        return false;
    }
    return true;
  }

 private:
  // What statements other than SELECT are taken for: some of them are many.
  static constexpr Cost kShowCost{.rows = 100};
  // In an answer: a digit or quote, and a comma.
  static constexpr size_t kValueBytesMin = 2;

  // What a SELECT asks, and of which measurements.
  struct Found {
    CompiledSelect compiled;
    ViewList views;
  };

  Result<Found> look_up(const influx::SelectStatement& select, const Defaults& defaults) {
    influx::SelectStatement normalized = select;
    EFD_TRY(normalize(normalized.sources, defaults, store_));
    EFD_ASSIGN(CompiledSelect compiled, compile(normalized, clock_.now()));
    EFD_TRY(check_supported(compiled.statement));
    EFD_ASSIGN(ViewList views, open_views(compiled.statement.sources, store_));
    return Found{std::move(compiled), std::move(views)};
  }

  // Every measurement is one series: the second one does not exist.
  static bool is_empty(const SelectPlan& planned) {
    return planned.is_empty() || planned.select.statement.paging.series_offset > 0;
  }

  // Planning may look into what a field holds: only where that is little.
  Cost cost_of_select(const influx::SelectStatement& select, const Defaults& defaults) {
    auto found = look_up(select, defaults);
    if (!found) return {};
    const uint64_t rows_max = options_.small_rows_max;
    Cost cost{.rows = rows_touched(found->compiled.range, found->views, rows_max)};
    if (cost.rows > rows_max) return cost;
    store::MemoryAccount memory(options_.memory_bytes_max, "query memory limit exceeded");
    const Watch watch(clock_, options_.timeout_ms, memory, {});
    const auto planned = plan(std::move(found->compiled), found->views, watch);
    if (!planned || is_empty(*planned)) return {};
    cost.values = values_given(*planned, found->views);
    return cost;
  }

  static Result<std::vector<influx::Statement>> parse(const Query& query) {
    influx::ParseOptions options;
    options.params = query.params;
    options.check_regex = [](std::string_view text) -> Result<> {
      EFD_TRY(Regex::compile(text));
      return {};
    };
    auto statements = influx::parse_query(query.text, options);
    if (!statements) return fail_in("error parsing query", statements.error());
    return statements;
  }

  Result<> refuse(int running, ResultSink& sink) const {
    EFD_TRY(sink.begin_statement(0));
    EFD_TRY(sink.error(
        Error{ErrorCode::overload, fmt::format("max-concurrent-queries limit exceeded({}, {})",
                                               running, options_.concurrent_max)}));
    return sink.end_statement();
  }

  Result<> run_statement(const Query& query, const influx::Statement& statement, ResultSink& sink,
                         const std::stop_token& stop) {
    const Defaults defaults{query.database, query.policy};
    if (const auto* select = std::get_if<influx::SelectStatement>(&statement)) {
      store::MemoryAccount memory(
          options_.memory_bytes_max,
          fmt::format("query memory limit exceeded ({} bytes): narrow the time range or raise "
                      "query.memory_max",
                      options_.memory_bytes_max));
      return run_select(*select, defaults, sink,
                        Watch(clock_, options_.timeout_ms, memory, stop, query.waited_ns));
    }
    EFD_TRY(query::run_statement(statement, {defaults, store_, sink}));
    if (!changes(statement) || !query.read_only) return {};
    return sink.message("warning",
                        fmt::format("deprecated use of '{}' in a read only context, please use a "
                                    "POST request instead",
                                    influx::to_string(statement)));
  }

  Result<> run_select(const influx::SelectStatement& select, const Defaults& defaults,
                      ResultSink& sink, const Watch& watch) {
    EFD_ASSIGN(Found found, look_up(select, defaults));
    EFD_ASSIGN(const SelectPlan planned, plan(std::move(found.compiled), found.views, watch));
    if (is_empty(planned)) return {};
    if (planned.descending()) std::reverse(found.views.begin(), found.views.end());
    for (const auto& view : found.views) {
      ViewRows source(view);
      EFD_TRY(planned.is_raw()
                  ? run_raw_select(planned, source, sink, watch)
                  : run_aggregate_select(planned, source, sink, watch, options_.buckets_max));
    }
    for (const std::string& note : planned.notes) EFD_TRY(sink.message("warning", note));
    return {};
  }

  store::Store& store_;
  system::Clock& clock_;
  const EngineOptions options_;
  std::atomic<int> running_{0};
};

}  // namespace

Result<> authorize_statements(const Query& query, std::span<const influx::Statement> statements) {
  for (const influx::Statement& statement : statements)
    for (const influx::RequiredPrivilege& required : influx::required_privileges(statement)) {
      const std::string& database = required.database.empty() ? query.database : required.database;
      const std::string resource = required.admin ? "cluster" : "database/" + database;
      auto allowed = authorize(query.caller, action_of(required), resource);
      if (!allowed) return fail_in("error authorizing query", allowed.error());
    }
  return {};
}

std::unique_ptr<QueryEngine> make_engine(store::Store& store, system::Clock& clock,
                                         EngineOptions options) {
  return std::make_unique<StoreEngine>(store, clock, options);
}

}  // namespace efd::query

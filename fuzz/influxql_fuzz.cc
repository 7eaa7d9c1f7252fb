// SPDX-License-Identifier: MIT
// Every text has an answer, and the canonical text of what it means means the same.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "influx/condition.h"
#include "influx/parser.h"

namespace {

using efd::influx::Statement;

// Passwords are not printed, so the text cannot be read back.
bool can_be_read_back(const std::string& canonical) {
  return canonical.find("[REDACTED]") == std::string::npos;
}

void check_round_trip(const Statement& statement) {
  const std::string canonical = to_string(statement);
  if (!can_be_read_back(canonical)) return;
  const auto again = efd::influx::parse_query(canonical);
  EFD_CHECK(again && again->size() == 1);
  EFD_CHECK(again->front().index() == statement.index());
  EFD_CHECK(to_string(again->front()) == canonical);
}

void check_condition(const Statement& statement) {
  const auto* select = std::get_if<efd::influx::SelectStatement>(&statement);
  if (!select) return;
  select->column_names();
  efd::influx::Evaluation evaluation;
  evaluation.now = efd::UtcTime::from_ms(1'577'836'800'000);
  const auto split = split_condition(select->condition, evaluation);
  if (split) to_string(split->condition);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto statements = efd::influx::parse_query(text);
  if (!statements) return 0;
  for (const Statement& statement : *statements) {
    check_round_trip(statement);
    check_condition(statement);
    required_privileges(statement);
  }
  return 0;
}

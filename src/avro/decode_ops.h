// SPDX-License-Identifier: MIT
// The steps of a DecodeProgram. For this module only.
#pragma once

#include <cstdint>
#include <vector>

#include "avro/decode_program.h"

namespace efd::avro {

// "Runs" are `count` neighbouring fields of one type: columns column, column + 1 ...
enum class OpKind : uint8_t {
  ints,        // run
  longs,       // run
  floats,      // run
  widened,     // run: float into float64
  doubles,     // run
  booleans,    // run
  strings,     // run
  symbols,     // run of one enum
  bytes,       // base64 text of bytes
  fixed,       // base64 text of a fixed
  json,        // JSON text of `node`
  one_of,      // union: then the steps of each branch, up to `end`
  array,       // then the steps of one item, up to `end`
  int_array,   // arrays of one scalar type
  long_array,  //
  float_array,
  double_array,
};

struct Op {
  OpKind kind = OpKind::json;
  uint32_t column = 0;  // of a union: its first one, if it has any
  uint32_t count = 1;
  uint32_t end = 0;    // the step behind
  uint32_t table = 0;  // of a union: which UnionTable
  const Node* node = nullptr;
};

struct BranchSteps {
  uint32_t begin = 0, end = 0;              // steps
  std::vector<uint32_t> null_columns = {};  // what gets a null when this branch is there
  std::vector<uint32_t> empty_arrays = {};  // what gets an empty array
};

struct UnionTable {
  std::vector<BranchSteps> branches;
};

// Where and why a datum was refused.
struct DecodeFault {
  const Op* op = nullptr;
  const char* why = "";
  size_t position = 0;
};

struct DecodeContext {
  const Op* ops;
  const UnionTable* unions;
  const Schema& schema;
  rows::ColumnValues* columns;
  const char* begin;
  const char* end;
  DecodeFault& fault;
};

// Runs the steps [begin, end) over the bytes from `at`. Returns the byte behind, or null with the
// fault set.
const char* run_steps(const DecodeContext& context, uint32_t begin, uint32_t end, const char* at);

}  // namespace efd::avro

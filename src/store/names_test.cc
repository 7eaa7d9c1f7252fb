// SPDX-License-Identifier: MIT
// What fields are called: a name stays with its path in the source for ever.
#include <gtest/gtest.h>

#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;

// What a row of such columns has as its values.
struct Cell {
  rows::Column column;
  int64_t value;
  size_t elements = 1;  // of an array
  bool is_null = false;
};

rows::Rows one_row(const std::vector<Cell>& cells, int64_t ms) {
  auto layout = std::make_shared<rows::Layout>();
  for (const Cell& cell : cells) layout->columns.push_back(cell.column);
  rows::Rows rows(layout);
  for (size_t i = 0; i < cells.size(); ++i) {
    rows::ColumnValues& values = rows.column(i);
    for (size_t e = 0; e < cells[i].elements; ++e) {
      if (cells[i].is_null) {
        values.append_null();
      } else if (cells[i].column.type == ColumnType::integer) {
        values.append<int64_t>(cells[i].value + static_cast<int64_t>(e));
      } else {
        values.append(static_cast<double>(cells[i].value + static_cast<int64_t>(e)));
      }
    }
    if (cells[i].column.is_array) values.end_array();
  }
  rows.end_row(UtcTime::from_ms(ms));
  return rows;
}

Cell cell(std::string path, int64_t value) {
  return {{std::move(path), ColumnType::integer, false}, value};
}
Cell array(std::string path, int64_t value, size_t elements) {
  return {{std::move(path), ColumnType::integer, true}, value, elements};
}
Cell absent(std::string path) {
  return {{std::move(path), ColumnType::integer, false}, 0, 1, true};
}

std::string value_text(const ColumnChunk& column, size_t i) {
  if (column.is_null(i)) return "-";
  return column.type == rows::FieldType::integer ? std::to_string(column.integers[i])
                                                 : fmt::format("{}", column.floats[i]);
}

// "name::type=value,value ..." of all fields of `view`: '-' for an absent value, no type for
// integers.
std::string text_of(const MeasurementView& view) {
  std::string text;
  for (uint32_t field = 0; field < view.fields().size(); ++field) {
    rows::FieldType type = view.fields()[field].type;
    text += (text.empty() ? "" : " ") + view.fields()[field].name;
    if (type != rows::FieldType::integer) text += std::string("::") + rows::to_string(type);
    auto scan = view.scan({.fields = {field}});
    Chunk chunk;
    char before = '=';
    while (*scan->next(chunk))
      for (size_t i = 0; i < chunk.size(); ++i, before = ',')
        text += before + value_text(chunk.columns[0], i);
  }
  return text;
}

class StoreNames : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    auto opened = Store::open(files_, clock_, {.path = "/store", .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->create_database("efd"));
  }
  void reopen() {
    ASSERT_TRUE(store_->close());
    store_.reset();
    open();
  }
  void put(const rows::Rows& rows) {
    PutRows one{store_->measurement("efd", "", "m")->get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
  }
  std::string table() {
    std::string name = "m";
    return text_of(*(*store_->views("efd", "", {&name, 1}))[0]);
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(0)};
  std::unique_ptr<Store> store_;
};

TEST_F(StoreNames, TypesOfAUnionShareANameAndOtherFieldsGetOneOfTheirOwn) {
  put(one_row({{{"p.az", ColumnType::float64}, 1},
               {{"p.az", ColumnType::integer}, 2},
               {{"p_az", ColumnType::float64}, 3},
               {{"p_az", ColumnType::integer}, 4}},
              1));
  const char* const expected = "p_az::float=1 p_az=2 p_az_1::float=3 p_az_1=4";
  EXPECT_EQ(table(), expected);
  reopen();
  EXPECT_EQ(table(), expected);
}

// A record `o` with `i` comes before a field `o_i` that was there first, and the other way round.
TEST_F(StoreNames, ALaterSchemasRecordDoesNotTakeAnOlderFieldsColumn) {
  put(one_row({cell("o_i", 1), cell("p.i", 10)}, 1));
  ASSERT_TRUE(store_->flush());  // one row in a file, the others in memory
  put(one_row({cell("o.i", 2), cell("o_i", 3), cell("p_i", 11), cell("p.i", 12)}, 2));
  put(one_row({cell("o.i", 4), cell("p_i", 13)}, 3));
  put(one_row({cell("o_i", 5), cell("o_i_1", 6), cell("p.i", 14)}, 4));
  const char* const expected =
      "o_i=1,3,-,5 o_i_1=-,2,4,- o_i_1_1=-,-,-,6 p_i=10,12,-,14 p_i_1=-,11,13,-";
  EXPECT_EQ(table(), expected);
  reopen();
  EXPECT_EQ(table(), expected);
}

TEST_F(StoreNames, ANameStaysWithItsPathAlsoThroughRestarts) {
  put(one_row({cell("o_i", 1)}, 1));
  reopen();
  put(one_row({cell("o.i", 2), cell("o_i", 3)}, 2));
  EXPECT_EQ(table(), "o_i=1,3 o_i_1=-,2");
  reopen();
  put(one_row({cell("o.i", 4)}, 3));
  put(one_row({{{"o.i", ColumnType::float64}, 5}, cell("o_i", 6)}, 4));
  EXPECT_EQ(table(), "o_i=1,3,-,6 o_i_1::float=-,-,-,5 o_i_1=-,2,4,-");
}

TEST_F(StoreNames, ScalarsHaveTheirNamesBeforeElementsOfArrays) {
  put(one_row({array("c1", 100, 2), cell("c10", 1), array("time", 7, 1), absent("c11")}, 1));
  EXPECT_EQ(table(), "c10=1 c10_1=100 c11_1=101 time0=7");
  reopen();
  put(one_row({array("c1", 100, 2), cell("c10", 2), cell("c11", 3), cell("time", 8)}, 2));
  EXPECT_EQ(table(), "c10=1,2 c10_1=100,100 c11=-,3 c11_1=101,101 time0=7,- time_1=-,8");
}

// What a later schema's scalar finds taken stays taken.
TEST_F(StoreNames, AnElementKeepsItsNameWhenALaterSchemaHasAScalarOfThatName) {
  put(one_row({array("c1", 100, 2)}, 1));
  put(one_row({cell("c10", 1), cell("c12", 2), array("c1", 100, 3)}, 2));
  EXPECT_EQ(table(), "c10=100,100 c10_1=-,1 c11=101,101 c12=-,2 c12_1=-,102");
}

}  // namespace
}  // namespace efd::store

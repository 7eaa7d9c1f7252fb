// SPDX-License-Identifier: MIT
// From row images to columns: the loops that reading and encoding a head share.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/row_plan.h"

namespace efd::store {

using Images = std::span<const char* const>;

// Scalar bits of a column of the plan, zero-extended, one a row; the slot must not be a string.
void gather_words(Images images, const Slot& slot, uint64_t* to);
// One string a row.
void gather_strings(Images images, const Slot& slot, std::string_view* to);
// 1 where the scalar column is null; false when none is.
bool gather_nulls(Images images, uint32_t column, uint8_t* to);

// The null bits of all rows together: byte column / 8, bit column % 8.
std::vector<uint8_t> any_nulls(Images images, uint32_t null_bytes);
// Whether some row's array has null elements.
bool any_element_nulls(Images images, const Slot& slot);

// How many elements each row's array has; returns the longest.
uint32_t gather_counts(Images images, const Slot& slot, uint64_t* to);
// Element bits of elements [first, first + n) of every row: column e at to + e * images.size().
// Where a row is shorter, zero.
void gather_elements(Images images, const Slot& slot, uint32_t first, uint32_t n, uint64_t* to);
void gather_string_elements(Images images, const Slot& slot, uint32_t element,
                            std::string_view* to);
// 1 where element `element` is there but null; false when none is.
bool gather_present_nulls(Images images, const Slot& slot, uint32_t element, uint8_t* to);
// The same, and 1 where it is absent.
bool gather_element_nulls(Images images, const Slot& slot, uint32_t element, uint8_t* to);

}  // namespace efd::store

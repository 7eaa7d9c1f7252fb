// SPDX-License-Identifier: MIT
// The library of a module that has only headers.

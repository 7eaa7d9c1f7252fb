// SPDX-License-Identifier: MIT
#include "registry/rest_error.h"

namespace efd::registry {

namespace {

ErrorCode error_code(const RestError& error) {
  if (error.code == RestCode::overloaded) return ErrorCode::overload;
  switch (error.status()) {
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 408:
    case 429:
      return ErrorCode::retry;
    default:
      return error.status() >= 500 ? ErrorCode::retry : ErrorCode::bad_input;
  }
}

}  // namespace

Error to_error(const RestError& error) {
  return Error{error_code(error), error.message};
}

RestError to_rest_error(const Error& error) {
  RestCode code = error.code == ErrorCode::overload ? RestCode::overloaded : RestCode::store_failed;
  return RestError{code, "Error while writing to the schemas topic: " + error.message};
}

}  // namespace efd::registry

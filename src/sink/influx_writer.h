// SPDX-License-Identifier: MIT
// InfluxWriter: POST /write of an InfluxDB 1.x (or of what speaks like one), and what its answers
// mean for the lines of the request.
// https://docs.influxdata.com/influxdb/v1.8/tools/api/#write-http-endpoint
#pragma once

#include <chrono>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client.h"
#include "sink/influx_target.h"

namespace efd::sink {

struct InfluxWriterOptions {
  InfluxTarget target;
  bool creates_database = true;  // when the InfluxDB does not know one
  bool compresses = false;       // gzip
  std::chrono::milliseconds request_timeout{30'000};
};

struct WriteAnswer {
  enum class Kind {
    written,      // all lines
    refused,      // some lines or all, for good; whether others were written is not known
    too_large,    // the request as a whole: fewer lines may do
    unavailable,  // for now, whatever the lines: away, busy, no such user or database
    cancelled,
  };
  Kind kind = Kind::written;
  size_t refused_lines = 0;  // of refused: so many at least
  std::string reason;        // in the InfluxDB's words where it has any
};

// Used by one thread.
class InfluxWriter {
 public:
  // bad_input: the target's URL is none. Does not connect yet.
  static Result<InfluxWriter> open(InfluxWriterOptions options);

  // Whole lines, with timestamps in nanoseconds. Empty `policy`: the database's default one.
  WriteAnswer write(const std::string& database, const std::string& policy, std::string_view lines,
                    std::stop_token stop);

 private:
  InfluxWriter(InfluxWriterOptions options, http::Client client);
  Result<http::Answer> post(const std::string& target, std::string_view lines,
                            std::stop_token stop);
  WriteAnswer create_database(const std::string& database, const WriteAnswer& why,
                              std::stop_token stop);

  const InfluxWriterOptions options_;
  http::Client client_;
  http::Headers headers_;                 // of every request
  std::set<std::string> made_databases_;  // and has not written to since
};

// What a status and a body (InfluxDB's JSON) mean.
WriteAnswer judge_write(const http::Answer& answer);

}  // namespace efd::sink

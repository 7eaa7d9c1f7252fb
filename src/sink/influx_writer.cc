// SPDX-License-Identifier: MIT
#include "sink/influx_writer.h"

#include <charconv>

#include "codec/gzip_stream.h"
#include "http/uri.h"
#include "influx/quote.h"
#include "json/value.h"

namespace efd::sink {
namespace {

using Kind = WriteAnswer::Kind;

constexpr std::string_view kNoDatabase = "database not found";
constexpr size_t kForeignTextMax = 200;  // of a body that is not InfluxDB's

// {"error":"..."}; empty when the body is something else.
std::string error_text(const http::Answer& answer) {
  auto body = json::parse(answer.body);
  const std::string* error = body ? body->find_string("error") : nullptr;
  return error ? *error : "";
}

// "... dropped=3"
size_t dropped_lines(std::string_view text) {
  constexpr std::string_view kDropped = " dropped=";
  size_t at = text.rfind(kDropped);
  size_t lines = 0;
  if (at == text.npos) return 0;
  std::from_chars(text.data() + at + kDropped.size(), text.data() + text.size(), lines);
  return lines;
}

WriteAnswer unavailable(const http::Answer& answer, const std::string& error) {
  std::string text = error.empty() ? answer.body.substr(0, kForeignTextMax) : error;
  return {Kind::unavailable, 0, fmt::format("it answers {}: {}", answer.status, text)};
}

std::string gzipped(std::string_view bytes) {
  std::string out;
  codec::GzipStream stream;
  stream.write(bytes, out);
  stream.finish(out);
  return out;
}

std::string write_target(const std::string& database, const std::string& policy) {
  http::NameValues parameters{{"db", database}, {"precision", "ns"}};
  if (!policy.empty()) parameters.emplace_back("rp", policy);
  return "/write?" + http::format_form(parameters);
}

}  // namespace

WriteAnswer judge_write(const http::Answer& answer) {
  if (answer.status == 204) return {};
  std::string error = error_text(answer);
  // A 400 that is not InfluxDB's comes from something else at that address: no reason to condemn
  // lines.
  if (answer.status == 400 && !error.empty()) {
    size_t dropped = dropped_lines(error);
    return {Kind::refused, dropped, std::move(error)};
  }
  if (answer.status == 413) return {Kind::too_large, 0, "the request is too large for it"};
  return unavailable(answer, error);
}

InfluxWriter::InfluxWriter(InfluxWriterOptions options, http::Client client)
    : options_(std::move(options)), client_(std::move(client)) {
  if (std::string authorization = options_.target.authorization(); !authorization.empty())
    headers_.add("Authorization", authorization);
}

Result<InfluxWriter> InfluxWriter::open(InfluxWriterOptions options) {
  http::ClientOptions client_options{.request_timeout = options.request_timeout};
  EFD_ASSIGN(auto client, http::Client::open(options.target.url, client_options));
  return InfluxWriter(std::move(options), std::move(client));
}

Result<http::Answer> InfluxWriter::post(const std::string& target, std::string_view lines,
                                        std::stop_token stop) {
  if (!options_.compresses) return client_.request("POST", target, lines, headers_, stop);
  http::Headers headers = headers_;
  headers.add("Content-Encoding", "gzip");
  return client_.request("POST", target, gzipped(lines), headers, stop);
}

WriteAnswer InfluxWriter::write(const std::string& database, const std::string& policy,
                                std::string_view lines, std::stop_token stop) {
  auto answer = post(write_target(database, policy), lines, stop);
  if (!answer) {
    bool stopped = answer.error().code == ErrorCode::cancelled;
    return {stopped ? Kind::cancelled : Kind::unavailable, 0, answer.error().message};
  }
  WriteAnswer judged = judge_write(*answer);
  if (judged.kind == Kind::written) made_databases_.erase(database);
  if (judged.kind != Kind::unavailable) return judged;
  bool no_database = answer->status == 404 && judged.reason.find(kNoDatabase) != std::string::npos;
  if (no_database && options_.creates_database && !made_databases_.contains(database))
    return create_database(database, judged, stop);
  if (answer->status == 401 || answer->status == 403)
    judged.reason += "; check the user, the password and the user's right to write";
  if (no_database) judged.reason += "; create it there, or let it be created";
  judged.reason = fmt::format("InfluxDB at {}: {}", options_.target.url, judged.reason);
  return judged;
}

// Unavailable still, so that the lines come again: to a database then.
WriteAnswer InfluxWriter::create_database(const std::string& database, const WriteAnswer& why,
                                          std::stop_token stop) {
  std::string statement = "CREATE DATABASE " + influx::quote_ident(database);
  http::Headers headers = headers_;
  headers.add("Content-Type", "application/x-www-form-urlencoded");
  auto answer = client_.request("POST", "/query", http::format_form({{"q", statement}}), headers,
                                std::move(stop));
  made_databases_.insert(database);
  std::string what =
      fmt::format("InfluxDB at {}: {}; {}", options_.target.url, why.reason, statement);
  if (!answer) return {Kind::unavailable, 0, what + ": " + answer.error().message};
  if (answer->status != 200) return {Kind::unavailable, 0, what + ": " + answer->body};
  return {Kind::unavailable, 0, what};
}

}  // namespace efd::sink

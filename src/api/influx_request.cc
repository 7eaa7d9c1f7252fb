// SPDX-License-Identifier: MIT
#include "api/influx_request.h"

#include <charconv>
#include <optional>

#include "http/multipart.h"
#include "json/value.h"

namespace efd::api {
namespace {

using query::Format;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// "text/csv; q=0.5" -> its type and quality.
std::pair<std::string_view, double> media_range(std::string_view text) {
  const std::string_view type = trim(text.substr(0, text.find(';')));
  double quality = 1;
  const size_t q = text.find("q=");
  if (q != std::string_view::npos) {
    const std::string_view number = text.substr(q + 2);
    std::from_chars(number.data(), number.data() + number.size(), quality);
  }
  return {type, quality};
}

// Nothing when the type is none of ours.
std::optional<AcceptedFormat> format_of(std::string_view type) {
  if (type == "application/json" || type == "*/*" || type == "application/*") {
    return AcceptedFormat{};
  }
  if (type == "application/csv") return AcceptedFormat{Format::csv, "application/csv"};
  if (type == "text/csv" || type == "text/*") return AcceptedFormat{Format::csv, "text/csv"};
  if (type == "application/x-msgpack") {
    return AcceptedFormat{Format::msgpack, "application/x-msgpack"};
  }
  return std::nullopt;
}

influx::ParamScalar scalar_of(const json::Value& value) {
  if (value.as_bool()) return *value.as_bool();
  if (value.as_int64()) return *value.as_int64();
  if (value.is_number()) return value.number();
  if (value.as_string()) return *value.as_string();
  return {};
}

influx::ParamValue param_of(const json::Value& value) {
  if (!value.is_object()) return scalar_of(value);
  influx::ParamObject object;
  for (const json::Member& member : *value.as_object()) {
    object[member.name] = scalar_of(member.value);
  }
  return object;
}

// Looks parameters up in the form, then in the URL, then in the parts of a multipart body.
class Parameters {
 public:
  static Result<Parameters> read(const http::Request& request) {
    Parameters parameters(request);
    EFD_ASSIGN(parameters.form_, request.form());
    EFD_ASSIGN(parameters.parts_, http::multipart_form(request));
    return parameters;
  }
  std::string_view find(std::string_view name) const {
    for (const auto& [key, value] : form_) {
      if (key == name) return value;
    }
    if (const std::string* value = request_.query_value(name)) return *value;
    return find_part(name, false);
  }
  // The query may also be a file of the form.
  std::string_view find_query() const {
    const std::string_view text = trim(find("q"));
    return text.empty() ? trim(find_part("q", true)) : text;
  }

 private:
  explicit Parameters(const http::Request& request) : request_(request) {}
  std::string_view find_part(std::string_view name, bool is_file) const {
    for (const http::FormPart& part : parts_) {
      if (part.name == name && part.is_file == is_file) return part.value;
    }
    return {};
  }

  const http::Request& request_;
  http::NameValues form_;
  std::vector<http::FormPart> parts_;
};

int64_t chunk_rows_of(std::string_view text, int64_t otherwise) {
  int64_t rows = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), rows);
  const bool whole = end.ec == std::errc() && end.ptr == text.data() + text.size();
  return whole && rows > 0 ? rows : otherwise;
}

query::AnswerOptions answer_options(const http::Request& request, const Parameters& parameters) {
  query::AnswerOptions options;
  options.format = accepted_format(request.headers.find("Accept")).format;
  options.epoch = query::parse_epoch(trim(parameters.find("epoch")));
  options.pretty = wants_pretty(request);
  options.chunked = parameters.find("chunked") == "true";
  options.chunk_rows = chunk_rows_of(parameters.find("chunk_size"), options.chunk_rows);
  return options;
}

}  // namespace

AcceptedFormat accepted_format(std::string_view accept) {
  AcceptedFormat best;
  double best_quality = 0;
  while (!accept.empty()) {
    const size_t comma = accept.find(',');
    const auto [type, quality] = media_range(accept.substr(0, comma));
    accept.remove_prefix(comma == std::string_view::npos ? accept.size() : comma + 1);
    auto format = format_of(type);
    if (!format || quality <= best_quality) continue;
    best = *std::move(format);
    best_quality = quality;
  }
  return best;
}

Result<influx::Params> parse_bind_values(std::string_view text) {
  const auto value = json::parse(text);
  if (!value) return fail_in("error parsing query parameters", value.error());
  if (!value->is_object()) {
    return fail(ErrorCode::bad_input, "error parsing query parameters: {} is not an object",
                value->kind());
  }
  influx::Params params;
  for (const json::Member& member : *value->as_object()) {
    params[member.name] = param_of(member.value);
  }
  return params;
}

bool wants_pretty(const http::Request& request) {
  const std::string* pretty = request.query_value("pretty");
  return pretty && *pretty == "true";
}

Result<InfluxRequest> parse_influx_request(const http::Request& request) {
  EFD_ASSIGN(const Parameters parameters, Parameters::read(request));
  InfluxRequest parsed;
  parsed.query.text = parameters.find_query();
  if (parsed.query.text.empty()) {
    return fail(ErrorCode::bad_input, "missing required parameter \"q\"");
  }
  parsed.query.caller = request.caller;
  parsed.query.database = parameters.find("db");
  parsed.query.policy = parameters.find("rp");
  parsed.query.read_only = request.method == "GET";
  if (const std::string_view params = parameters.find("params"); !params.empty()) {
    EFD_ASSIGN(parsed.query.params, parse_bind_values(params));
  }
  parsed.answer = answer_options(request, parameters);
  parsed.async = parameters.find("async") == "true";
  return parsed;
}

}  // namespace efd::api

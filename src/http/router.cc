// SPDX-License-Identifier: MIT
#include "http/router.h"

#include <algorithm>

#include "base/check.h"

namespace efd::http {

struct Router::Route {
  struct Part {
    std::string text;  // of the segment, or the name that it is captured under
    bool is_capture = false;
  };

  std::string method;
  std::vector<Part> parts;
  Handler handler;
  RouteOptions options;

  bool takes_path(const std::vector<std::string>& segments) const {
    return std::equal(parts.begin(), parts.end(), segments.begin(), segments.end(),
                      [](const Part& part, const std::string& segment) {
                        return part.is_capture || part.text == segment;
                      });
  }
  bool takes_method(std::string_view wanted) const {
    return method == wanted || (method == "GET" && wanted == "HEAD");
  }
  // Text before names, from the left.
  bool is_more_exact_than(const Route& other) const {
    return std::lexicographical_compare(
        parts.begin(), parts.end(), other.parts.begin(), other.parts.end(),
        [](const Part& a, const Part& b) { return a.is_capture < b.is_capture; });
  }
};

Router::Router()
    : error_format_([](int, std::string_view message) {
        return ErrorBody{"text/plain; charset=utf-8", std::string(message) + "\n"};
      }) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

void Router::add(std::string method, std::string_view pattern, Handler handler,
                 RouteOptions options) {
  EFD_CHECK(pattern.substr(0, 1) == "/");
  auto route = std::make_unique<Route>();
  route->method = std::move(method);
  route->handler = std::move(handler);
  route->options = std::move(options);
  for (pattern.remove_prefix(1); !pattern.empty();) {
    std::string_view part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(pattern.size(), part.size() + 1));
    bool is_capture = part.size() > 2 && part.front() == '{' && part.back() == '}';
    if (is_capture) part = part.substr(1, part.size() - 2);
    route->parts.push_back({std::string(part), is_capture});
  }
  routes_.push_back(std::move(route));
}

void Router::add_header(std::string name, std::string value) {
  headers_.add(std::move(name), std::move(value));
}

void Router::set_authenticator(Authenticator authenticator, std::string challenge) {
  authenticator_ = std::move(authenticator);
  challenge_ = std::move(challenge);
}

void Router::set_error_format(ErrorFormat format) {
  error_format_ = std::move(format);
}

const Router::Route* Router::find(Request& request, std::string& allowed) const {
  const Route* best = nullptr;
  const bool has_last_slash = !request.segments.empty() && request.segments.back().empty();
  if (ignores_last_slash_ && has_last_slash) request.segments.pop_back();
  for (const auto& route : routes_) {
    if (!route->takes_path(request.segments)) continue;
    if (!route->takes_method(request.method)) {
      allowed += (allowed.empty() ? "" : ", ") + route->method;
    } else if (!best || route->is_more_exact_than(*best)) {
      best = route.get();
    }
  }
  if (!best) return nullptr;
  for (size_t i = 0; i < best->parts.size(); ++i) {
    if (best->parts[i].is_capture) {
      request.captures.emplace_back(best->parts[i].text, request.segments[i]);
    }
  }
  return best;
}

const Handler& Router::handler(const Route& route) const {
  return route.handler;
}

const RouteOptions& Router::options(const Route& route) const {
  return route.options;
}

ErrorBody Router::error_body(int status, std::string_view message) const {
  return error_format_(status, message);
}

}  // namespace efd::http

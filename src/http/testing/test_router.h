// SPDX-License-Identifier: MIT
// For tests: a router whose routes answer in every way that there is.
#pragma once

#include <string>

#include "http/router.h"

namespace efd::http {

inline void send_text(Response& response, std::string text) {
  response.send(200, {{"Content-Type", "text/plain"}}, std::move(text));
}

inline Router test_router() {
  Router router;
  router.add_header("X-Test", "yes");
  router.add("GET", "/ping", [](const Request&, Response& response) { response.send(204, {}, ""); },
             {.inline_on_loop = true});
  router.add("GET", "/inline/{text}",
             [](const Request& request, Response& response) {
               send_text(response, request.capture("text"));
             },
             {.inline_on_loop = true});
  router.add("GET", "/pool/{text}", [](const Request& request, Response& response) {
    send_text(response, request.capture("text"));
  });
  router.add("POST", "/echo",
             [](const Request& request, Response& response) { send_text(response, request.body); });
  router.add("GET", "/stream/{parts}", [](const Request& request, Response& response) {
    int parts = std::stoi(request.capture("parts"));
    if (!response.begin(200, {{"Content-Type", "text/plain"}})) return;
    for (int i = 0; i < parts; ++i) {
      if (!response.write(std::to_string(i) + "\n")) return;
    }
    (void)response.end();
  });
  router.add("GET", "/broken", [](const Request&, Response& response) {
    (void)response.begin(200, {});
    (void)response.write(std::string(100'000, 'x'));
  });
  router.add("GET", "/silent", [](const Request&, Response&) {});
  return router;
}

}  // namespace efd::http

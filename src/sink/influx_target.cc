// SPDX-License-Identifier: MIT
#include "sink/influx_target.h"

#include "codec/base64.h"
#include "http/client.h"
#include "http/uri.h"

namespace efd::sink {

Result<InfluxTarget> InfluxTarget::parse(std::string_view url) {
  InfluxTarget target;
  target.url = url;
  size_t authority = url.find("://");
  size_t begin = authority == url.npos ? 0 : authority + 3;
  std::string_view host = url.substr(begin, url.find('/', begin) - begin);
  if (size_t at = host.rfind('@'); at != host.npos) {
    std::string_view user = host.substr(0, at);
    size_t colon = std::min(user.find(':'), user.size());
    EFD_ASSIGN(target.user, http::percent_decode(user.substr(0, colon)));
    EFD_ASSIGN(target.password,
               http::percent_decode(user.substr(std::min(colon + 1, user.size()))));
    target.url.erase(begin, at + 1);
  }
  EFD_TRY(http::Client::open(target.url));
  return target;
}

std::string InfluxTarget::authorization() const {
  if (user.empty()) return "";
  return "Basic " + codec::to_base64(user + ":" + password);
}

}  // namespace efd::sink

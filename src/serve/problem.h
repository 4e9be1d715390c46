// Answers of the API: JSON, and RFC 9457 problem documents. The codes stand in api/openapi.yaml.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_server.h"

namespace sightglass::serve {

/// A problem document with `x-sightglass-error: 1`. `allowed` lists what a wrong name could have been.
net::HttpResponse Problem(
    int status,
    std::string_view code,
    std::string_view detail,
    const std::vector<std::string_view>& allowed = {}
);

/// The problem document of an error of ours.
net::HttpResponse Problem(const Error& error);

/// 200 with a JSON document.
net::HttpResponse Json(std::string document);

/// The reason phrase of a status: "Not Found".
std::string_view StatusTitle(int status) noexcept;

}  // namespace sightglass::serve

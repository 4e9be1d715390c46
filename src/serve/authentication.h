// Who sent a request: the bearer token or the session cookie, and the CSRF token that goes with the latter.
//
// Thread-safety: pure functions over Logins, which is safe for concurrent use.
#pragma once

#include <string>
#include <string_view>

#include "access/keys.h"
#include "access/logins.h"
#include "net/http_server.h"
#include "serve/routes.h"

namespace sightglass::serve {

constexpr std::string_view kSessionCookie = "sightglass_session";
constexpr std::string_view kCsrfHeader = "x-sightglass-csrf";

struct Authentication {
    Caller caller = Caller::kNobody;
    std::string csrf;  ///< Of a session.
    std::string how;   ///< "token" or "code"; empty for nobody.
};

/// A request that brings a token is judged by it alone, whatever its cookie.
Authentication Authenticate(access::Logins& logins, const net::HttpRequest& request);

/// Whether a request brings a Sightglass key that is valid.
bool ShowsKey(const access::Keys& keys, Time now, const net::HttpRequest& request);

/// Value of our cookie, or empty.
std::string_view SessionCookie(const net::HttpRequest& request) noexcept;

/// GET, HEAD and OPTIONS change nothing.
bool IsSafeMethod(std::string_view method) noexcept;

bool HasCsrfToken(const net::HttpRequest& request, const Authentication& who) noexcept;
net::HttpResponse CsrfProblem();

/// Whether Content-Type is application/json, which no form of another site can send.
bool HasJsonBody(const net::HttpRequest& request) noexcept;

}  // namespace sightglass::serve

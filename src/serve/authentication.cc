#include "serve/authentication.h"

#include "base/secret.h"
#include "base/text.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

constexpr std::string_view kBearer = "bearer ";

}  // namespace

std::string_view SessionCookie(const net::HttpRequest& request) noexcept {
    for (const net::HttpHeader& header : request.headers) {
        if (!EqualsIgnoreCase(header.name, "cookie")) {
            continue;
        }
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            const std::string_view pair = Trim(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (pair.size() > kSessionCookie.size() &&
                pair.substr(0, kSessionCookie.size()) == kSessionCookie &&
                pair[kSessionCookie.size()] == '=') {
                return pair.substr(kSessionCookie.size() + 1);
            }
        }
    }
    return {};
}

Authentication Authenticate(access::Logins& logins, const net::HttpRequest& request) {
    Authentication who;
    const std::string_view authorization = request.Header("authorization");
    if (!authorization.empty()) {
        if (StartsWithIgnoreCase(authorization, kBearer) &&
            logins.IsAdminToken(Trim(authorization.substr(kBearer.size())))) {
            who.caller = Caller::kToken;
            who.how = "token";
        }
        return who;
    }
    const std::string_view cookie = SessionCookie(request);
    if (cookie.empty()) {
        return who;
    }
    if (const auto login = logins.Find(cookie)) {
        who.caller = Caller::kSession;
        who.csrf = login->csrf;
        who.how = login->how;
    }
    return who;
}

bool ShowsKey(const access::Keys& keys, Time now, const net::HttpRequest& request) {
    const std::string_view authorization = request.Header("authorization");
    if (!StartsWithIgnoreCase(authorization, kBearer)) {
        return false;
    }
    const std::string_view key = Trim(authorization.substr(kBearer.size()));
    return access::LooksLikeSightglassKey(key) &&
           keys.Table().Get()->Find(key, now).status == access::KeyStatus::kValid;
}

bool IsSafeMethod(std::string_view method) noexcept {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool HasCsrfToken(const net::HttpRequest& request, const Authentication& who) noexcept {
    return !who.csrf.empty() && EqualInConstantTime(request.Header(kCsrfHeader), who.csrf);
}

net::HttpResponse CsrfProblem() {
    return Problem(
        403,
        "csrf",
        "With the session cookie, this method needs the header x-sightglass-csrf with the csrf "
        "value of GET /api/v1/session."
    );
}

bool HasJsonBody(const net::HttpRequest& request) noexcept {
    const std::string_view type = request.Header("content-type");
    return EqualsIgnoreCase(Trim(type.substr(0, type.find(';'))), "application/json");
}

}  // namespace sightglass::serve

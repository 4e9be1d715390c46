// /api/v1/session: logging in and out.
#include "codec/json.h"
#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

constexpr std::string_view kCookieAttributes = "; HttpOnly; SameSite=Strict; Path=/api";
constexpr std::string_view kCookieAge =
    "; Max-Age=2592000";  // 30 days; the server ends idle sessions before.

state::AuditEntry EntryOf(
    const Services& services,
    const ApiRequest& request,
    std::string_view action,
    std::string_view how
) {
    codec::JsonWriter detail;
    detail.BeginObject().Key("client_ip").String(request.http.client_ip);
    detail.Key("how").String(how).EndObject();
    return AuditEntryOf(services, action, "", detail.Take());
}

struct Credential {
    std::string_view how;
    std::string text;
};

/// The one member of {"token":…} or {"code":…}.
Result<Credential> ReadCredential(const std::string& body) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(body));
    const auto token = root.Get("token").String();
    const auto code = root.Get("code").String();
    if (root.Size() != 1 || (!token && !code)) {
        return Error{ErrorCode::kInvalidArgument, R"(expected {"token":"..."} or {"code":"..."})"};
    }
    return token ? Credential{"token", std::string(*token)}
                 : Credential{"code", std::string(*code)};
}

net::HttpResponse Refuse(
    const Services& services,
    const ApiRequest& request,
    std::string_view how,
    const Error& error
) {
    if (error.code == ErrorCode::kUnavailable) {
        net::HttpResponse response = Problem(429, "login_limited", error.message);
        response.headers.push_back({"Retry-After", "60"});
        return response;
    }
    state::AuditEntry entry = EntryOf(services, request, "login_failed", how);
    entry.actor = "anonymous";
    static_cast<void>(Audit(services, entry));  // It is refused anyway.
    return Problem(401, "login_failed", error.message);
}

net::HttpResponse NoContent(std::string cookie) {
    net::HttpResponse response;
    response.status = 204;
    response.headers.push_back({"Set-Cookie", std::move(cookie)});
    return response;
}

}  // namespace

net::HttpResponse GetSession(const Services& services, const ApiRequest& request) {
    const Authentication who = Authenticate(services.deps.logins, request.http);
    codec::JsonWriter json;
    json.BeginObject().Key("authenticated").Bool(who.caller != Caller::kNobody);
    json.Key("csrf");
    if (who.csrf.empty()) {
        json.Null();
    } else {
        json.String(who.csrf);
    }
    json.Key("how");
    if (who.how.empty()) {
        json.Null();
    } else {
        json.String(who.how);
    }
    json.EndObject();
    return Json(json.Take());
}

net::HttpResponse LogIn(const Services& services, const ApiRequest& request) {
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto credential = ReadCredential(request.http.body);
    if (!credential.Ok()) {
        return Problem(400, "invalid_argument", credential.error().message);
    }
    access::Logins& logins = services.deps.logins;
    const auto login = credential->how == "token"
                           ? logins.LogInWithToken(credential->text, request.http.client_ip)
                           : logins.LogInWithCode(credential->text, request.http.client_ip);
    if (!login.Ok()) {
        return Refuse(services, request, credential->how, login.error());
    }
    if (auto refused =
            RefuseUnaudited(services, EntryOf(services, request, "login", credential->how))) {
        logins.LogOut(login->token);
        return std::move(*refused);
    }
    std::string cookie(kSessionCookie);
    cookie += '=';
    cookie += login->token;
    cookie += kCookieAttributes;
    cookie += kCookieAge;
    return NoContent(std::move(cookie));
}

net::HttpResponse LogOut(const Services& services, const ApiRequest& request) {
    const Authentication who = Authenticate(services.deps.logins, request.http);
    if (who.caller == Caller::kSession) {
        if (!HasCsrfToken(request.http, who)) {
            return CsrfProblem();
        }
        services.deps.logins.LogOut(SessionCookie(request.http));
        // Done already: whoever wants to be out is let out, with or without an entry.
        static_cast<void>(Audit(services, EntryOf(services, request, "logout", who.how)));
    }
    std::string cookie(kSessionCookie);
    cookie += '=';
    cookie += kCookieAttributes;
    cookie += "; Max-Age=0";
    return NoContent(std::move(cookie));
}

}  // namespace sightglass::serve

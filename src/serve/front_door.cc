#include "serve/front_door.h"

#include <exception>
#include <utility>

#include "access/request_guard.h"
#include "analytics/filter_text.h"
#include "base/log.h"
#include "base/text.h"
#include "serve/api/live.h"
#include "serve/api/query_body.h"
#include "serve/authentication.h"
#include "serve/dashboard/dashboard.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

bool IsUnder(std::string_view path, std::string_view segment) noexcept {
    return path.substr(0, segment.size()) == segment &&
           (path.size() == segment.size() || path[segment.size()] == '/');
}

bool IsApi(std::string_view path) noexcept {
    return IsUnder(path, "/api") || path == "/metrics";
}

bool IsHealth(std::string_view path) noexcept {
    return path == "/healthz" || path == "/readyz";
}

bool IsPage(std::string_view path) noexcept {
    return path == "/" || IsUnder(path, "/ui") || IsUnder(path, "/assets");
}

access::Surface SurfaceOf(std::string_view path) noexcept {
    if (IsApi(path)) {
        return access::Surface::kApi;
    }
    // A gateway path ends up here when the client sends it where it asked for one of ours before.
    return IsPage(path) || IsHealth(path) ? access::Surface::kPage : access::Surface::kGateway;
}

net::HttpResponse MethodNotAllowed(const std::vector<std::string_view>& methods) {
    std::string allow;
    for (const std::string_view method : methods) {
        allow += allow.empty() ? "" : ", ";
        allow += method;
    }
    net::HttpResponse response =
        Problem(405, "method_not_allowed", "This path takes: " + allow, methods);
    response.headers.push_back({"Allow", std::move(allow)});
    return response;
}

net::HttpResponse Unauthorized() {
    net::HttpResponse response = Problem(
        401,
        "unauthorized",
        "Send the admin token as \"Authorization: Bearer ...\", or log in at /ui/. The token is "
        "SIGHTGLASS_ADMIN_TOKEN, "
        "or stands in the file admin-token of the data directory."
    );
    response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"sightglass\""});
    return response;
}

net::HttpResponse Busy() {
    net::HttpResponse response =
        Problem(503, "busy", "Too many questions wait already. Ask again in a second.");
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

net::HttpResponse Run(const Route& route, const Services& services, const ApiRequest& request) {
    try {
        return route.handler(services, request);
    } catch (const std::exception& failure) {
        Log(LogLevel::kError, "serve", std::string(route.path) + " failed: " + failure.what());
        return Problem(500, "internal", "The server failed to answer; its log says why.");
    }
}

/// What the browser asks before a page of an allowed origin may send more than a plain GET.
net::HttpResponse Preflight() {
    net::HttpResponse response;
    response.status = 204;
    response.headers = {
        {"Access-Control-Allow-Methods", "GET, POST, DELETE"},
        {"Access-Control-Allow-Headers", "authorization, content-type"},
        {"Access-Control-Max-Age", "600"},
    };
    return response;
}

}  // namespace

/// The way out: puts on every answer what every answer carries.
class FrontDoor::Reply {
public:
    Reply(const net::HttpRequest& request, std::shared_ptr<net::HttpResponder> responder)
        : method_(request.method),
          path_(request.Path()),
          origin_(request.Header("origin")),
          responder_(std::move(responder)) {}

    void Send(net::HttpResponse response) {
        Finish(response);
        responder_->Send(std::move(response));
    }

    std::shared_ptr<net::HttpStream> StartStream(net::HttpResponse head) {
        Finish(head);
        return responder_->StartStream(std::move(head));
    }

    bool ClientGone() const noexcept { return responder_->ClientGone(); }

    /// The guard let this origin pass: it is our own, or one that may call us.
    void AllowOrigin() { origin_allowed_ = true; }

private:
    void Finish(net::HttpResponse& response) const {
        auto& headers = response.headers;
        headers.push_back({"X-Content-Type-Options", "nosniff"});
        headers.push_back({"Referrer-Policy", "no-referrer"});
        headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
        if (!IsPage(path_)) {
            headers.push_back({"Content-Security-Policy", "frame-ancestors 'none'"});
            headers.push_back({"Cache-Control", "no-store"});
        }
        if (origin_allowed_ && !origin_.empty()) {
            headers.push_back({"Access-Control-Allow-Origin", origin_});
            headers.push_back({"Vary", "Origin"});
        }
        Log(LogLevel::kDebug, "serve", method_ + " " + path_ + " " + std::to_string(response.status)
        );
    }

    const std::string method_;
    const std::string path_;
    const std::string origin_;
    bool origin_allowed_ = false;
    const std::shared_ptr<net::HttpResponder> responder_;
};

net::HttpResponse RefuseUnreadable(int status, std::string_view why) {
    std::string_view code = "malformed_request";
    std::string detail = "This is not an HTTP request: " + std::string(why);
    if (status == 413) {
        code = "too_large";
        detail = "The body is larger than 1 MiB.";
    } else if (status == 431) {
        code = "too_large";
        detail = "The header is larger than 64 KiB.";
    }
    return Problem(status, code, detail);
}

std::optional<net::HttpResponse> FrontDoor::Guard(const net::HttpRequest& request) const {
    if (request.CountHeader("host") > 1 || request.CountHeader("origin") > 1) {
        return Problem(400, "malformed_request", "Host and Origin may be given once only.");
    }
    const access::Surface surface = SurfaceOf(request.Path());
    const access::RequestOrigin origin{
        request.Header("host"),
        request.Header("origin"),
        request.Header("sec-fetch-site"),
        request.Header("sec-fetch-mode"),
        request.Header("sec-fetch-dest"),
    };
    if (const auto refusal = access::CheckOrigin(services_.options.guard, surface, origin)) {
        return Problem(refusal->http_status, refusal->code, refusal->message);
    }
    return std::nullopt;
}

void FrontDoor::Serve(net::HttpRequest request, std::shared_ptr<net::HttpResponder> responder) {
    const auto reply = std::make_shared<Reply>(request, std::move(responder));
    if (auto refusal = Guard(request)) {
        return reply->Send(std::move(*refusal));
    }
    reply->AllowOrigin();
    const std::string_view path = request.Path();
    if (IsPage(path)) {
        return ServePage(request, *reply);
    }
    if (!IsApi(path) && !IsHealth(path)) {
        net::HttpResponse response = Problem(
            421,
            "not_found",
            "This connection serves the dashboard and the API. Calls to an upstream need a "
            "connection of their own."
        );
        response.close = true;
        return reply->Send(std::move(response));
    }
    if (request.method == "OPTIONS") {
        return reply->Send(Preflight());
    }
    auto parameters = Parameters::Parse(request.Query());
    if (!parameters.Ok()) {
        return reply->Send(Problem(parameters.error()));
    }
    ApiRequest api_request;
    api_request.http = std::move(request);
    api_request.parameters = std::move(*parameters);
    ServeApi(std::move(api_request), reply);
}

void FrontDoor::ServePage(const net::HttpRequest& request, Reply& reply) const {
    if (request.method != "GET" && request.method != "HEAD") {
        return reply.Send(MethodNotAllowed({"GET"}));
    }
    reply.Send(services_.dashboard->Serve(request));
}

std::optional<net::HttpResponse> FrontDoor::Admit(const Route& route, ApiRequest& request) const {
    const bool open_metrics = route.permission == "metrics.read" && services_.options.loopback_only;
    if (route.permission != "none" && !open_metrics) {
        const Authentication who = Authenticate(services_.deps.logins, request.http);
        request.caller = who.caller;
        if (who.caller == Caller::kNobody && route.permission == "feedback.write" &&
            ShowsKey(services_.deps.keys, services_.deps.clock.Now(), request.http)) {
            request.caller = Caller::kKey;
        }
        if (request.caller == Caller::kNobody) {
            return Unauthorized();
        }
        if (who.caller == Caller::kSession && !IsSafeMethod(request.http.method) &&
            !HasCsrfToken(request.http, who)) {
            return CsrfProblem();
        }
    }
    if (const auto unknown = request.parameters.FindUnknown(route.parameters)) {
        return Problem(
            400,
            "invalid_argument",
            "there is no parameter '" + EscapeForDisplay(*unknown) + "'",
            route.parameters
        );
    }
    return std::nullopt;
}

void FrontDoor::ServeApi(ApiRequest request, const std::shared_ptr<Reply>& reply) {
    RouteMatch match = FindRoute(request.http.method, request.http.Path());
    if (match.methods.empty()) {
        return reply->Send(
            Problem(404, "not_found", "There is no such path. /api/openapi.json lists them all.")
        );
    }
    if (match.route == nullptr) {
        return reply->Send(MethodNotAllowed(match.methods));
    }
    request.path_value = std::move(match.path_value);
    if (auto refusal = Admit(*match.route, request)) {
        return reply->Send(std::move(*refusal));
    }
    switch (match.route->place) {
        case Place::kControl:
            return reply->Send(Run(*match.route, services_, request));
        case Place::kQuery:
            return RunOnQueryThread(*match.route, std::move(request), reply);
        case Place::kStream:
            return Watch(request, *reply);
    }
}

void FrontDoor::RunOnQueryThread(
    const Route& route,
    ApiRequest request,
    const std::shared_ptr<Reply>& reply
) {
    auto shared = std::make_shared<ApiRequest>(std::move(request));
    const bool taken =
        services_.query_threads.TryRun([&services = services_, &route, shared, reply] {
            if (!reply->ClientGone()) {
                services.user_names.NameUsers(shared->parameters);
                reply->Send(Run(route, services, *shared));
            }
        });
    if (!taken) {
        reply->Send(Busy());
    }
}

void FrontDoor::Watch(const ApiRequest& request, Reply& reply) {
    const auto texts = request.parameters.All("filter");
    std::vector<std::string_view> allowed;
    auto filters = analytics::ParseFilters({texts.begin(), texts.end()}, {}, &allowed);
    if (!filters.Ok()) {
        return reply.Send(BadQuestion(filters.error(), allowed));
    }
    if (!services_.feed->HasRoom()) {
        return reply.Send(Busy());
    }
    net::HttpResponse head;
    head.headers = {{"Content-Type", "text/event-stream"}, {"X-Accel-Buffering", "no"}};
    if (request.http.method == "HEAD") {
        return reply.Send(std::move(head));
    }
    services_.feed->Add(reply.StartStream(std::move(head)), std::move(*filters));
}

}  // namespace sightglass::serve

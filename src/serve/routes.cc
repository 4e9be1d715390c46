#include "serve/routes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "serve/api/case_handlers.h"
#include "serve/api/handlers.h"
#include "serve/api/key_use_handlers.h"
#include "serve/api/people_handlers.h"
#include "serve/api/scenario_handlers.h"

namespace sightglass::serve {
namespace {

std::vector<std::string_view> FeedbackParameters() {
    return {
        "from",
        "to",
        "call_id",
        "provider_response_id",
        "trace_id",
        "session_id",
        "name",
        "user",
        "source",
        "limit",
        "cursor"};
}

std::vector<Route> RoutesOfCalls() {
    return {
        {"GET",
         "/api/v1/query",
         "usage.read",
         Place::kQuery,
         GetQuery,
         {"metrics", "group_by", "interval", "from", "to", "filter", "order_by", "limit"}},
        {"POST", "/api/v1/query", "usage.read", Place::kQuery, PostQuery},
        {"GET",
         "/api/v1/distribution",
         "usage.read",
         Place::kQuery,
         GetDistribution,
         {"metric", "interval", "from", "to", "filter"}},
        {"GET", "/api/v1/catalogue", "usage.read", Place::kControl, GetCatalogue},
        {"GET",
         "/api/v1/calls",
         "calls.read",
         Place::kQuery,
         ListCalls,
         {"from", "to", "filter", "q", "limit", "cursor"}},
        {"GET", "/api/v1/calls/{id}", "calls.read", Place::kQuery, GetCall},
        {"GET",
         "/api/v1/traces",
         "calls.read",
         Place::kQuery,
         ListTraces,
         {"from", "to", "filter", "limit", "cursor"}},
        {"GET", "/api/v1/traces/{id}", "calls.read", Place::kQuery, GetTrace, {"from", "to"}},
        {"GET",
         "/api/v1/sessions",
         "calls.read",
         Place::kQuery,
         ListSessionRecords,
         {"from", "to", "filter", "order_by", "limit", "cursor"}},
        {"GET",
         "/api/v1/sessions/{id}",
         "calls.read",
         Place::kQuery,
         GetSessionRecord,
         {"from", "to"}},
        {"GET",
         "/api/v1/feedback",
         "feedback.read",
         Place::kQuery,
         ListFeedback,
         FeedbackParameters()},
        {"POST", "/api/v1/feedback", "feedback.write", Place::kQuery, GiveFeedback},
        {"POST", "/api/v1/import", "calls.write", Place::kQuery, ImportCalls},
        {"GET",
         "/api/v1/export",
         "calls.read",
         Place::kQuery,
         ExportCalls,
         {"from", "to", "filter", "cursor"}},
        {"GET",
         "/api/v1/quality",
         "calls.read",
         Place::kQuery,
         GetQuality,
         {"from", "to", "interval", "filter"}},
        {"GET", "/api/v1/quality/refining", "calls.read", Place::kQuery, GetRefining},
        {"POST", "/api/v1/quality/refining", "calls.write", Place::kQuery, PostRefining},
        {"POST", "/api/v1/quality/rejected", "calls.write", Place::kQuery, PostRejected},
        {"GET", "/api/v1/live", "calls.read", Place::kStream, nullptr, {"filter"}},
    };
}

std::vector<Route> RoutesOfAnalysis() {
    return {
        {"GET",
         "/api/v1/explain",
         "usage.read",
         Place::kQuery,
         GetExplanation,
         {"metric",
          "from",
          "to",
          "base_from",
          "base_to",
          "filter",
          "base_filter",
          "dimensions",
          "limit"}},
        {"GET",
         "/api/v1/slow",
         "usage.read",
         Place::kQuery,
         GetSlowCalls,
         {"metric", "at_least_ms", "quantile", "from", "to", "filter", "dimensions", "limit"}},
        {"GET",
         "/api/v1/peaks",
         "usage.read",
         Place::kQuery,
         GetPeakHours,
         {"metric", "from", "to", "filter", "utc_offset_minutes"}},
        {"GET",
         "/api/v1/forecast",
         "usage.read",
         Place::kQuery,
         GetForecast,
         {"metric", "filter", "utc_offset_minutes"}},
        {"GET",
         "/api/v1/whatif",
         "usage.read",
         Place::kQuery,
         GetWhatIf,
         {"model", "provider", "cached_share", "from", "to", "filter"}},
    };
}

std::vector<Route> RoutesOfOperation() {
    return {
        {"GET", "/api/v1/session", "none", Place::kControl, GetSession},
        {"POST", "/api/v1/session", "none", Place::kControl, LogIn},
        {"DELETE", "/api/v1/session", "none", Place::kControl, LogOut},
        {"GET", "/api/v1/status", "status.read", Place::kQuery, GetStatus},
        {"POST", "/api/v1/reload", "settings.reload", Place::kQuery, PostReload},
        {"GET", "/api/v1/audit", "audit.read", Place::kQuery, ListAudit, {"limit", "cursor"}},
        {"GET", "/api/v1/keys", "keys.read", Place::kQuery, ListKeys, {"limit", "cursor"}},
        {"POST", "/api/v1/keys", "keys.write", Place::kQuery, IssueKey},
        {"POST", "/api/v1/keys/{id}/rotate", "keys.write", Place::kQuery, RotateKey},
        {"PATCH", "/api/v1/keys/{id}", "keys.write", Place::kQuery, ChangeKey},
        {"DELETE", "/api/v1/keys/{id}", "keys.write", Place::kQuery, RevokeKey},
        {"GET", "/api/v1/misused-keys", "keys.read", Place::kQuery, ListMisusedKeys},
        {"GET", "/api/v1/key-use/{fingerprint}", "keys.read", Place::kQuery, GetKeyUse},
        {"GET", "/api/v1/channels", "channels.read", Place::kQuery, ListChannels},
        {"POST", "/api/v1/channels", "channels.write", Place::kQuery, MakeChannel},
        {"PATCH", "/api/v1/channels/{id}", "channels.write", Place::kQuery, ChangeChannel},
        {"DELETE", "/api/v1/channels/{id}", "channels.write", Place::kQuery, RemoveChannel},
        {"POST", "/api/v1/channels/{id}/test", "channels.write", Place::kQuery, TestChannel},
        {"POST", "/api/v1/channels/{id}/retry", "channels.write", Place::kQuery, RetryDeliveries},
        {"GET",
         "/api/v1/channels/{id}/deliveries",
         "channels.read",
         Place::kQuery,
         ListDeliveries,
         {"state", "limit", "cursor"}},
        {"GET", "/api/v1/channel-kinds", "channels.read", Place::kQuery, ListChannelKinds},
        {"GET", "/api/v1/limits", "limits.read", Place::kQuery, ListLimits},
        {"GET",
         "/api/v1/prices",
         "prices.read",
         Place::kQuery,
         ListPrices,
         {"provider", "search", "limit", "cursor"}},
        {"GET", "/api/v1/prices/own", "prices.read", Place::kQuery, GetOwnPrices},
        {"PUT", "/api/v1/prices/own", "prices.write", Place::kQuery, PutOwnPrices},
        {"PUT", "/api/v1/prices/list", "prices.write", Place::kQuery, PutPriceList},
        {"GET",
         "/api/v1/prices/unpriced",
         "usage.read",
         Place::kQuery,
         ListUnpriced,
         {"from", "to"}},
        {"GET", "/api/v1/prices/recalculation", "prices.read", Place::kQuery, GetRecalculation},
        {"POST", "/api/v1/prices/recalculation", "prices.write", Place::kQuery, PostRecalculation},
        {"GET", "/api/openapi.json", "none", Place::kControl, GetOpenApi},
        {"GET", "/metrics", "metrics.read", Place::kControl, GetMetrics},
        {"GET", "/healthz", "none", Place::kControl, GetHealth},
        {"GET", "/readyz", "none", Place::kControl, GetReadiness},
    };
}

std::vector<Route> RoutesOfAlerts() {
    constexpr Place kQuery = Place::kQuery;
    return {
        {"GET", "/api/v1/monitors", "monitors.read", kQuery, ListMonitors},
        {"POST", "/api/v1/monitors", "monitors.write", kQuery, MakeMonitor},
        {"POST", "/api/v1/monitors/preview", "monitors.read", kQuery, PreviewMonitor},
        {"GET", "/api/v1/monitors/{id}", "monitors.read", kQuery, GetMonitor},
        {"PUT", "/api/v1/monitors/{id}", "monitors.write", kQuery, PutMonitor},
        {"PATCH", "/api/v1/monitors/{id}", "monitors.write", kQuery, ChangeMonitor},
        {"DELETE", "/api/v1/monitors/{id}", "monitors.write", kQuery, RemoveMonitor},
        {"GET",
         "/api/v1/alerts",
         "alerts.read",
         kQuery,
         ListAlerts,
         {"status", "monitor", "limit", "cursor"}},
        {"GET",
         "/api/v1/alerts/history",
         "alerts.read",
         kQuery,
         ListAlertEvents,
         {"from", "to", "monitor", "alert", "limit", "cursor"}},
        {"POST", "/api/v1/alerts/{key}/ack", "alerts.write", kQuery, AcknowledgeAlert},
        {"DELETE", "/api/v1/alerts/{key}/ack", "alerts.write", kQuery, UnacknowledgeAlert},
        {"GET", "/api/v1/silences", "alerts.read", kQuery, ListSilences},
        {"POST", "/api/v1/silences", "alerts.write", kQuery, MakeSilence},
        {"DELETE", "/api/v1/silences/{id}", "alerts.write", kQuery, EndSilence},
        {"GET", "/api/v1/alert-routes", "alerts.read", kQuery, ListAlertRoutes},
        {"PUT", "/api/v1/alert-routes", "alerts.write", kQuery, PutAlertRoutes},
    };
}

std::vector<Route> RoutesOfPeople() {
    constexpr Place kQuery = Place::kQuery;
    return {
        {"GET",
         "/api/v1/users",
         "users.read",
         kQuery,
         ListUsers,
         {"from", "to", "filter", "segment", "order_by", "names", "limit", "cursor"}},
        {"GET",
         "/api/v1/users/{id}",
         "users.read",
         kQuery,
         GetUser,
         {"from", "to", "filter", "names"}},
        {"GET",
         "/api/v1/user-report",
         "users.read",
         kQuery,
         GetUserReport,
         {"from", "to", "filter"}},
        {"GET", "/api/v1/user-segments", "users.read", kQuery, GetUserSegments},
        {"PUT", "/api/v1/user-segments", "users.write", kQuery, PutUserSegments},
        {"GET",
         "/api/v1/followups",
         "followups.read",
         kQuery,
         ListFollowUps,
         {"state", "rule", "user", "from", "to", "names", "limit", "cursor"}},
        {"POST", "/api/v1/followups", "followups.write", kQuery, OpenFollowUp},
        {"GET", "/api/v1/followups/{id}", "followups.read", kQuery, GetFollowUp, {"names"}},
        {"PATCH", "/api/v1/followups/{id}", "followups.write", kQuery, ChangeFollowUp},
        {"GET",
         "/api/v1/followup-report",
         "followups.read",
         kQuery,
         GetFollowUpReport,
         {"from", "to"}},
        {"GET", "/api/v1/followup-settings", "followups.read", kQuery, GetFollowUpSettings},
        {"PUT", "/api/v1/followup-settings", "followups.write", kQuery, PutFollowUpSettings},
        {"POST", "/api/v1/followup-look", "followups.write", kQuery, LookForFollowUps},
    };
}

std::vector<Route> RoutesOfScenarios() {
    constexpr Place kQuery = Place::kQuery;
    return {
        {"GET", "/api/v1/scenarios", "scenarios.read", kQuery, ListScenarios},
        {"POST", "/api/v1/scenarios", "scenarios.write", kQuery, MakeScenario},
        {"POST", "/api/v1/scenarios/try", "scenarios.read", kQuery, TryScenario},
        {"PATCH", "/api/v1/scenarios/{id}", "scenarios.write", kQuery, ChangeScenario},
        {"DELETE", "/api/v1/scenarios/{id}", "scenarios.write", kQuery, RemoveScenario},
    };
}

std::vector<Route> RoutesOfCases() {
    constexpr Place kQuery = Place::kQuery;
    return {
        {"GET", "/api/v1/annotations", "annotations.read", kQuery, ListAnnotations, {"from", "to"}},
        {"POST", "/api/v1/annotations", "annotations.write", kQuery, MakeAnnotation},
        {"GET", "/api/v1/annotations/{id}", "annotations.read", kQuery, GetAnnotation},
        {"PATCH", "/api/v1/annotations/{id}", "annotations.write", kQuery, ChangeAnnotation},
        {"DELETE", "/api/v1/annotations/{id}", "annotations.write", kQuery, RemoveAnnotation},
        {"GET", "/api/v1/cases/{id}", "cases.read", kQuery, GetCase, {"days", "filter"}},
        {"GET",
         "/api/v1/cases/{id}/report",
         "cases.read",
         kQuery,
         GetCaseReport,
         {"days", "filter", "language"}},
    };
}

const std::vector<Route>& Table() {
    static const std::vector<Route> table = [] {
        std::vector<Route> all = RoutesOfCalls();
        for (const auto& more :
             {RoutesOfAnalysis,
              RoutesOfOperation,
              RoutesOfAlerts,
              RoutesOfPeople,
              RoutesOfScenarios,
              RoutesOfCases}) {
            const std::vector<Route> others = more();
            all.insert(all.end(), others.begin(), others.end());
        }
        return all;
    }();
    return table;
}

/// What stands where `pattern` has its {…}; an empty text for an equal path; nothing where it does not fit.
std::optional<std::string_view> Fit(std::string_view pattern, std::string_view path) {
    const std::size_t brace = pattern.find('{');
    if (brace == std::string_view::npos) {
        return pattern == path ? std::optional<std::string_view>("") : std::nullopt;
    }
    const std::string_view before = pattern.substr(0, brace);
    const std::string_view after = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
        !path.ends_with(after)) {
        return std::nullopt;
    }
    const std::string_view value = path.substr(brace, path.size() - before.size() - after.size());
    return value.find('/') == std::string_view::npos ? std::optional(value) : std::nullopt;
}

}  // namespace

std::span<const Route> Routes() {
    return Table();
}

RouteMatch FindRoute(std::string_view method, std::string_view path) {
    RouteMatch match;
    const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : method;
    for (const Route& route : Routes()) {
        const auto value = Fit(route.path, path);
        if (!value) {
            continue;
        }
        match.methods.push_back(route.method);
        if (route.method == wanted) {
            match.route = &route;
            match.path_value = PercentDecode(*value, false).value_or("");
        }
    }
    return match;
}

}  // namespace sightglass::serve

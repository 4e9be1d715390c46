#include "alert/recommended.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/log.h"

namespace sightglass::alert {
namespace {

// The table. docs/monitors.md says the same in words. Thresholds that fit nobody in particular are
// chosen so that an ordinary week is quiet: shares and multiples, from so many calls on.
constexpr std::array kTable{
    // Limits of providers.
    R"({"id":"provider-limit-near","name":"Provider limit nearly used up","kind":"headroom",
        "metric":"limit_used_percent","window":"1m",
        "condition":{"op":">","value":90,"recovery":75},"for":"30s","recover_for":"2m",
        "severity":"warning",
        "message":"{value} of the {of} that {provider} allows {model} are used"})",
    R"({"id":"provider-limit-soon","name":"Provider limit reached soon","kind":"headroom",
        "metric":"minutes_to_429","window":"1m",
        "condition":{"op":"<","value":2,"recovery":5},"for":"20s","recover_for":"2m",
        "severity":"warning",
        "message":"at this rate {provider} refuses {model} in {value}"})",
    R"({"id":"rate-limited-share","name":"Calls refused by rate limits","kind":"threshold",
        "metric":"rate_limited_rate","group_by":["provider","model"],"window":"10m",
        "condition":{"op":">","value":0.1,"recovery":0.03,"min_calls":20},"for":"1m",
        "recover_for":"15m","severity":"warning",
        "message":"{value} of the calls to {model} are over a limit"})",
    // Errors by class: whose fault they are. The other classes' errors do not count as calls.
    R"({"id":"provider-errors","name":"Errors of a provider","kind":"threshold",
        "metric":"error_rate","group_by":["provider"],"window":"5m",
        "filter":"-error_type:caller_invalid_request,-error_type:caller_model_unknown,-error_type:caller_too_large,-error_type:caller_cancelled,-error_type:policy_denied,-error_type:policy_limited,-error_type:policy_budget,-error_type:policy_blocked,-error_type:provider_rate_limited,-error_type:provider_auth,-error_type:provider_billing",
        "condition":{"op":">","value":0.15,"recovery":0.07,"min_calls":30},"for":"1m",
        "recover_for":"5m","severity":"warning",
        "message":"{value} of the calls to {provider} fail there"})",
    R"({"id":"provider-outage","name":"Provider outage","kind":"threshold",
        "metric":"error_rate","group_by":["provider"],"window":"2m",
        "filter":"-error_type:caller_invalid_request,-error_type:caller_model_unknown,-error_type:caller_too_large,-error_type:caller_cancelled,-error_type:policy_denied,-error_type:policy_limited,-error_type:policy_budget,-error_type:policy_blocked,-error_type:provider_rate_limited,-error_type:provider_auth,-error_type:provider_billing",
        "condition":{"op":">","value":0.5,"recovery":0.2,"min_calls":10},"for":"30s",
        "recover_for":"5m","severity":"critical",
        "message":"{provider} does not work: {value} of the calls fail"})",
    R"({"id":"caller-errors","name":"Requests that providers refuse","kind":"threshold",
        "metric":"error_rate","group_by":["service"],"window":"10m",
        "filter":"-error_type:provider_auth,-error_type:provider_billing,-error_type:provider_rate_limited,-error_type:provider_overloaded,-error_type:provider_server_error,-error_type:provider_timeout,-error_type:provider_unreachable,-error_type:provider_bad_answer",
        "condition":{"op":">","value":0.3,"recovery":0.15,"min_calls":30},"for":"2m",
        "recover_for":"10m","severity":"warning",
        "message":"{value} of the requests of {service} are wrong"})",
    R"({"id":"provider-billing","name":"Provider account without money","kind":"threshold",
        "metric":"calls","filter":"error_type:provider_billing",
        "group_by":["provider","organization"],"window":"5m",
        "condition":{"op":">","value":2},"recover_for":"15m","severity":"critical",
        "message":"{provider} refuses calls for want of payment: {value} in 5 minutes"})",
    R"({"id":"error-budget","name":"Error budget burns","kind":"burn_rate",
        "metric":"error_rate","window":"1h",
        "filter":"-error_type:caller_invalid_request,-error_type:caller_model_unknown,-error_type:caller_too_large,-error_type:caller_cancelled,-error_type:policy_denied,-error_type:policy_limited,-error_type:policy_budget,-error_type:policy_blocked,-error_type:provider_rate_limited,-error_type:provider_auth",
        "condition":{"op":">","value":6,"recovery":3,"objective":0.95,"short_window":"5m",
        "min_calls":100},"for":"2m","recover_for":"10m","severity":"critical",
        "message":"errors use up what 95 % of good calls allow {value} as fast"})",
    // Speed.
    R"({"id":"latency-change","name":"Slower than an hour ago","kind":"change",
        "metric":"latency_p50_ms","filter":"-error_type:*","group_by":["model"],"window":"20m",
        "condition":{"op":">","value":1.5,"recovery":0.7,"period":"1h","min_calls":15},"for":"3m",
        "recover_for":"15m","severity":"warning",
        "message":"half the calls to {model} take {value} longer than an hour ago"})",
    R"({"id":"ttft-change","name":"First tokens later than an hour ago","kind":"change",
        "metric":"ttft_p50_ms","filter":"stream:true","group_by":["model"],"window":"20m",
        "condition":{"op":">","value":1.5,"recovery":0.7,"period":"1h","min_calls":15},"for":"3m",
        "recover_for":"15m","severity":"warning",
        "message":"first tokens of {model} come {value} later than an hour ago"})",
    R"({"id":"latency-anomaly","name":"Unusually slow","kind":"anomaly",
        "metric":"latency_p50_ms","group_by":["model"],"window":"1h",
        "condition":{"op":">","value":6,"recovery":4,"direction":"up"},
        "recover_for":"1h","severity":"warning"})",
    // Tokens and money.
    R"({"id":"unusual-tokens","name":"Unusual use of tokens","kind":"anomaly",
        "metric":"total_tokens","window":"1h",
        "condition":{"op":">","value":6,"recovery":4},"recover_for":"1h","severity":"info"})",
    R"({"id":"tokens-change","name":"Many more tokens than an hour ago","kind":"change",
        "metric":"total_tokens","window":"15m",
        "condition":{"op":">","value":5,"recovery":2,"period":"1h","min_calls":300},"for":"2m",
        "recover_for":"15m","severity":"warning",
        "message":"{value} more tokens are used than an hour ago"})",
    R"({"id":"spend-spike","name":"Spending jumps","kind":"change",
        "metric":"cost_usd","window":"15m",
        "condition":{"op":">","value":5,"recovery":2,"period":"1h","min_calls":300},"for":"2m",
        "recover_for":"15m","severity":"critical",
        "message":"{value} more is spent than an hour ago"})",
    R"({"id":"spend-anomaly","name":"Unusual spending","kind":"anomaly",
        "metric":"cost_usd","window":"1h",
        "condition":{"op":">","value":6,"recovery":4,"direction":"up"},
        "recover_for":"1h","severity":"warning"})",
    // What a budget is, only its owner knows: set `limit` and switch them on.
    R"({"id":"budget-forecast","name":"Budget used up before the month ends","kind":"forecast",
        "metric":"cost_usd","window":"24h",
        "condition":{"op":"<","value":168,"recovery":240,"period":"30d","limit":1000},
        "for":"10m","recover_for":"1h","severity":"warning","enabled":false,
        "message":"at the rate of the last day the month's budget is used up in {value}"})",
    R"({"id":"budget-burn","name":"Budget burns","kind":"burn_rate",
        "metric":"cost_usd","window":"1h",
        "condition":{"op":">","value":10,"recovery":5,"period":"30d","limit":1000,
        "short_window":"5m"},"for":"2m","recover_for":"15m","severity":"critical","enabled":false,
        "message":"money goes {value} as fast as the month's budget allows"})",
    // Loops and keys.
    R"({"id":"runaway-session","name":"A session in a loop","kind":"threshold",
        "metric":"calls_per_min","filter":"session_id:*","group_by":["session_id"],"window":"5m",
        "condition":{"op":">","value":12,"recovery":4},"for":"1m","recover_for":"5m",
        "severity":"critical","message":"session {session_id} makes {value} calls a minute"})",
    R"({"id":"unauthorised-keys","name":"Unknown or refused keys","kind":"threshold",
        "metric":"calls","filter":"error_type:provider_auth,error_type:policy_denied",
        "group_by":["client_ip"],"window":"5m","condition":{"op":">","value":20,"recovery":5},
        "recover_for":"10m","severity":"warning",
        "message":"{value} calls with keys that are not taken, from {client_ip}"})",
    R"({"id":"new-key","name":"A key's first use","kind":"new","metric":"calls",
        "filter":"status:ok","group_by":["api_key"],"window":"10m","condition":{"op":">","value":0},
        "severity":"info","message":"key {api_key} is used for the first time"})",
    R"({"id":"new-model","name":"A model's first use","kind":"new","metric":"calls",
        "filter":"status:ok","group_by":["model"],"window":"10m",
        "condition":{"op":">","value":0},"severity":"info",
        "message":"{model} is used for the first time"})",
    R"({"id":"key-from-new-address","name":"A key from a new address","kind":"new",
        "metric":"calls","filter":"status:ok","group_by":["api_key","client_ip"],"window":"10m",
        "condition":{"op":">","value":0},"severity":"info","enabled":false,
        "message":"key {api_key} is used from {client_ip} for the first time"})",
    // The data itself.
    R"({"id":"repaired-data","name":"Much has to be repaired","kind":"threshold",
        "metric":"repaired_rate","filter":"status:ok","window":"15m",
        "condition":{"op":">","value":0.5,"recovery":0.3,"min_calls":100},"for":"5m",
        "recover_for":"15m","severity":"info","message":"{value} of the answered calls were repaired"})",
    R"({"id":"unpriced-data","name":"Calls without a price","kind":"threshold",
        "metric":"unpriced_rate","group_by":["provider"],"window":"15m",
        "condition":{"op":">","value":0.2,"recovery":0.1,"min_calls":50},"for":"5m",
        "recover_for":"15m","severity":"warning",
        "message":"{value} of the calls to {provider} have no price: see the page Prices"})",
    // Sightglass.
    R"({"id":"own-journal-lag","name":"Sightglass is behind","kind":"threshold",
        "metric":"journal_lag_s","window":"1m","condition":{"op":">","value":30,"recovery":5},
        "for":"1m","recover_for":"1m","severity":"warning",
        "message":"what was recorded is known {value} later"})",
    R"({"id":"own-disk","name":"Disk nearly full","kind":"threshold","metric":"disk_used_ratio",
        "window":"1m","condition":{"op":">","value":0.92,"recovery":0.88},"for":"1m",
        "recover_for":"5m","severity":"critical",
        "message":"the disk with Sightglass' data is {value} full"})",
    R"({"id":"own-drops","name":"Sightglass drops details","kind":"threshold",
        "metric":"dropped","window":"5m","condition":{"op":">","value":0},"recover_for":"5m",
        "severity":"warning","message":"{value} exchanges were recorded without their details"})",
    R"({"id":"own-unrecorded","name":"Calls that are not recorded","kind":"threshold",
        "metric":"unrecorded_calls","window":"5m","condition":{"op":">","value":0},
        "recover_for":"5m","severity":"critical",
        "message":"{value} calls went through and could not be recorded"})",
};

std::vector<Monitor> Read() {
    std::vector<Monitor> monitors;
    monitors.reserve(kTable.size());
    for (const std::string_view text : kTable) {
        auto monitor = ParseMonitor(text);
        if (!monitor.Ok()) {
            Log(LogLevel::kError, "alert", "a recommended monitor: " + monitor.error().message);
            continue;
        }
        monitor->recommended = true;
        monitors.push_back(std::move(monitor).value());
    }
    return monitors;
}

}  // namespace

const std::vector<Monitor>& RecommendedMonitors() {
    static const std::vector<Monitor> monitors = Read();
    return monitors;
}

}  // namespace sightglass::alert

// What an operator sets for an upstream: its targets, how calls are spread over them, when a call is tried again, where it
// goes instead, how long it may take. docs/configuration.md says the same for people.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace sightglass::capture {

/// How the next target of an upstream is chosen among those that are ready.
enum class Balancing : std::uint8_t {
    kRoundRobin,     ///< In turn, by weight.
    kLeastInFlight,  ///< The fewest calls under way, by weight.
    kLatency,        ///< The faster of two that chance picks.
    kHeadroom,       ///< The most left of its own rate limits.
    kSticky,         ///< Always the same for one session.
};

/// The header that carries a target's own key.
enum class KeyHeader : std::uint8_t {
    kByDialect,
    kBearer,  ///< Authorization: Bearer …
    kXApiKey,
    kApiKey,
    kXGoogApiKey,
};

/// One place that answers calls.
struct TargetSettings {
    std::string name;      ///< Unique in its upstream; empty: made from its place.
    std::string base_url;  ///< As Upstream::base_url.
    std::string provider;  ///< Empty: the upstream's.
    Secret key;            ///< Empty: the caller's own key passes.
    KeyHeader key_header = KeyHeader::kByDialect;
    int weight = 1;  ///< 1 to 100.
    std::vector<std::string>
        models;              ///< It serves these; a final '*' stands for any end. Empty: all.
    int concurrent_max = 0;  ///< Calls under way; 0: no limit.
    int requests_max = 0;    ///< A minute; 0: no limit.
    int tokens_max = 0;      ///< A minute; 0: no limit.
};

/// When a call is tried again. Only before its client has seen a byte of an answer.
struct RetrySettings {
    int tries_max = -1;         ///< After the first; negative: 2 with several targets, else 0.
    bool after_connect = true;  ///< No connection was made.
    bool after_closed = true;   ///< The connection ended without an answer.
    bool after_timeout = true;  ///< Nothing came within the time for the first byte.
    std::vector<int> statuses = {429, 500, 502, 503, 504, 529};
    int budget_percent = 20;                            ///< Of the upstream's calls in ten seconds.
    Duration backoff = std::chrono::milliseconds(200);  ///< Doubled each time, with jitter.
    Duration backoff_max = std::chrono::seconds(5);
    Duration retry_after_max =
        std::chrono::seconds(10);  ///< A longer Retry-After is not waited for.
};

/// When a target is left alone, and for how long.
struct BreakerSettings {
    int failures = 5;          ///< In a row. 0: never.
    int failure_percent = 50;  ///< Or this share of at least `calls_min` calls within ten seconds.
    int calls_min = 20;
    Duration open =
        std::chrono::seconds(5);  ///< Then one call may try; doubled each time that fails.
    Duration open_max = std::chrono::seconds(60);
};

/// Zero: as set for the gateway.
struct TimeoutSettings {
    Duration connect{};
    Duration first_byte{};
    Duration idle{};
    Duration total{};  ///< Of a whole call. Zero: no limit.
};

/// Where calls go when an upstream cannot take them.
struct FallbackSettings {
    std::string upstream;  ///< Empty: the same one, with another model.
    std::string model;     ///< Replaces the request's model; empty: the same.
    std::string
        for_model;  ///< Only calls for this model; a final '*' stands for any end. Empty: all.
};

/// Where calls are sent.
struct Upstream {
    std::string name;      ///< First path segment: "/openai/…".
    std::string base_url;  ///< http(s)://host[:port][/path], without /v1 and without a final slash.
    std::string dialect;   ///< "openai"; empty: told by path.
    std::string provider;  ///< What Call::provider says; empty: the upstream's name.
    std::vector<TargetSettings> targets = {};  ///< Empty: one, at base_url.
    Balancing balancing = Balancing::kRoundRobin;
    RetrySettings retry = {};
    BreakerSettings breaker = {};
    TimeoutSettings timeouts = {};
    std::vector<FallbackSettings> fallbacks = {};  ///< Tried in order.
    bool ask_stream_usage =
        false;               ///< Ask for the usage of streams, and take it out of the answer again.
    std::string where = {};  ///< In the settings, for messages: "sightglass.yaml:12".
};

}  // namespace sightglass::capture

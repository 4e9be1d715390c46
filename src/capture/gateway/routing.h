// Where requests go: by the first segment of their path to an upstream, which is a group of targets. The routing table is
// made from the settings, never changes, and is replaced as a whole when they do.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/limit_rule.h"
#include "base/result.h"
#include "capture/gateway/target_state.h"
#include "capture/gateway/upstream_settings.h"
#include "dialect/dialect.h"
#include "net/url.h"

namespace sightglass::capture {

struct UpstreamRoute;

/// A place that answers calls, made ready for use.
struct Target {
    std::string name;  ///< Of its upstream.
    std::string
        label;  ///< As records show it: "openai", or "openai/east" where the upstream has several.
    std::string provider;
    std::string base_url;
    net::Url url;
    std::string authority;  ///< What Host says.
    const dialect::Dialect* dialect =
        nullptr;                   ///< Its setting; else what it speaks where a path does not tell.
    bool dialect_by_path = false;  ///< No setting: each request's path tells its dialect.
    bool provider_by_path =
        false;  ///< Nobody named the provider: another dialect than the upstream's own is its owner's.
    const UpstreamRoute* upstream = nullptr;
    Secret key;                                    ///< Empty: the caller's passes.
    KeyHeader key_header = KeyHeader::kByDialect;  ///< Where the key goes.
    int weight = 1;
    std::vector<std::string> models;
    int concurrent_max = 0;
    access::LimitValues limits;  ///< A minute's; of all that goes through this gateway.
    std::size_t slot =
        0;  ///< Where its connections are pooled. The same as long as scheme, host and port are.
    std::shared_ptr<TargetState> state;

    /// What Call::provider says of a request in that dialect.
    std::string_view ProviderOf(const dialect::Dialect& spoken) const noexcept;
};

/// Where a call goes when its upstream cannot take it.
struct Fallback {
    const UpstreamRoute* upstream = nullptr;
    std::string model;
    std::string for_model;
};

/// A configured upstream, made ready for use.
struct UpstreamRoute {
    std::string name;
    std::string dialect;  ///< Its setting; empty: told by path.
    std::span<const Target> targets;
    Balancing balancing = Balancing::kRoundRobin;
    RetrySettings retry;  ///< With `tries_max` decided.
    BreakerSettings breaker;
    TimeoutSettings timeouts;  ///< None is zero, but for `total`.
    std::vector<Fallback> fallbacks;
    bool ask_stream_usage = false;
    bool has_keys = false;        ///< A target has its own.
    bool all_keyed = false;       ///< Every target has, also those of the fallbacks.
    bool any_keyed = false;       ///< One of all those has.
    bool replaces_model = false;  ///< A fallback does.
    /// There is nothing to decide: one target, which takes every call as it came, once.
    bool plain = true;
    std::vector<std::uint8_t> turns;  ///< Places in `targets`, in the order of round robin.
    std::shared_ptr<UpstreamState> state;
};

enum class RouteKind : std::uint8_t {
    kTarget,
    kHandOver,  ///< A path of the control server.
    kUnknown,
};

struct Route {
    RouteKind kind = RouteKind::kUnknown;
    const Target* target = nullptr;             ///< The upstream's first.
    const dialect::Dialect* dialect = nullptr;  ///< What the request speaks; set where `target` is.
    std::string_view path;  ///< Path and query as the upstream gets them, without the base URL's
                            ///< path. Starts with '/'.

    /// What Call::provider says.
    std::string_view Provider() const noexcept { return target->ProviderOf(*dialect); }
};

/// Thread-safety: immutable after Create; safe for concurrent use.
class Router {
public:
    Router() = default;
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// kInvalidArgument where a base URL, a name, a dialect or another setting is not allowed, or there is no upstream at
    /// all. What is known of targets that were in `before` is kept. `defaults` fills the times that an upstream leaves open.
    static Result<std::shared_ptr<const Router>> Create(
        const std::vector<Upstream>& upstreams,
        const TimeoutSettings& defaults = {},
        const Router* before = nullptr
    );

    /// `target`: path and query of the request.
    Route Find(std::string_view target) const noexcept;

    /// Whether paths with this first segment are Sightglass' own, or the default upstream's.
    static bool IsReserved(std::string_view segment) noexcept;

    /// "openai, anthropic": for error messages.
    std::string Names() const;

    /// All targets, those of the first upstream first.
    const std::vector<Target>& targets() const noexcept { return targets_; }

    const std::vector<UpstreamRoute>& upstreams() const noexcept { return upstreams_; }

    /// More than any target's slot.
    std::size_t slot_count() const noexcept { return slot_count_; }

    static constexpr std::size_t kTargetsMax = 32;  ///< An upstream.

private:
    friend class RouterBuilder;

    std::vector<Target> targets_;
    std::vector<UpstreamRoute> upstreams_;
    std::size_t slot_count_ = 0;
};

}  // namespace sightglass::capture

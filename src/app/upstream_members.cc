#include "app/upstream_members.h"

#include <string>
#include <vector>

#include "app/setting_text.h"

namespace sightglass::app {
namespace {

using capture::BreakerSettings;
using capture::FallbackSettings;
using capture::RetrySettings;
using capture::TargetSettings;
using capture::TimeoutSettings;
using capture::Upstream;

/// One of several words.
template <typename Enum>
struct Word {
    std::string_view name;
    Enum value;
};

template <typename Enum, std::size_t Count>
Status ReadWord(const Word<Enum> (&words)[Count], std::string_view text, Enum& out) {
    for (const Word<Enum>& word : words) {
        if (word.name == text) {
            out = word.value;
            return {};
        }
    }
    return NotAllowed();
}

constexpr Word<capture::Balancing> kBalancings[] = {
    {"round_robin", capture::Balancing::kRoundRobin},
    {"least_in_flight", capture::Balancing::kLeastInFlight},
    {"latency", capture::Balancing::kLatency},
    {"headroom", capture::Balancing::kHeadroom},
    {"sticky", capture::Balancing::kSticky},
};

constexpr Word<capture::KeyHeader> kKeyHeaders[] = {
    {"authorization", capture::KeyHeader::kBearer},
    {"x-api-key", capture::KeyHeader::kXApiKey},
    {"api-key", capture::KeyHeader::kApiKey},
    {"x-goog-api-key", capture::KeyHeader::kXGoogApiKey},
};

/// What may follow a failure: a word, or a status.
Status ReadRetryOn(RetrySettings& out, std::string_view text) {
    std::vector<std::string> classes;
    SG_TRY(ReadList(text, classes));
    out.after_connect = out.after_closed = out.after_timeout = false;
    out.statuses.clear();
    for (const std::string& name : classes) {
        if (name == "connect") {
            out.after_connect = true;
        } else if (name == "closed") {
            out.after_closed = true;
        } else if (name == "timeout") {
            out.after_timeout = true;
        } else {
            SG_TRY(ReadCount(name, 400, 599, out.statuses.emplace_back()));
        }
    }
    return {};
}

constexpr Member<TargetSettings> kTargetMembers[] = {
    {"name",
     "a-z 0-9 - _, up to 64",
     [](TargetSettings& out, std::string_view text) -> Status {
         constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
         if (text.empty() || text.size() > 64 ||
             text.find_first_not_of(kAllowed) != std::string_view::npos) {
             return NotAllowed();
         }
         out.name = text;
         return {};
     }},
    {"base_url",
     "http(s)://HOST[:PORT][/PATH], without /v1, user or query",
     [](TargetSettings& out, std::string_view text) -> Status {
         out.base_url = text;
         return {};
     }},
    {"provider",
     "a name",
     [](TargetSettings& out, std::string_view text) -> Status {
         out.provider = text;
         return {};
     }},
    {"key_header",
     "authorization, x-api-key, api-key or x-goog-api-key",
     [](TargetSettings& out, std::string_view text) {
         return ReadWord(kKeyHeaders, text, out.key_header);
     }},
    {"weight",
     "1 to 100",
     [](TargetSettings& out, std::string_view text) {
         return ReadCount(text, 1, 100, out.weight);
     }},
    {"models",
     "names, in which a final * stands for any end",
     [](TargetSettings& out, std::string_view text) { return ReadList(text, out.models); }},
};

constexpr Member<TargetSettings> kTargetLimits[] = {
    {"concurrent",
     "1 to 1000000",
     [](TargetSettings& out, std::string_view text) {
         return ReadCount(text, 1, 1'000'000, out.concurrent_max);
     }},
    {"requests_per_minute",
     "1 to 1000000",
     [](TargetSettings& out, std::string_view text) {
         return ReadCount(text, 1, 1'000'000, out.requests_max);
     }},
    {"tokens_per_minute",
     "1 to 1000000000",
     [](TargetSettings& out, std::string_view text) {
         return ReadCount(text, 1, 1'000'000'000, out.tokens_max);
     }},
};

constexpr Member<RetrySettings> kRetryMembers[] = {
    {"max",
     "0 to 10",
     [](RetrySettings& out, std::string_view text) {
         return ReadCount(text, 0, 10, out.tries_max);
     }},
    {"on", "a list of connect, closed, timeout and statuses from 400 to 599", ReadRetryOn},
    {"budget",
     "0% to 100%",
     [](RetrySettings& out, std::string_view text) {
         return ReadPercent(text, out.budget_percent);
     }},
    {"backoff",
     kDurationAllowed,
     [](RetrySettings& out, std::string_view text) { return ReadDuration(text, out.backoff); }},
    {"backoff_max",
     kDurationAllowed,
     [](RetrySettings& out, std::string_view text) { return ReadDuration(text, out.backoff_max); }},
    {"retry_after_max",
     kDurationAllowed,
     [](RetrySettings& out, std::string_view text) {
         return ReadDuration(text, out.retry_after_max);
     }},
};

constexpr Member<BreakerSettings> kBreakerMembers[] = {
    {"failures",
     "1 to 1000",
     [](BreakerSettings& out, std::string_view text) {
         return ReadCount(text, 1, 1'000, out.failures);
     }},
    {"share",
     "0% to 100%",
     [](BreakerSettings& out, std::string_view text) {
         return ReadPercent(text, out.failure_percent);
     }},
    {"calls",
     "1 to 100000",
     [](BreakerSettings& out, std::string_view text) {
         return ReadCount(text, 1, 100'000, out.calls_min);
     }},
    {"open",
     kDurationAllowed,
     [](BreakerSettings& out, std::string_view text) { return ReadDuration(text, out.open); }},
    {"open_max",
     kDurationAllowed,
     [](BreakerSettings& out, std::string_view text) { return ReadDuration(text, out.open_max); }},
};

constexpr Member<TimeoutSettings> kTimeoutMembers[] = {
    {"connect",
     kDurationAllowed,
     [](TimeoutSettings& out, std::string_view text) { return ReadDuration(text, out.connect); }},
    {"first_byte",
     kDurationAllowed,
     [](TimeoutSettings& out, std::string_view text) {
         return ReadDuration(text, out.first_byte);
     }},
    {"idle",
     kDurationAllowed,
     [](TimeoutSettings& out, std::string_view text) { return ReadDuration(text, out.idle); }},
    {"total",
     kDurationAllowed,
     [](TimeoutSettings& out, std::string_view text) { return ReadDuration(text, out.total); }},
};

constexpr Member<FallbackSettings> kFallbackMembers[] = {
    {"upstream",
     "an upstream's name",
     [](FallbackSettings& out, std::string_view text) -> Status {
         out.upstream = text;
         return {};
     }},
    {"model",
     "a model's name",
     [](FallbackSettings& out, std::string_view text) -> Status {
         out.model = text;
         return {};
     }},
    {"for",
     "a model's name, in which a final * stands for any end",
     [](FallbackSettings& out, std::string_view text) -> Status {
         out.for_model = text;
         return {};
     }},
};

constexpr Member<Upstream> kUpstreamMembers[] = {
    {"dialect",
     "a dialect's name",
     [](Upstream& out, std::string_view text) -> Status {
         out.dialect = text;
         return {};
     }},
    {"balance",
     "round_robin, least_in_flight, latency, headroom or sticky",
     [](Upstream& out, std::string_view text) {
         return ReadWord(kBalancings, text, out.balancing);
     }},
    {"ask_stream_usage",
     "true or false",
     [](Upstream& out, std::string_view text) { return ReadBool(text, out.ask_stream_usage); }},
};

}  // namespace

std::span<const Member<TargetSettings>> TargetMembers() noexcept {
    return kTargetMembers;
}

std::span<const Member<TargetSettings>> TargetLimits() noexcept {
    return kTargetLimits;
}

std::span<const Member<RetrySettings>> RetryMembers() noexcept {
    return kRetryMembers;
}

std::span<const Member<BreakerSettings>> BreakerMembers() noexcept {
    return kBreakerMembers;
}

std::span<const Member<TimeoutSettings>> TimeoutMembers() noexcept {
    return kTimeoutMembers;
}

std::span<const Member<FallbackSettings>> FallbackMembers() noexcept {
    return kFallbackMembers;
}

std::span<const Member<Upstream>> UpstreamMembers() noexcept {
    return kUpstreamMembers;
}

}  // namespace sightglass::app

#include "capture/gateway/retry_policy.h"

#include <algorithm>

#include "base/text.h"
#include "net/http_date.h"

namespace sightglass::capture {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::int64_t kWindowUs = 10'000'000;

// RetryBudget::window_: number (16 bits), calls (28 bits), retries (20 bits).
constexpr unsigned kRetryBits = 20;
constexpr unsigned kCallBits = 28;
constexpr std::uint64_t kRetriesMax = (std::uint64_t{1} << kRetryBits) - 1;
constexpr std::uint64_t kCallsMax = (std::uint64_t{1} << kCallBits) - 1;

std::uint64_t CallsIn(std::uint64_t window) noexcept {
    return (window >> kRetryBits) & kCallsMax;
}

std::uint64_t RetriesIn(std::uint64_t window) noexcept {
    return window & kRetriesMax;
}

std::string_view NameOf(int http_status) noexcept {
    switch (http_status) {
        case 408:
            return "http_408";
        case 409:
            return "http_409";
        case 425:
            return "http_425";
        case 429:
            return "http_429";
        case 500:
            return "http_500";
        case 502:
            return "http_502";
        case 503:
            return "http_503";
        case 504:
            return "http_504";
        case 529:
            return "http_529";
        default:
            return http_status >= 500 ? "http_5xx" : "http_4xx";
    }
}

/// Unauthorized or unpaid. 403 is not among them: providers give it for what a caller sends, too.
bool RefusesOwnKey(const TryFailure& failure) noexcept {
    return failure.own_key && (failure.http_status == 401 || failure.http_status == 402);
}

}  // namespace

std::string_view ToString(const TryFailure& failure) noexcept {
    switch (failure.kind) {
        case TryFailure::Kind::kConnect:
            return "connect_failed";
        case TryFailure::Kind::kClosed:
            return "connection_closed";
        case TryFailure::Kind::kTimeout:
            return "timeout";
        case TryFailure::Kind::kBadAnswer:
            return "bad_answer";
        case TryFailure::Kind::kStatus:
            break;
    }
    return NameOf(failure.http_status);
}

bool IsRetryable(const TryFailure& failure, const RetrySettings& settings) noexcept {
    switch (failure.kind) {
        case TryFailure::Kind::kConnect:
            return settings.after_connect;
        case TryFailure::Kind::kClosed:
        case TryFailure::Kind::kBadAnswer:
            return settings.after_closed;
        case TryFailure::Kind::kTimeout:
            return settings.after_timeout;
        case TryFailure::Kind::kStatus:
            break;
    }
    const std::vector<int>& statuses = settings.statuses;
    return RefusesOwnKey(failure) ||
           std::find(statuses.begin(), statuses.end(), failure.http_status) != statuses.end();
}

bool IsTargetsFault(const TryFailure& failure) noexcept {
    return failure.kind != TryFailure::Kind::kStatus || failure.http_status >= 500 ||
           RefusesOwnKey(failure);
}

Duration BackoffBefore(int tries, const RetrySettings& settings, std::uint64_t random) noexcept {
    constexpr int kDoublingsMax = 20;
    const int doublings = std::clamp(tries - 1, 0, kDoublingsMax);
    const std::int64_t most =
        std::min(settings.backoff.count() << doublings, settings.backoff_max.count());
    const std::int64_t half = most / 2;
    return Duration(
        half + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(half + 1))
    );
}

Duration JitterAfter(Duration wait, std::uint64_t random) noexcept {
    constexpr std::int64_t kTenth = 10;
    const auto most = static_cast<std::uint64_t>(std::max<std::int64_t>(wait.count() / kTenth, 0));
    return Duration(static_cast<std::int64_t>(random % (most + 1)));
}

std::optional<Duration>
ReadRetryAfter(std::string_view retry_after, std::string_view retry_after_ms, Time now) noexcept {
    constexpr double kSecondsMax = 1e6;
    if (const auto date = net::ParseHttpDate(retry_after); date && retry_after_ms.empty()) {
        return std::clamp<Duration>(*date - now, Duration(0), std::chrono::seconds(1'000'000));
    }
    const std::optional<double> ms = ParseDouble(Trim(retry_after_ms));
    const std::optional<double> seconds = ms ? *ms / 1000 : ParseDouble(Trim(retry_after));
    if (!seconds || !(*seconds >= 0) || *seconds > kSecondsMax) {
        return std::nullopt;
    }
    return Duration(static_cast<std::int64_t>(*seconds * 1e6));
}

std::uint64_t
RetryBudget::Add(std::int64_t now_us, std::uint64_t calls, std::uint64_t retries) noexcept {
    const std::uint64_t number = static_cast<std::uint64_t>(now_us / kWindowUs) & 0xffffU;
    std::uint64_t window = window_.load(kRelaxed);
    std::uint64_t next = 0;
    do {
        const bool same = (window >> (kRetryBits + kCallBits)) == number;
        const std::uint64_t calls_now = std::min((same ? CallsIn(window) : 0) + calls, kCallsMax);
        const std::uint64_t retries_now =
            std::min((same ? RetriesIn(window) : 0) + retries, kRetriesMax);
        next = (number << (kRetryBits + kCallBits)) | (calls_now << kRetryBits) | retries_now;
    } while (!window_.compare_exchange_weak(window, next, kRelaxed));
    return next;
}

bool RetryBudget::Take(std::int64_t now_us, const RetrySettings& settings) noexcept {
    const std::uint64_t window = Add(now_us, 0, 0);
    const std::uint64_t share =
        CallsIn(window) * static_cast<std::uint64_t>(settings.budget_percent) / 100;
    if (settings.budget_percent == 0 || RetriesIn(window) >= std::max(share, kAlways)) {
        return false;
    }
    Add(now_us, 0, 1);
    return true;
}

}  // namespace sightglass::capture

// When a call may be tried again: after which failures, how often, how soon, and up to which share of the traffic.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "capture/gateway/upstream_settings.h"

namespace sightglass::capture {

/// What happened to a try before its client saw anything of an answer.
/// Thread-safety: plain value.
struct TryFailure {
    enum class Kind : std::uint8_t {
        kConnect,    ///< No connection.
        kClosed,     ///< The connection ended without a whole head of an answer.
        kTimeout,    ///< Nothing came in time.
        kBadAnswer,  ///< What came was not HTTP.
        kStatus,     ///< An answer, with `http_status`.
    };

    Kind kind = Kind::kConnect;
    int http_status = 0;
    std::optional<Duration> retry_after = {};  ///< As the answer asked.
    bool own_key = false;  ///< The target was shown its own key, not the caller's.
};

/// A short name for the record: "connect_failed", "http_503". A literal, or of static life.
std::string_view ToString(const TryFailure& failure) noexcept;

/// Whether the settings name this failure as one to try again after, or the target's own key is
/// what was refused, which others need not suffer from.
bool IsRetryable(const TryFailure& failure, const RetrySettings& settings) noexcept;

/// Whether it says that the target is not well. Being asked to slow down does not.
bool IsTargetsFault(const TryFailure& failure) noexcept;

/// How long to wait before try number `tries` (1: the second of all) goes to a target that was tried already. `random` decides
/// between half of the backoff and all of it.
Duration BackoffBefore(int tries, const RetrySettings& settings, std::uint64_t random) noexcept;

/// Up to a tenth of a wait that others were told to make as well.
Duration JitterAfter(Duration wait, std::uint64_t random) noexcept;

/// What Retry-After says, in seconds or as a date, which is `now` or later, or retry-after-ms; nothing for
/// nonsense.
std::optional<Duration>
ReadRetryAfter(std::string_view retry_after, std::string_view retry_after_ms, Time now) noexcept;

/// Keeps retries from becoming a storm: a share of the calls of ten seconds, and always a few.
/// Thread-safety: safe for concurrent use; relaxed atomics, no lock.
class RetryBudget {
public:
    void CountCall(std::int64_t now_us) noexcept { Add(now_us, 1, 0); }

    /// Takes one retry where there is one left.
    bool Take(std::int64_t now_us, const RetrySettings& settings) noexcept;

    static constexpr std::uint64_t kAlways = 100;

private:
    std::uint64_t Add(std::int64_t now_us, std::uint64_t calls, std::uint64_t retries) noexcept;

    std::atomic<std::uint64_t> window_{0};  ///< Its number, its calls, its retries.
};

}  // namespace sightglass::capture

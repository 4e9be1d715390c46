// What is kept of what was said, and of which calls: one policy for all, and rules for some, by who calls.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "call/call.h"
#include "redact/custom_patterns.h"

namespace sightglass::pipeline {

enum class CapturePolicy : std::uint8_t { kNone, kRedacted, kFull };

/// "none", "redacted", "full"
std::string_view ToString(CapturePolicy policy) noexcept;

/// kInvalidArgument where it is none of them.
Result<CapturePolicy> ParseCapturePolicy(std::string_view text);

/// Of so many conversations content may be kept.
inline constexpr std::uint32_t kSampleAll = 1'000'000;

/// What holds for one call.
/// Thread-safety: plain value.
struct CaptureChoice {
    CapturePolicy policy = CapturePolicy::kNone;
    std::uint32_t sample = kSampleAll;                  ///< Of kSampleAll conversations.
    std::size_t text_bytes_max = std::size_t{1} << 20;  ///< Input and output are each cut to this.

    /// Whether its content is kept. All calls of a session, else of a trace, are in the sample or none is; a call without
    /// either is by itself.
    bool Keeps(const Call& call) const noexcept;

    friend bool operator==(const CaptureChoice&, const CaptureChoice&) = default;
};

/// By what a rule tells calls apart.
enum class CaptureBy : std::uint8_t {
    kService,
    kTeam,
    kEnvironment,
    kProject,
    kKey,
    kUpstream,
    kCount_
};

inline constexpr std::size_t kCaptureBys = static_cast<std::size_t>(CaptureBy::kCount_);

/// "service"
std::string_view ToString(CaptureBy by) noexcept;

/// kInvalidArgument says what is allowed.
Result<CaptureBy> ParseCaptureBy(std::string_view name);

/// For calls that fit one pattern (access/pattern.h) of each list that is not empty. What it does not say is as for all others.
/// Thread-safety: plain value.
struct CaptureRule {
    std::array<std::vector<std::string>, kCaptureBys> match;
    std::optional<CapturePolicy> policy;
    std::optional<std::uint32_t> sample;
    std::optional<std::size_t> text_bytes_max;

    friend bool operator==(const CaptureRule&, const CaptureRule&) = default;
};

/// Thread-safety: plain value.
struct CaptureSettings {
    CaptureChoice others;                                    ///< Where no rule says otherwise.
    std::vector<CaptureRule> rules;                          ///< The first that fits counts.
    std::shared_ptr<const redact::CustomPatterns> patterns;  ///< Redacted as well; may be null.

    /// By what the call says of its caller before that is redacted.
    CaptureChoice ChoiceOf(const Call& call) const noexcept;

    /// The most that is kept of any call.
    CapturePolicy Most() const noexcept;

    /// The least that is kept of any call: for what belongs to a call that is not known.
    CapturePolicy Least() const noexcept;

    friend bool operator==(const CaptureSettings&, const CaptureSettings&) = default;
};

/// The settings in force. They are replaced while calls go through.
/// Thread-safety: safe for concurrent use.
class CaptureBook {
public:
    explicit CaptureBook(CaptureSettings settings);

    /// Takes no lock. What is returned is there for at least kKept after it was replaced: it is used at once, and not kept.
    const CaptureSettings& Now() const noexcept { return *now_.load(std::memory_order_acquire); }

    void Set(CaptureSettings settings);

    static constexpr std::chrono::minutes kKept{10};

private:
    struct Version {
        std::unique_ptr<const CaptureSettings> settings;
        std::optional<std::chrono::steady_clock::time_point> replaced_at;
    };

    std::atomic<const CaptureSettings*> now_;
    Guarded<std::vector<Version>> versions_;  ///< The last one is in force.
};

}  // namespace sightglass::pipeline

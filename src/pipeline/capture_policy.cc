#include "pipeline/capture_policy.h"

#include <algorithm>
#include <chrono>

#include "access/pattern.h"
#include "base/text.h"

namespace sightglass::pipeline {
namespace {

constexpr std::array<std::string_view, 3> kPolicies = {"none", "redacted", "full"};

struct Subject {
    std::string_view name;
    std::string Call::*member;
};

/// By CaptureBy.
constexpr std::array<Subject, kCaptureBys> kSubjects = {
    {{"service", &Call::service},
     {"team", &Call::team},
     {"environment", &Call::environment},
     {"project", &Call::project},
     {"key", &Call::api_key},
     {"upstream", &Call::upstream}}};

bool FitsOne(const std::vector<std::string>& patterns, std::string_view text) noexcept {
    return std::any_of(patterns.begin(), patterns.end(), [text](const std::string& pattern) {
        return access::MatchesPattern(pattern, text);
    });
}

bool Fits(const CaptureRule& rule, const Call& call) noexcept {
    for (std::size_t by = 0; by < kCaptureBys; ++by) {
        const std::vector<std::string>& patterns = rule.match[by];
        const bool is_key = by == static_cast<std::size_t>(CaptureBy::kKey);
        if (!patterns.empty() && !FitsOne(patterns, call.*kSubjects[by].member) &&
            !(is_key && FitsOne(patterns, call.api_key_label))) {
            return false;
        }
    }
    return true;
}

CaptureChoice ChoiceBy(const CaptureRule& rule, const CaptureChoice& others) noexcept {
    return {
        .policy = rule.policy.value_or(others.policy),
        .sample = rule.sample.value_or(others.sample),
        .text_bytes_max = rule.text_bytes_max.value_or(others.text_bytes_max)};
}

/// FNV-1a, with its high bits mixed into the low ones.
std::uint64_t HashOf(std::string_view bytes) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
    return hash ^ (hash >> 33U);
}

}  // namespace

std::string_view ToString(CapturePolicy policy) noexcept {
    return kPolicies[static_cast<std::size_t>(policy)];
}

Result<CapturePolicy> ParseCapturePolicy(std::string_view text) {
    const auto found = std::find(kPolicies.begin(), kPolicies.end(), text);
    if (found == kPolicies.end()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "'" + EscapeForDisplay(text) + "' is not allowed; allowed: none, redacted or full"};
    }
    return static_cast<CapturePolicy>(found - kPolicies.begin());
}

std::string_view ToString(CaptureBy by) noexcept {
    return kSubjects[static_cast<std::size_t>(by)].name;
}

Result<CaptureBy> ParseCaptureBy(std::string_view name) {
    for (std::size_t by = 0; by < kCaptureBys; ++by) {
        if (kSubjects[by].name == name) {
            return static_cast<CaptureBy>(by);
        }
    }
    return Error{
        ErrorCode::kInvalidArgument,
        "calls are not told apart by '" + EscapeForDisplay(name) +
            "'; allowed: service, team, environment, project, key, upstream"};
}

bool CaptureChoice::Keeps(const Call& call) const noexcept {
    if (policy == CapturePolicy::kNone || sample >= kSampleAll) {
        return policy != CapturePolicy::kNone;
    }
    const auto& id = call.call_id.bytes;
    std::string_view whole(reinterpret_cast<const char*>(id.data()), id.size());
    if (!call.session_id.empty()) {
        whole = call.session_id;
    } else if (!call.trace_id.empty()) {
        whole = call.trace_id;
    }
    return HashOf(whole) % kSampleAll < sample;
}

CaptureChoice CaptureSettings::ChoiceOf(const Call& call) const noexcept {
    const auto found = std::find_if(rules.begin(), rules.end(), [&call](const CaptureRule& rule) {
        return Fits(rule, call);
    });
    return found == rules.end() ? others : ChoiceBy(*found, others);
}

CapturePolicy CaptureSettings::Most() const noexcept {
    CapturePolicy most = others.policy;
    for (const CaptureRule& rule : rules) {
        most = std::max(most, rule.policy.value_or(others.policy));
    }
    return most;
}

CapturePolicy CaptureSettings::Least() const noexcept {
    CapturePolicy least = others.policy;
    for (const CaptureRule& rule : rules) {
        least = std::min(least, rule.policy.value_or(others.policy));
    }
    return least;
}

CaptureBook::CaptureBook(CaptureSettings settings) {
    versions_.With([&](std::vector<Version>& versions) {
        Version& first = versions.emplace_back();
        first.settings = std::make_unique<const CaptureSettings>(std::move(settings));
        now_ = first.settings.get();
    });
}

void CaptureBook::Set(CaptureSettings settings) {
    const auto now = std::chrono::steady_clock::now();
    versions_.With([&](std::vector<Version>& versions) {
        if (*versions.back().settings == settings) {
            return;
        }
        std::erase_if(versions, [now](const Version& version) {
            return version.replaced_at && now - *version.replaced_at > kKept;
        });
        versions.back().replaced_at = now;
        Version& next = versions.emplace_back();
        next.settings = std::make_unique<const CaptureSettings>(std::move(settings));
        now_.store(next.settings.get(), std::memory_order_release);
    });
}

}  // namespace sightglass::pipeline

// The case view: what was slow before a change, and what the change did to response times, errors, cost, satisfaction and
// sessions; each with whether it is more than chance (paired_days.h).
//
// Thread-safety: plain values and pure functions over the store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/slow_calls.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

/// All findings of a case together hold this level: of cases where nothing changed, at most one in twenty shows anything.
inline constexpr double kCaseLevel = 0.05;
// With the day of the change itself, which is left out, whole weeks.
inline constexpr std::int64_t kDefaultCaseDays = 13;
inline constexpr std::int64_t kCaseDaysMax = 27;

struct CaseText {
    Time at = {};
    std::int64_t days = kDefaultCaseDays;  ///< After the change, where there are so many.
    std::vector<std::string> filters = {};
};

struct CaseQuestion {
    Time at;
    Time after_from;  ///< The first midnight (UTC) since the change.
    int days = 0;     ///< From then on, until now at most.
    int weeks = 0;    ///< By which the days that they are compared with lie earlier.
    std::vector<store::Filter> filters;

    Time BeforeFrom() const { return after_from - weeks * std::chrono::hours(7 * 24); }

    Time BeforeTo() const { return BeforeFrom() + days * std::chrono::hours(24); }

    Time AfterTo() const { return after_from + days * std::chrono::hours(24); }
};

/// kInvalidArgument as ParseQuestion, and for days outside of 1 to kCaseDaysMax.
Result<CaseQuestion>
ParseCase(const CaseText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

enum class CaseVerdict : std::uint8_t {
    kBetter,
    kWorse,
    kChanged,    ///< By more than chance; whether that is good, nobody can tell.
    kChance,     ///< No more than chance.
    kTooLittle,  ///< Too few days with enough in them.
};

std::string_view ToString(CaseVerdict verdict) noexcept;

struct CaseFinding {
    const Metric* metric = nullptr;
    bool relative = false;         ///< `change` is a share of what was before: 0.1 is a tenth more.
    std::optional<double> before;  ///< Of all calls of the days that are compared.
    std::optional<double> after;
    std::optional<double> change;  ///< Between paired days, with its 95 % interval.
    std::optional<double> low;
    std::optional<double> high;
    std::optional<double> p;  ///< Reckoned with how many findings there are.
    std::size_t days = 0;     ///< Pairs in which both have a value.
    CaseVerdict verdict = CaseVerdict::kTooLittle;
};

/// A day of UTC. `values`: in order of the findings.
struct CaseDay {
    Time from;
    std::int64_t calls = 0;
    std::vector<std::optional<double>> values;
};

/// What took longer before the change than all but a twentieth do after it.
struct CaseSlow {
    std::optional<double> threshold_ms;
    std::optional<double> share_before;
    std::optional<double> share_after;
    std::vector<SlowGroup> groups;            ///< What such calls have in common.
    std::optional<double> satisfaction_slow;  ///< Of who waited so long, before the change ...
    std::optional<double> satisfaction_fast;  ///< ... and of the others.
};

struct CaseAnswer {
    std::int64_t calls_before = 0;
    std::int64_t calls_after = 0;
    std::vector<CaseFinding> findings;
    std::vector<CaseDay>
        days;  ///< Oldest first, from BeforeFrom to AfterTo, that of the change included.
    CaseSlow slow;
    double took_ms = 0;
};

Result<CaseAnswer> AskCase(const CaseQuestion& question, const store::Store& store);

}  // namespace sightglass::analytics

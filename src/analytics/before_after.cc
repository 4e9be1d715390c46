#include "analytics/before_after.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/paired_days.h"
#include "analytics/user_rows.h"
#include "base/text.h"
#include "call/catalogue.h"

namespace sightglass::analytics {
namespace {

constexpr Duration kDay = std::chrono::hours(24);
constexpr int kDaysOfWeek = 7;
constexpr std::int64_t kSlowGroupsShown = 5;

enum class Good : std::uint8_t { kLess, kMore, kNeither };

/// What is compared. `based_on`: how many things a day's value is made of.
struct Compared {
    std::string_view metric;
    std::string_view based_on;
    Good good;
    bool relative;
};

constexpr std::array<Compared, 9> kCompared{{
    {"latency_p50_ms", "calls", Good::kLess, true},
    {"latency_p95_ms", "calls", Good::kLess, true},
    {"ttft_p50_ms", "calls", Good::kLess, true},
    {"ttft_p95_ms", "calls", Good::kLess, true},
    {"error_rate", "calls", Good::kLess, false},
    {"cost_per_call_usd", "calls", Good::kLess, true},
    {"satisfaction_rate", "rated_feedback", Good::kMore, false},
    {"session_length_avg_s", "sessions", Good::kNeither, true},
    {"session_turns_avg", "sessions", Good::kNeither, true},
}};

constexpr std::array<std::string_view, 3> kBases{"calls", "rated_feedback", "sessions"};

/// The figures of some time: values in order of kCompared, and what they are based on.
struct Span {
    std::array<std::optional<double>, kCompared.size()> values{};
    std::array<double, kBases.size()> bases{};

    double BaseOf(const Compared& compared) const {
        const auto place = std::find(kBases.begin(), kBases.end(), compared.based_on);
        return bases[static_cast<std::size_t>(place - kBases.begin())];
    }
};

store::Plan PlanOf(const std::vector<store::Filter>& filters, Time from, Time to) {
    store::Plan plan;
    plan.from = from;
    plan.to = to;
    plan.filters = filters;
    for (const Compared& compared : kCompared) {
        plan.metrics.push_back(FindMetric(compared.metric));
    }
    for (const std::string_view base : kBases) {
        plan.metrics.push_back(FindMetric(base));
    }
    return plan;
}

/// `first`: the column of the first metric.
Span SpanOf(const std::vector<store::Cell>& row, std::size_t first) {
    Span span;
    for (std::size_t i = 0; i < kCompared.size(); ++i) {
        span.values[i] = NumberOfCell(row[first + i]);
    }
    for (std::size_t i = 0; i < kBases.size(); ++i) {
        span.bases[i] = NumberOfCell(row[first + kCompared.size() + i]).value_or(0);
    }
    return span;
}

Result<Span>
Measure(const std::vector<store::Filter>& filters, Time from, Time to, const store::Store& store) {
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(PlanOf(filters, from, to)));
    return table.rows.empty() ? Span() : SpanOf(table.rows.front(), 0);
}

/// One for each day from BeforeFrom to AfterTo.
Result<std::vector<Span>> MeasureDays(const CaseQuestion& question, const store::Store& store) {
    const Time begin = question.BeforeFrom();
    store::Plan plan = PlanOf(question.filters, begin, question.AfterTo());
    plan.interval = kDay;
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    std::vector<Span> days(static_cast<std::size_t>((question.AfterTo() - begin) / kDay));
    for (const auto& row : table.rows) {
        const auto place = static_cast<std::size_t>((std::get<Time>(row[0]) - begin) / kDay);
        if (place < days.size()) {
            days[place] = SpanOf(row, 1);
        }
    }
    return days;
}

/// The pairs of a figure, in order of time; those of which one has no value are left out.
std::vector<DayPair>
PairsOf(const CaseQuestion& question, const std::vector<Span>& days, std::size_t place) {
    const Compared& compared = kCompared[place];
    const auto apart = static_cast<std::size_t>(question.weeks) * kDaysOfWeek;
    std::vector<DayPair> pairs;
    for (std::size_t i = apart; i < days.size(); ++i) {
        const Span& before = days[i - apart];
        const Span& after = days[i];
        const double below = before.BaseOf(compared);
        const double above = after.BaseOf(compared);
        const auto from = before.values[place];
        const auto to = after.values[place];
        const bool usable =
            from && to && below > 0 && above > 0 && (!compared.relative || (*from > 0 && *to > 0));
        if (usable) {
            pairs.push_back(
                {.difference = compared.relative ? std::log(*to / *from) : *to - *from,
                 .weight = below * above / (below + above)}
            );
        }
    }
    return pairs;
}

CaseVerdict VerdictOf(const Compared& compared, double change, double p) {
    if (p > kCaseLevel) {
        return CaseVerdict::kChance;
    }
    if (compared.good == Good::kNeither) {
        return CaseVerdict::kChanged;
    }
    return (change < 0) == (compared.good == Good::kLess) ? CaseVerdict::kBetter
                                                          : CaseVerdict::kWorse;
}

std::vector<CaseFinding> Compare(const CaseQuestion& question, const std::vector<Span>& days) {
    std::vector<CaseFinding> findings;
    std::vector<double> p;
    for (std::size_t i = 0; i < kCompared.size(); ++i) {
        const Compared& compared = kCompared[i];
        CaseFinding finding;
        finding.metric = FindMetric(compared.metric);
        finding.relative = compared.relative;
        const std::vector<DayPair> pairs = PairsOf(question, days, i);
        finding.days = pairs.size();
        if (const auto difference = CompareDays(pairs)) {
            const auto shown = [&](double value) {
                return compared.relative ? std::expm1(value) : value;
            };
            finding.change = shown(difference->mean);
            finding.low = shown(difference->low);
            finding.high = shown(difference->high);
            finding.p = difference->p;
            p.push_back(difference->p);
        }
        findings.push_back(finding);
    }
    const std::vector<double> adjusted = HolmAdjusted(p);
    auto next = adjusted.begin();
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (findings[i].p) {
            findings[i].p = *next++;
            findings[i].verdict = VerdictOf(kCompared[i], *findings[i].change, *findings[i].p);
        }
    }
    return findings;
}

Result<std::optional<double>> Satisfaction(
    const CaseQuestion& question,
    const std::string& latency_filter,
    const store::Store& store
) {
    SG_ASSIGN_OR_RETURN(auto filters, ParseFilters({latency_filter}, {}));
    filters.insert(filters.end(), question.filters.begin(), question.filters.end());
    store::Plan plan;
    plan.from = question.BeforeFrom();
    plan.to = question.BeforeTo();
    plan.filters = std::move(filters);
    plan.metrics = {FindMetric("satisfaction_rate")};
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    return table.rows.empty() ? std::nullopt : NumberOfCell(table.rows.front().front());
}

/// How many of the calls in [from, to) are slow.
Result<std::optional<double>>
SlowShare(SlowQuestion question, Time from, Time to, const store::Store& store) {
    question.side.from = from;
    question.side.to = to;
    question.dimensions.resize(1);  // Nobody asks what they have in common.
    SG_ASSIGN_OR_RETURN(const SlowCalls found, FindSlow(question, store));
    return found.calls > 0
               ? std::optional(
                     static_cast<double>(found.slow_calls) / static_cast<double>(found.calls)
                 )
               : std::nullopt;
}

/// `limit_ms`: what all but a twentieth of the answers after the change took at most.
Result<CaseSlow>
FindSlowBefore(const CaseQuestion& question, double limit_ms, const store::Store& store) {
    constexpr double kUsPerMs = 1'000;
    CaseSlow slow;
    slow.threshold_ms = limit_ms;
    SlowText text;
    text.at_least_ms = std::to_string(static_cast<std::int64_t>(std::ceil(limit_ms)));
    text.from = FormatTime(question.BeforeFrom());
    text.to = FormatTime(question.AfterTo());
    text.dimensions = {"model", "service", "operation", "input_tokens", "output_tokens", "hour"};
    text.limit = kSlowGroupsShown;
    SG_ASSIGN_OR_RETURN(SlowQuestion all, ParseSlow(text, question.AfterTo()));
    all.side.filters = question.filters;
    // Over both: where all answers before the change were slow, they have nothing in common that others lacked.
    SG_ASSIGN_OR_RETURN(SlowCalls found, FindSlow(all, store));
    slow.groups = std::move(found.groups);
    SG_ASSIGN_OR_RETURN(
        slow.share_before,
        SlowShare(all, question.BeforeFrom(), question.BeforeTo(), store)
    );
    SG_ASSIGN_OR_RETURN(
        slow.share_after,
        SlowShare(all, question.after_from, question.AfterTo(), store)
    );
    const auto limit_us = static_cast<std::int64_t>(std::ceil(limit_ms) * kUsPerMs);
    SG_ASSIGN_OR_RETURN(
        slow.satisfaction_slow,
        Satisfaction(question, "latency_us:>=" + std::to_string(limit_us), store)
    );
    SG_ASSIGN_OR_RETURN(
        slow.satisfaction_fast,
        Satisfaction(question, "latency_us:<=" + std::to_string(limit_us - 1), store)
    );
    return slow;
}

}  // namespace

std::string_view ToString(CaseVerdict verdict) noexcept {
    switch (verdict) {
        case CaseVerdict::kBetter:
            return "better";
        case CaseVerdict::kWorse:
            return "worse";
        case CaseVerdict::kChanged:
            return "changed";
        case CaseVerdict::kChance:
            return "chance";
        case CaseVerdict::kTooLittle:
            break;
    }
    return "too_little";
}

Result<CaseQuestion>
ParseCase(const CaseText& text, Time now, std::vector<std::string_view>* allowed) {
    if (text.days < 1 || text.days > kCaseDaysMax) {
        return Refuse("days", "allowed: 1 to " + std::to_string(kCaseDaysMax));
    }
    CaseQuestion question;
    question.at = text.at;
    const Time midnight = std::chrono::floor<std::chrono::days>(text.at);
    const int left_out = midnight < text.at ? 1 : 0;
    question.after_from = midnight + left_out * kDay;
    const std::int64_t past =
        now > question.after_from ? (now - question.after_from) / kDay : std::int64_t{0};
    question.days = static_cast<int>(std::min(text.days, past));
    question.weeks = std::max(1, (question.days + left_out + kDaysOfWeek - 1) / kDaysOfWeek);
    SG_ASSIGN_OR_RETURN(question.filters, ParseFilters(text.filters, {}, allowed));
    return question;
}

Result<CaseAnswer> AskCase(const CaseQuestion& question, const store::Store& store) {
    const auto start = std::chrono::steady_clock::now();
    CaseAnswer answer;
    SG_ASSIGN_OR_RETURN(const std::vector<Span> days, MeasureDays(question, store));
    for (std::size_t i = 0; i < days.size(); ++i) {
        answer.days.push_back(
            {.from = question.BeforeFrom() + static_cast<std::int64_t>(i) * kDay,
             .calls = static_cast<std::int64_t>(days[i].bases.front()),
             .values = {days[i].values.begin(), days[i].values.end()}}
        );
    }
    answer.findings = Compare(question, days);
    if (question.days == 0) {
        return answer;
    }
    SG_ASSIGN_OR_RETURN(
        const Span before,
        Measure(question.filters, question.BeforeFrom(), question.BeforeTo(), store)
    );
    SG_ASSIGN_OR_RETURN(
        const Span after,
        Measure(question.filters, question.after_from, question.AfterTo(), store)
    );
    answer.calls_before = static_cast<std::int64_t>(before.bases.front());
    answer.calls_after = static_cast<std::int64_t>(after.bases.front());
    for (std::size_t i = 0; i < kCompared.size(); ++i) {
        answer.findings[i].before = before.values[i];
        answer.findings[i].after = after.values[i];
        if (kCompared[i].metric == "latency_p95_ms" && after.values[i]) {
            SG_ASSIGN_OR_RETURN(answer.slow, FindSlowBefore(question, *after.values[i], store));
        }
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    answer.took_ms = took.count();
    return answer;
}

}  // namespace sightglass::analytics

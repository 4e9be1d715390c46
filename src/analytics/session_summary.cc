#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analytics/session_list.h"
#include "call/catalogue.h"

namespace sightglass::analytics {
namespace {

constexpr std::string_view kFoundPrefix = "thr_";  ///< pipeline/threads.h

void Add(const OptionalInt& part, OptionalInt& sum) {
    if (part) {
        sum = sum.value_or(0) + *part;
    }
}

void TakeFirst(const std::string& text, std::string& first) {
    if (first.empty()) {
        first = text;
    }
}

Time EndOf(const Call& call) {
    return std::max(call.ended_at.value_or(*call.started_at), *call.started_at);
}

void TakeSums(const Call& call, SessionSummary& summary) {
    ++summary.calls;
    summary.errors += Meets(Condition::kErrors, call) ? 1 : 0;
    summary.repeats += call.retry_of.empty() ? 0 : 1;
    Add(call.InputTokens(), summary.input_tokens);
    Add(call.output_tokens, summary.output_tokens);
    if (call.cost) {
        const std::int64_t before = summary.cost ? summary.cost->nano_usd() : 0;
        summary.cost = Money::FromNanoUsd(before + call.cost->nano_usd());
    }
    TakeFirst(call.user, summary.user);
    TakeFirst(call.service, summary.service);
    TakeFirst(call.api_key_label, summary.api_key_label);
}

/// Of equal ones, the first by name. A step of an agent says what a turn took, not what it was for: it counts where there is nothing else.
std::string ScenarioOf(const std::vector<const Call*>& calls) {
    constexpr std::string_view kStep = "agent";
    constexpr double kStepWeight = 1e-3;
    std::map<std::string, double> weights;
    for (const Call* const call : calls) {
        if (!call->scenario.empty()) {
            const double weight = call->scenario_confidence.value_or(1.0);
            weights[call->scenario] += call->scenario == kStep ? weight * kStepWeight : weight;
        }
    }
    const auto most =
        std::max_element(weights.begin(), weights.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
        });
    return most == weights.end() ? std::string() : most->first;
}

}  // namespace

SessionSummary SummaryOf(std::vector<const Call*> calls) {
    std::sort(calls.begin(), calls.end(), [](const Call* a, const Call* b) {
        return std::tie(*a->started_at, a->call_id) < std::tie(*b->started_at, b->call_id);
    });
    SessionSummary summary;
    summary.session_id = calls.front()->session_id;
    summary.found = summary.session_id.starts_with(kFoundPrefix);
    summary.started_at = *calls.front()->started_at;
    summary.ended_at = summary.started_at;
    std::set<std::int64_t> turns;
    std::set<std::string> models;
    std::int64_t unnumbered = 0;
    for (const Call* const call : calls) {
        TakeSums(*call, summary);
        const Duration silence = *call->started_at - summary.ended_at;
        summary.idle_us += std::max<std::int64_t>(0, silence.count());
        summary.ended_at = std::max(summary.ended_at, EndOf(*call));
        if (call->turn) {
            turns.insert(*call->turn);
        } else {
            ++unnumbered;
        }
        const std::string& model = call->model.empty() ? call->model_requested : call->model;
        if (!model.empty()) {
            models.insert(model);
        }
    }
    summary.duration_us = (summary.ended_at - summary.started_at).count();
    summary.turns = static_cast<std::int64_t>(turns.size()) + unnumbered;
    summary.models.assign(models.begin(), models.end());
    summary.scenario = ScenarioOf(calls);
    const auto last = calls.back()->status;
    summary.abandoned = last && *last != CallStatus::kOk;
    return summary;
}

}  // namespace sightglass::analytics

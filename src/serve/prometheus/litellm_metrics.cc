#include "serve/prometheus/litellm_metrics.h"

#include <map>

namespace sightglass::serve {
namespace {

using live::CallerLabels;
using live::CallerSeries;

/// Adds up the series that have the same labels once those that a metric does not have are gone.
class SummedCounter {
public:
    SummedCounter(std::string_view name, std::string_view help) : family_(Counter(name, help)) {}

    void Add(double value, Labels labels) { sums_[std::move(labels)] += value; }

    void Add(std::uint64_t value, Labels labels) {
        Add(static_cast<double>(value), std::move(labels));
    }

    Family Take() {
        for (const auto& [labels, sum] : sums_) {
            family_.Add(sum, labels);
        }
        return family_.Take();
    }

private:
    FamilyBuilder family_;
    std::map<Labels, double> sums_;
};

Labels KeyLabels(const CallerLabels& labels) {
    return {
        {"hashed_api_key", labels.api_key},
        {"api_key_alias", labels.api_key_label},
        {"team", labels.team},
        {"team_alias", labels.team},
        {"model", labels.model},
        {"requested_model", labels.model_requested}};
}

Labels DeploymentLabels(const CallerLabels& labels) {
    return {
        {"litellm_model_name", labels.model},
        {"requested_model", labels.model_requested},
        {"model_id", labels.upstream},
        {"api_base", labels.upstream},
        {"api_provider", labels.provider},
        {"hashed_api_key", labels.api_key},
        {"api_key_alias", labels.api_key_label},
        {"team", labels.team},
        {"team_alias", labels.team}};
}

Labels With(Labels labels, std::string name, std::string value) {
    labels.emplace_back(std::move(name), std::move(value));
    return labels;
}

bool Failed(const CallerLabels& labels) noexcept {
    return !labels.error_type.empty();
}

void AddUse(Families& families, const std::vector<CallerSeries>& all) {
    SummedCounter spend("litellm_spend_metric_total", "What calls cost, in US dollars.");
    SummedCounter tokens("litellm_total_tokens_metric_total", "Tokens of calls.");
    SummedCounter input("litellm_input_tokens_metric_total", "Input tokens of calls.");
    SummedCounter output("litellm_output_tokens_metric_total", "Output tokens of calls.");
    SummedCounter requests("litellm_requests_metric_total", "Calls that ended.");
    for (const CallerSeries& one : all) {
        const Labels labels = KeyLabels(one.labels);
        spend.Add(one.cost.ToUsd(), labels);
        tokens.Add(one.input_tokens + one.output_tokens, labels);
        input.Add(one.input_tokens, labels);
        output.Add(one.output_tokens, labels);
        requests.Add(one.calls, labels);
    }
    for (SummedCounter* counter : {&spend, &tokens, &input, &output, &requests}) {
        families.push_back(counter->Take());
    }
}

void AddRequests(Families& families, const std::vector<CallerSeries>& all) {
    SummedCounter total("litellm_proxy_total_requests_metric_total", "Calls, by their answer.");
    SummedCounter failed("litellm_proxy_failed_requests_metric_total", "Calls that failed.");
    SummedCounter there("litellm_deployment_total_requests_total", "Calls, by upstream.");
    SummedCounter success("litellm_deployment_success_responses_total", "Calls that succeeded.");
    SummedCounter failure("litellm_deployment_failure_responses_total", "Calls that failed.");
    for (const CallerSeries& one : all) {
        const CallerLabels& labels = one.labels;
        const Labels routed = With(KeyLabels(labels), "route", labels.endpoint);
        total.Add(one.calls, With(routed, "status_code", labels.http_status));
        const Labels deployment = DeploymentLabels(labels);
        there.Add(one.calls, deployment);
        if (!Failed(labels)) {
            success.Add(one.calls, deployment);
            continue;
        }
        const auto with_exception = [&labels](const Labels& more) {
            return With(
                With(more, "exception_status", labels.http_status),
                "exception_class",
                labels.error_type
            );
        };
        failed.Add(one.calls, with_exception(routed));
        failure.Add(one.calls, with_exception(deployment));
    }
    for (SummedCounter* counter : {&total, &failed, &there, &success, &failure}) {
        families.push_back(counter->Take());
    }
}

void AddTimes(
    Families& families,
    std::string_view name,
    std::string_view help,
    CallerSeries::Times CallerSeries::*times,
    Labels (*label)(const CallerLabels&),
    const std::vector<CallerSeries>& all
) {
    std::map<Labels, CallerSeries::Times> sums;
    for (const CallerSeries& one : all) {
        const CallerSeries::Times& its = one.*times;
        if (its.count > 0) {
            CallerSeries::Times& sum = sums[label(one.labels)];
            for (std::size_t i = 0; i < its.counts.size(); ++i) {
                sum.counts[i] += its.counts[i];
            }
            sum.sum += its.sum;
        }
    }
    FamilyBuilder family = Histogram(name, help);
    for (const auto& [labels, sum] : sums) {
        HistogramSample sample;
        sample.labels = labels;
        sample.bounds.assign(live::kCallerTimeBounds.begin(), live::kCallerTimeBounds.end());
        sample.counts.assign(sum.counts.begin(), sum.counts.end());
        sample.sum = sum.sum;
        family.AddHistogram(std::move(sample));
    }
    families.push_back(family.Take());
}

/// What providers said is left, as sightglass_remaining.
void AddRemaining(Families& families, const std::vector<live::Headroom>& all) {
    FamilyBuilder requests =
        Gauge("litellm_remaining_requests_metric", "Requests left, as the provider last said.");
    FamilyBuilder tokens =
        Gauge("litellm_remaining_tokens_metric", "Tokens left, as the provider last said.");
    for (const live::Headroom& one : all) {
        const Labels labels{
            {"model_group", one.model},
            {"api_provider", one.provider},
            {"litellm_model_name", one.model},
            {"organization", one.organization},
            {"hashed_api_key", one.upstream_key.empty() ? one.api_key : one.upstream_key}};
        if (one.remaining_requests) {
            requests.Add(*one.remaining_requests, labels);
        }
        if (one.remaining_tokens) {
            tokens.Add(*one.remaining_tokens, labels);
        }
    }
    families.push_back(requests.Take());
    families.push_back(tokens.Take());
}

}  // namespace

void AddLiteLlmMetrics(
    Families& families,
    const live::TotalsSnapshot& totals,
    std::int64_t in_flight
) {
    const std::vector<CallerSeries>& all = totals.callers;
    AddUse(families, all);
    AddRequests(families, all);
    AddTimes(
        families,
        "litellm_request_total_latency_metric",
        "Duration of calls, in seconds.",
        &CallerSeries::latency,
        KeyLabels,
        all
    );
    AddTimes(
        families,
        "litellm_llm_api_latency_metric",
        "What providers say that they took, in seconds.",
        &CallerSeries::provider_time,
        KeyLabels,
        all
    );
    AddTimes(
        families,
        "litellm_llm_api_time_to_first_token_metric",
        "Time to the first token of streamed calls, in seconds.",
        &CallerSeries::first_token,
        KeyLabels,
        all
    );
    AddTimes(
        families,
        "litellm_overhead_latency_metric",
        "Time that the gateway added to calls, in seconds.",
        &CallerSeries::overhead,
        DeploymentLabels,
        all
    );
    AddRemaining(families, totals.headroom);
    families.push_back(
        Gauge("litellm_in_flight_requests", "Calls begun and not ended.").Add(in_flight).Take()
    );
}

}  // namespace sightglass::serve

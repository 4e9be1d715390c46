#include "serve/prometheus/call_metrics.h"

#include <array>
#include <utility>

namespace sightglass::serve {
namespace {

using live::Distribution;
using live::Series;

/// Every label there is. Their number is bounded: live folds what is too much into "other".
Labels CallLabels(const live::Labels& labels) {
    return {
        {"provider", labels.provider},
        {"upstream", labels.upstream},
        {"operation", labels.operation},
        {"model", labels.model},
        {"service", labels.service},
        {"team", labels.team},
        {"status", labels.status},
        {"error_type", labels.error_type},
    };
}

/// What OpenTelemetry's GenAI conventions require, under the names that its Prometheus exporters give them.
Labels GenAiLabels(const live::DistributionLabels& labels) {
    return {
        {"gen_ai_operation_name", labels.operation},
        {"gen_ai_provider_name", labels.provider},
        {"gen_ai_request_model", labels.model_requested},
        {"gen_ai_response_model", labels.model},
        {"service", labels.service},
        {"team", labels.team},
        {"error_type", labels.error_type},
    };
}

Labels InputLabels(const live::DistributionLabels& labels) {
    Labels all = GenAiLabels(labels);
    all.emplace_back("gen_ai_token_type", "input");
    return all;
}

Labels OutputLabels(const live::DistributionLabels& labels) {
    Labels all = GenAiLabels(labels);
    all.emplace_back("gen_ai_token_type", "output");
    return all;
}

/// OpenMetrics allows 128 characters of them.
Labels ExemplarLabels(const live::Exemplar& exemplar) {
    constexpr std::size_t kTraceIdMax = 64;
    Labels labels{{"call_id", ToString(exemplar.call_id)}};
    if (exemplar.trace_id.size() <= kTraceIdMax) {
        labels.emplace_back("trace_id", exemplar.trace_id);
    }
    return labels;
}

void AddCounts(Families& families, const std::vector<Series>& all) {
    FamilyBuilder calls = Counter("sightglass_calls_total", "Calls that ended.");
    FamilyBuilder cost = Counter(
        "sightglass_cost_usd_total",
        "What calls cost, in US dollars; unpriced ones not included."
    );
    for (const Series& series : all) {
        calls.Add(series.calls, CallLabels(series.labels));
        cost.Add(series.cost.ToUsd(), CallLabels(series.labels));
    }
    families.push_back(calls.Take());
    families.push_back(cost.Take());
}

void AddTokens(Families& families, const std::vector<Series>& all) {
    struct Kind {
        const char* name;
        std::uint64_t Series::*tokens;
    };

    static constexpr Kind kKinds[] = {
        {"input", &Series::input_tokens},
        {"cached_input", &Series::cached_input_tokens},
        {"cache_write", &Series::cache_write_tokens},
        {"output", &Series::output_tokens},
        {"reasoning", &Series::reasoning_tokens},
    };
    FamilyBuilder tokens = Counter(
        "sightglass_tokens_total",
        "Tokens of calls. cached_input and cache_write are parts of input, reasoning is part of "
        "output."
    );
    for (const Series& series : all) {
        for (const Kind& kind : kKinds) {
            Labels labels = CallLabels(series.labels);
            labels.emplace_back("type", kind.name);
            tokens.Add(series.*kind.tokens, labels);
        }
    }
    families.push_back(tokens.Take());
}

template <std::size_t kBounds>
HistogramSample SampleOf(
    const live::Histogram<kBounds>& histogram,
    const std::array<double, kBounds>& bounds,
    const Labels& labels
) {
    return {
        .labels = labels,
        .bounds = {bounds.begin(), bounds.end()},
        .counts = {histogram.counts.begin(), histogram.counts.end()},
        .sum = histogram.sum};
}

/// Adds the histogram of every label set that has one.
template <std::size_t kBounds>
void AddHistograms(
    FamilyBuilder& family,
    const std::array<double, kBounds>& bounds,
    live::Histogram<kBounds> Distribution::*histogram,
    Labels (*label)(const live::DistributionLabels&),
    const std::vector<Distribution>& all
) {
    for (const Distribution& one : all) {
        if ((one.*histogram).count > 0) {
            family.AddHistogram(SampleOf(one.*histogram, bounds, label(one.labels)));
        }
    }
}

/// The same with the last call of each bucket.
template <std::size_t kBounds>
void AddWithExemplars(
    FamilyBuilder& family,
    const std::array<double, kBounds>& bounds,
    live::Histogram<kBounds> Distribution::*histogram,
    live::Exemplars<kBounds> Distribution::*exemplars,
    const std::vector<Distribution>& all
) {
    for (const Distribution& one : all) {
        if ((one.*histogram).count == 0) {
            continue;
        }
        HistogramSample sample = SampleOf(one.*histogram, bounds, GenAiLabels(one.labels));
        for (const live::Exemplar& exemplar : one.*exemplars) {
            ExemplarText& text = sample.exemplars.emplace_back();
            if (exemplar.at != Time{}) {
                text.labels = ExemplarLabels(exemplar);
                text.value = exemplar.value;
                text.at = exemplar.at;
            }
        }
        family.AddHistogram(std::move(sample));
    }
}

void AddGatewayOverhead(
    Families& families,
    const std::vector<live::OverheadDistribution>& overheads
) {
    FamilyBuilder family =
        Histogram("sightglass_gateway_overhead_seconds", "Time that the gateway added to a call.");
    for (const live::OverheadDistribution& one : overheads) {
        family.AddHistogram(
            SampleOf(one.overhead, live::kOverheadBounds, {{"upstream", one.upstream}})
        );
    }
    families.push_back(family.Take());
}

void AddDurations(Families& families, const std::vector<Distribution>& all) {
    FamilyBuilder duration =
        Histogram("gen_ai_client_operation_duration_seconds", "Duration of calls.");
    AddWithExemplars(
        duration,
        live::kDurationBounds,
        &Distribution::latency,
        &Distribution::latency_exemplars,
        all
    );
    families.push_back(duration.Take());

    FamilyBuilder chunk = Histogram(
        "gen_ai_client_operation_time_to_first_chunk_seconds",
        "Time to the first token of streamed calls, as the client saw it."
    );
    AddHistograms(chunk, live::kDurationBounds, &Distribution::first_chunk, GenAiLabels, all);
    families.push_back(chunk.Take());

    FamilyBuilder server = Histogram(
        "gen_ai_server_request_duration_seconds",
        "What providers say that they took for a call."
    );
    AddHistograms(server, live::kDurationBounds, &Distribution::provider_time, GenAiLabels, all);
    families.push_back(server.Take());
}

void AddTokensAndTheirTimes(Families& families, const std::vector<Distribution>& all) {
    FamilyBuilder tokens = Histogram("gen_ai_client_token_usage", "Tokens of one call.");
    AddHistograms(tokens, live::kTokenCountBounds, &Distribution::input_size, InputLabels, all);
    AddHistograms(tokens, live::kTokenCountBounds, &Distribution::output_size, OutputLabels, all);
    families.push_back(tokens.Take());

    FamilyBuilder first_token = Histogram(
        "gen_ai_server_time_to_first_token_seconds",
        "Time to the first token of streamed calls."
    );
    AddWithExemplars(
        first_token,
        live::kFirstTokenBounds,
        &Distribution::first_token,
        &Distribution::first_token_exemplars,
        all
    );
    families.push_back(first_token.Take());

    FamilyBuilder token_time = Histogram(
        "gen_ai_server_time_per_output_token_seconds",
        "Time for each output token after the first."
    );
    AddHistograms(token_time, live::kTokenTimeBounds, &Distribution::token_time, GenAiLabels, all);
    families.push_back(token_time.Take());
}

void AddHeadroom(Families& families, const std::vector<live::Headroom>& all) {
    FamilyBuilder limit =
        Gauge("sightglass_limit", "What the provider allows within its window, as it last said.");
    FamilyBuilder remaining =
        Gauge("sightglass_remaining", "What is left of the limit, as the provider last said.");
    const auto add = [](FamilyBuilder& family,
                        const live::Headroom& headroom,
                        const char* of,
                        const OptionalInt& value) {
        if (value) {
            family.Add(
                *value,
                {{"provider", headroom.provider},
                 {"organization", headroom.organization},
                 {"model", headroom.model},
                 {"api_key", headroom.api_key},
                 {"upstream_key", headroom.upstream_key},
                 {"of", of}}
            );
        }
    };
    for (const live::Headroom& headroom : all) {
        add(limit, headroom, "requests", headroom.limit_requests);
        add(limit, headroom, "tokens", headroom.limit_tokens);
        add(remaining, headroom, "requests", headroom.remaining_requests);
        add(remaining, headroom, "tokens", headroom.remaining_tokens);
    }
    families.push_back(limit.Take());
    families.push_back(remaining.Take());
}

}  // namespace

void AddCallMetrics(
    Families& families,
    const live::TotalsSnapshot& totals,
    std::int64_t in_flight
) {
    families.push_back(
        Gauge("sightglass_in_flight_calls", "Calls begun and not ended.").Add(in_flight).Take()
    );
    const std::vector<Series>& all = totals.series;
    AddCounts(families, all);
    AddTokens(families, all);
    AddHeadroom(families, totals.headroom);
    AddGatewayOverhead(families, totals.overheads);
    AddDurations(families, totals.distributions);
    AddTokensAndTheirTimes(families, totals.distributions);
}

}  // namespace sightglass::serve

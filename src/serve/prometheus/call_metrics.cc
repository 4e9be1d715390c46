#include "serve/prometheus/call_metrics.h"

#include <array>
#include <map>

#include "live/series.h"

namespace sightglass::serve {
namespace {

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

Labels UpstreamLabels(const live::Labels& labels) {
    return {{"upstream", labels.upstream}};
}

/// What OpenTelemetry's GenAI conventions require, under the names that its Prometheus exporters give them.
Labels GenAiLabels(const live::Labels& labels) {
    return {
        {"gen_ai_operation_name", labels.operation},
        {"gen_ai_provider_name", labels.provider},
        {"gen_ai_response_model", labels.model},
        {"service", labels.service},
        {"team", labels.team},
        {"error_type", labels.error_type},
    };
}

Labels InputLabels(const live::Labels& labels) {
    Labels all = GenAiLabels(labels);
    all.emplace_back("gen_ai_token_type", "input");
    return all;
}

Labels OutputLabels(const live::Labels& labels) {
    Labels all = GenAiLabels(labels);
    all.emplace_back("gen_ai_token_type", "output");
    return all;
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

/// Adds one histogram of every label set that `label` leaves apart; what it does not tell apart is summed.
template <std::size_t kBounds>
void AddHistograms(
    FamilyBuilder& family,
    const std::array<double, kBounds>& bounds,
    live::Histogram<kBounds> Series::*histogram,
    Labels (*label)(const live::Labels&),
    const std::vector<Series>& all
) {
    std::map<Labels, live::Histogram<kBounds>> sums;
    for (const Series& series : all) {
        const live::Histogram<kBounds>& one = series.*histogram;
        if (one.count == 0) {
            continue;
        }
        live::Histogram<kBounds>& sum = sums[label(series.labels)];
        for (std::size_t i = 0; i < one.counts.size(); ++i) {
            sum.counts[i] += one.counts[i];
        }
        sum.sum += one.sum;
    }
    for (const auto& [labels, sum] : sums) {
        family.AddHistogram(
            {bounds.begin(), bounds.end()},
            {sum.counts.begin(), sum.counts.end()},
            sum.sum,
            labels
        );
    }
}

void AddGatewayOverhead(Families& families, const std::vector<Series>& all) {
    FamilyBuilder family =
        Histogram("sightglass_gateway_overhead_seconds", "Time that the gateway added to a call.");
    AddHistograms(family, live::kOverheadBounds, &Series::overhead, UpstreamLabels, all);
    families.push_back(family.Take());
}

void AddGenAi(Families& families, const std::vector<Series>& all) {
    FamilyBuilder duration =
        Histogram("gen_ai_client_operation_duration_seconds", "Duration of calls.");
    AddHistograms(duration, live::kDurationBounds, &Series::latency, GenAiLabels, all);
    families.push_back(duration.Take());

    FamilyBuilder tokens = Histogram("gen_ai_client_token_usage", "Tokens of one call.");
    AddHistograms(tokens, live::kTokenCountBounds, &Series::input_size, InputLabels, all);
    AddHistograms(tokens, live::kTokenCountBounds, &Series::output_size, OutputLabels, all);
    families.push_back(tokens.Take());

    FamilyBuilder first_token = Histogram(
        "gen_ai_server_time_to_first_token_seconds",
        "Time to the first token of streamed calls."
    );
    AddHistograms(first_token, live::kFirstTokenBounds, &Series::first_token, GenAiLabels, all);
    families.push_back(first_token.Take());

    FamilyBuilder token_time = Histogram(
        "gen_ai_server_time_per_output_token_seconds",
        "Time for each output token after the first."
    );
    AddHistograms(token_time, live::kTokenTimeBounds, &Series::token_time, GenAiLabels, all);
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

void AddCallMetrics(Families& families, const live::Live& live) {
    families.push_back(Gauge("sightglass_in_flight_calls", "Calls begun and not ended.")
                           .Add(live.InFlight())
                           .Take());
    const live::TotalsSnapshot snapshot = live.Totals().Snapshot();
    const std::vector<Series>& all = snapshot.series;
    AddCounts(families, all);
    AddTokens(families, all);
    AddHeadroom(families, snapshot.headroom);
    AddGatewayOverhead(families, all);
    AddGenAi(families, all);
}

}  // namespace sightglass::serve

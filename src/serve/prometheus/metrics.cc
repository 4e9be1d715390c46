// /metrics: the figures of the server and of the calls, for Prometheus. docs/metrics.md lists them.
#include <set>
#include <string>

#include "access/limiter.h"
#include "base/text.h"
#include "codec/compression.h"
#include "serve/api/handlers.h"
#include "serve/problem.h"
#include "serve/prometheus/call_metrics.h"
#include "serve/prometheus/families.h"
#include "serve/prometheus/litellm_metrics.h"
#include "serve/prometheus/process_metrics.h"

namespace sightglass::serve {
namespace {

void AddGateway(Families& families, const GatewayFigures& gateway) {
    families.push_back(Counter("sightglass_gateway_calls_total", "Calls forwarded since the start.")
                           .Add(gateway.calls)
                           .Take());
    families.push_back(Gauge("sightglass_gateway_in_flight_calls", "Calls being forwarded.")
                           .Add(gateway.in_flight)
                           .Take());
    families.push_back(Gauge("sightglass_gateway_connections", "Open connections of clients.")
                           .Add(gateway.connections)
                           .Take());
    families.push_back(Counter(
                           "sightglass_gateway_refused_requests_total",
                           "Requests refused by the guard, or that were not HTTP."
    )
                           .Add(gateway.refused_requests)
                           .Take());
}

void AddOtlp(Families& families, const OtlpFigures& otlp) {
    families.push_back(
        Counter("sightglass_otlp_requests_total", "OTLP export requests, by what became of them.")
            .Add(otlp.requests, {{"answer", "taken"}})
            .Add(otlp.refused_requests, {{"answer", "refused"}})
            .Add(otlp.postponed_requests, {{"answer", "postponed"}})
            .Take()
    );
    families.push_back(Counter("sightglass_otlp_spans_total", "Spans received, by what they are.")
                           .Add(otlp.calls, {{"kind", "call"}})
                           .Add(otlp.run_spans, {{"kind", "run"}})
                           .Add(otlp.other_spans, {{"kind", "other"}})
                           .Add(otlp.rejected_spans, {{"kind", "rejected"}})
                           .Take());
    families.push_back(
        Counter("sightglass_otlp_repaired_spans_total", "Calls whose span had absurd times.")
            .Add(otlp.repaired_spans)
            .Take()
    );
    families.push_back(Counter(
                           "sightglass_otlp_malformed_attributes_total",
                           "Attributes that were broken or had no key: left out."
    )
                           .Add(otlp.malformed_attributes)
                           .Take());
    families.push_back(Counter("sightglass_otlp_log_records_total", "Log records received.")
                           .Add(otlp.log_records)
                           .Take());
    families.push_back(Counter(
                           "sightglass_otlp_data_points_total",
                           "Data points of metrics received; not added to calls."
    )
                           .Add(otlp.data_points)
                           .Take());
    families.push_back(Counter(
                           "sightglass_otlp_feedback_total",
                           "Scores of Langfuse's SDKs and evaluations of OpenTelemetry received."
    )
                           .Add(otlp.feedback)
                           .Take());
    families.push_back(Gauge("sightglass_otlp_connections", "Open connections of exporters.")
                           .Add(otlp.connections)
                           .Take());
}

void AddJournal(Families& families, const JournalFigures& journal) {
    families.push_back(
        Counter("sightglass_journal_records_total", "Records appended since the start.")
            .Add(journal.appended_records)
            .Take()
    );
    families.push_back(
        Counter("sightglass_journal_written_bytes_total", "Bytes appended since the start.")
            .Add(journal.appended_bytes)
            .Take()
    );
    families.push_back(
        Gauge("sightglass_journal_segments", "Segments on disk.").Add(journal.segments).Take()
    );
    families.push_back(Gauge("sightglass_journal_disk_bytes", "Size of all segments on disk.")
                           .Add(journal.bytes_on_disk)
                           .Take());
    families.push_back(Gauge("sightglass_journal_unread_bytes", "Appended and not yet taken in.")
                           .Add(journal.unread_bytes)
                           .Take());
    families.push_back(
        Counter("sightglass_journal_damaged_records_total", "Tails that failed their checksum.")
            .Add(journal.damaged_records)
            .Take()
    );
}

void AddPipeline(Families& families, const pipeline::PipelineStats& stats) {
    families.push_back(
        Counter("sightglass_pipeline_committed_calls_total", "Calls stored since the start.")
            .Add(stats.committed_calls)
            .Take()
    );
    families.push_back(
        Counter("sightglass_pipeline_interrupted_calls_total", "Calls that never got their end.")
            .Add(stats.interrupted_calls)
            .Take()
    );
    families.push_back(
        Counter("sightglass_pipeline_undecodable_records_total", "Records that could not be read.")
            .Add(stats.undecodable_records)
            .Take()
    );
    families.push_back(Counter(
                           "sightglass_pipeline_duplicate_records_total",
                           "Records that said what was known already."
    )
                           .Add(stats.duplicate_records)
                           .Take());
    families.push_back(Counter(
                           "sightglass_pipeline_joined_records_total",
                           "Records that made one call with another one."
    )
                           .Add(stats.joined_records)
                           .Take());
    families.push_back(
        Counter("sightglass_pipeline_failed_commits_total", "Commits that the store refused.")
            .Add(stats.failed_commits)
            .Take()
    );
    families.push_back(Gauge("sightglass_pipeline_open_calls", "Calls begun and not ended.")
                           .Add(stats.open_calls)
                           .Take());
    families.push_back(Gauge(
                           "sightglass_pipeline_lag_seconds",
                           "Age of the oldest record that answers do not know yet."
    )
                           .Add(static_cast<double>(stats.lag.count()) * 1e-6)
                           .Take());
}

void AddLosses(Families& families, const Figures& figures) {
    families.push_back(Counter(
                           "sightglass_derive_exchanges_total",
                           "Exchanges read for counting, for sessions, or for their content."
    )
                           .Add(figures.derive.derived)
                           .Take());
    families.push_back(
        Counter("sightglass_dropped_total", "What was not recorded, by reason.")
            .Add(figures.gateway.unrecorded_calls, {{"reason", "unrecorded_call"}})
            .Add(figures.journal.refused_records, {{"reason", "journal_full"}})
            .Add(figures.derive.dropped_queue_full, {{"reason", "derive_queue_full"}})
            .Add(figures.derive.dropped_journal_full, {{"reason", "derive_journal_full"}})
            .Take()
    );
}

/// Our own limits: the lines nearest to their limit, so that made-up users cannot make series.
void AddOwnLimits(Families& families, access::Limiter& limiter, const access::Moment& now) {
    constexpr std::size_t kLinesMax = 500;
    FamilyBuilder limit =
        Gauge("sightglass_own_limit", "What a limit of ours allows, in its own unit.");
    FamilyBuilder used = Gauge("sightglass_own_limit_used", "What is used of it now.");
    FamilyBuilder refused = Counter(
        "sightglass_own_limit_refused_total",
        "Calls that it refused; in shadow mode, those that it would have refused."
    );
    std::set<Labels> seen;
    for (const access::LimitUse& use : limiter.Use(now, kLinesMax)) {
        const bool money = use.quantity == access::Quantity::kUsdPerDay ||
                           use.quantity == access::Quantity::kUsdPerMonth;
        const double unit = money ? 1e-9 : 1.0;
        Labels labels{
            {"name", use.name},
            {"of", std::string(ToString(use.quantity))},
            {"mode", use.shadow ? "shadow" : "enforce"}};
        if (!use.subject.empty()) {
            std::string subject = use.subject;
            MakeValidUtf8(subject);
            labels.emplace_back("subject", std::move(subject));
        }
        if (!seen.insert(labels).second) {
            continue;  // A long name that was cut looks like another one.
        }
        limit.Add(static_cast<double>(use.most) * unit, labels);
        used.Add(static_cast<double>(use.used) * unit, labels);
        refused.Add(use.refusals, labels);
    }
    families.push_back(limit.Take());
    families.push_back(used.Take());
    families.push_back(refused.Take());
}

/// As the scraper likes it best: OpenMetrics where it says so, gzip where it says so.
net::HttpResponse Answer(const Families& families, const net::HttpRequest& request) {
    constexpr std::size_t kCompressBytesMin = 4096;
    const bool open =
        request.Header("accept").find("application/openmetrics-text") != std::string_view::npos;
    net::HttpResponse response;
    response.headers = {
        {"Content-Type",
         open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
              : "text/plain; version=0.0.4; charset=utf-8"},
        {"Vary", "Accept, Accept-Encoding"}};
    response.body = Expose(families, open ? Exposition::kOpenMetrics : Exposition::kText);
    const bool gzip = request.Header("accept-encoding").find("gzip") != std::string_view::npos;
    if (gzip && response.body.size() >= kCompressBytesMin) {
        response.body = codec::CompressGzip(response.body);
        response.headers.push_back({"Content-Encoding", "gzip"});
    }
    return response;
}

}  // namespace

net::HttpResponse GetMetrics(const Services& services, const ApiRequest& request) {
    Families families;
    families.push_back(Gauge("sightglass_build_info", "Always 1; the version is a label.")
                           .Add(1.0, {{"version", services.options.version}})
                           .Take());
    const Figures figures = services.deps.figures();
    AddGateway(families, figures.gateway);
    AddOtlp(families, figures.otlp);
    AddJournal(families, figures.journal);
    AddPipeline(families, figures.pipeline);
    AddLosses(families, figures);
    families.push_back(
        Gauge("sightglass_control_waiting_queries", "Questions that wait for a query thread.")
            .Add(static_cast<std::uint64_t>(services.query_threads.Waiting()))
            .Take()
    );
    AddOwnLimits(families, services.deps.limiter, access::Moment::Now(services.deps.clock));
    const live::Live& live = services.deps.live;
    const live::TotalsSnapshot totals = live.Totals().Snapshot();
    AddCallMetrics(families, totals, live.InFlight());
    if (services.options.litellm_names) {
        AddLiteLlmMetrics(families, totals, live.InFlight());
    }
    AddProcessMetrics(families);

    return Answer(families, request.http);
}

}  // namespace sightglass::serve

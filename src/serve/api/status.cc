// /api/v1/status, /healthz and /readyz: the state of the server, for people and machines that run it.
#include <string_view>

#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

/// One rule; what it does not say is as for all others.
void WriteCaptureRule(
    const pipeline::CaptureRule& rule,
    const pipeline::CaptureChoice& others,
    codec::JsonWriter& json
) {
    json.BeginObject().Key("match").BeginObject();
    for (std::size_t by = 0; by < pipeline::kCaptureBys; ++by) {
        if (rule.match[by].empty()) {
            continue;
        }
        json.Key(pipeline::ToString(static_cast<pipeline::CaptureBy>(by))).BeginArray();
        for (const std::string& pattern : rule.match[by]) {
            json.String(pattern);
        }
        json.EndArray();
    }
    json.EndObject();
    json.Key("content").String(pipeline::ToString(rule.policy.value_or(others.policy)));
    json.Key("sample").Double(
        static_cast<double>(rule.sample.value_or(others.sample)) / pipeline::kSampleAll
    );
    json.Key("max_bytes")
        .Int(static_cast<std::int64_t>(rule.text_bytes_max.value_or(others.text_bytes_max)));
    json.EndObject();
}

/// The last rule is for all calls that no other one is for.
void WriteCapture(const pipeline::CaptureSettings& capture, codec::JsonWriter& json) {
    json.Key("capture").String(pipeline::ToString(capture.Most()));
    json.Key("capture_rules").BeginArray();
    for (const pipeline::CaptureRule& rule : capture.rules) {
        WriteCaptureRule(rule, capture.others, json);
    }
    WriteCaptureRule({}, capture.others, json);
    json.EndArray();
}

std::int64_t Signed(std::uint64_t number) noexcept {
    return static_cast<std::int64_t>(number);
}

void WriteTime(codec::JsonWriter& json, const std::optional<Time>& time) {
    if (time) {
        json.String(FormatTime(*time));
    } else {
        json.Null();
    }
}

void WriteUpstreams(codec::JsonWriter& json, const std::vector<UpstreamInfo>& upstreams) {
    json.Key("upstreams").BeginArray();
    for (const UpstreamInfo& upstream : upstreams) {
        json.BeginObject()
            .Key("name")
            .String(upstream.name)
            .Key("base_url")
            .String(upstream.base_url)
            .Key("dialect");
        if (upstream.dialect.empty()) {
            json.Null();
        } else {
            json.String(upstream.dialect);
        }
        json.Key("targets").BeginArray();
        for (const TargetInfo& target : upstream.targets) {
            json.BeginObject().Key("name").String(target.name);
            json.Key("base_url").String(target.base_url);
            json.Key("state").String(target.state);
            json.Key("in_flight").Int(target.in_flight).EndObject();
        }
        json.EndArray().EndObject();
    }
    json.EndArray();
}

void WriteStore(codec::JsonWriter& json, const store::StoreStats& stats) {
    json.Key("store").BeginObject();
    json.Key("calls").Int(Signed(stats.calls)).Key("bytes").Int(Signed(stats.bytes));
    json.Key("oldest");
    WriteTime(json, stats.oldest);
    json.Key("newest");
    WriteTime(json, stats.newest);
    json.EndObject();
}

void WriteJournal(codec::JsonWriter& json, const JournalFigures& journal) {
    json.Key("journal").BeginObject();
    json.Key("appended_records").Int(Signed(journal.appended_records));
    json.Key("appended_bytes").Int(Signed(journal.appended_bytes));
    json.Key("refused_records").Int(Signed(journal.refused_records));
    json.Key("segments").Int(Signed(journal.segments));
    json.Key("bytes_on_disk").Int(Signed(journal.bytes_on_disk));
    json.Key("unread_bytes").Int(Signed(journal.unread_bytes));
    json.Key("damaged_records").Int(Signed(journal.damaged_records));
    json.EndObject();
}

void WritePipeline(codec::JsonWriter& json, const pipeline::PipelineStats& pipeline) {
    json.Key("pipeline").BeginObject();
    json.Key("lag_s").Double(static_cast<double>(pipeline.lag.count()) * 1e-6);
    json.Key("open_calls").Int(pipeline.open_calls);
    json.Key("committed_calls").Int(Signed(pipeline.committed_calls));
    json.Key("interrupted_calls").Int(Signed(pipeline.interrupted_calls));
    json.Key("undecodable_records").Int(Signed(pipeline.undecodable_records));
    json.Key("duplicate_records").Int(Signed(pipeline.duplicate_records));
    json.Key("joined_records").Int(Signed(pipeline.joined_records));
    json.Key("failed_commits").Int(Signed(pipeline.failed_commits));
    json.EndObject();
}

void WriteDropped(codec::JsonWriter& json, const Figures& figures) {
    json.Key("dropped").BeginObject();
    json.Key("unrecorded_calls").Int(Signed(figures.gateway.unrecorded_calls));
    json.Key("derive_queue_full").Int(Signed(figures.derive.dropped_queue_full));
    json.Key("derive_journal_full").Int(Signed(figures.derive.dropped_journal_full));
    json.EndObject();
}

void WriteListeners(codec::JsonWriter& json, const Listeners& listeners) {
    json.Key("listeners").BeginObject();
    for (const auto& [name, address] : listeners) {
        json.Key(name);
        if (address) {
            json.String(*address);
        } else {
            json.Null();
        }
    }
    json.EndObject();
}

}  // namespace

net::HttpResponse GetStatus(const Services& services, const ApiRequest&) {
    const auto stats = services.deps.store.GetStats();
    if (!stats.Ok()) {
        return Problem(stats.error());
    }
    const Figures figures = services.deps.figures();
    codec::JsonWriter json;
    json.BeginObject();
    json.Key("version").String(services.options.version);
    json.Key("started_at").String(FormatTime(services.started_at));
    json.Key("demo").Bool(services.options.demo);
    WriteCapture(services.deps.capture.Now(), json);
    WriteUpstreams(json, figures.upstreams);
    json.Key("in_flight").Int(figures.gateway.in_flight);
    WriteStore(json, *stats);
    WriteJournal(json, figures.journal);
    WritePipeline(json, figures.pipeline);
    WriteDropped(json, figures);
    services.listeners.With([&json](const Listeners& listeners) { WriteListeners(json, listeners); }
    );
    json.EndObject();
    return Json(json.Take());
}

net::HttpResponse GetHealth(const Services&, const ApiRequest&) {
    net::HttpResponse response;
    response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    response.static_body = "ok";
    return response;
}

net::HttpResponse GetReadiness(const Services& services, const ApiRequest&) {
    std::vector<std::string_view> failing;
    if (services.starting) {
        failing.emplace_back("starting");
    }
    if (services.draining) {
        failing.emplace_back("draining");
    }
    codec::JsonWriter json;
    json.BeginObject().Key("ready").Bool(failing.empty()).Key("failing").BeginArray();
    for (const std::string_view name : failing) {
        json.String(name);
    }
    json.EndArray().EndObject();
    net::HttpResponse response = Json(json.Take());
    response.status = failing.empty() ? 200 : 503;
    return response;
}

}  // namespace sightglass::serve

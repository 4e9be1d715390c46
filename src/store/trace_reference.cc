#include "store/trace_reference.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "store/matching.h"

namespace sightglass::store {
namespace {

/// Orders the parts of a trace by how much each looks like its root.
using RootKey = std::tuple<bool, Time, bool>;

/// Everything of one trace id.
struct Parts {
    std::vector<const Call*> calls;
    std::vector<const Span*> spans;
};

void Add(const OptionalInt& part, OptionalInt& sum) {
    if (part) {
        sum = sum.value_or(0) + *part;
    }
}

std::vector<std::string> FirstOf(const std::set<std::string>& names) {
    std::vector<std::string> first(names.begin(), names.end());
    first.resize(std::min(first.size(), kTraceNamesMax));
    return first;
}

/// One summary in the making.
class Summing {
public:
    explicit Summing(TraceSummary& summary) : summary_(summary) {}

    void Take(const Call& call) {
        ++summary_.calls;
        summary_.errors += Meets(Condition::kErrors, call) ? 1 : 0;
        Add(call.InputTokens(), summary_.input_tokens);
        Add(call.output_tokens, summary_.output_tokens);
        if (call.cost) {
            const std::int64_t before = summary_.cost ? summary_.cost->nano_usd() : 0;
            summary_.cost = Money::FromNanoUsd(before + call.cost->nano_usd());
        }
        Name(call.service, services_);
        Name(call.model.empty() ? call.model_requested : call.model, models_);
        TakeTimes(*call.started_at, call.ended_at);
        const RootKey key{!call.parent_span_id.empty(), *call.started_at, true};
        if (BeginsWith(key)) {
            summary_.name = RootNameOf(call);
            summary_.kind.reset();
        }
    }

    void Take(const Span& span) {
        ++summary_.spans;
        summary_.failed_spans += span.status == CallStatus::kError ? 1 : 0;
        Name(span.service, services_);
        TakeTimes(*span.started_at, span.ended_at);
        if (BeginsWith({!span.parent_span_id.empty(), *span.started_at, false})) {
            summary_.name = span.name;
            summary_.kind = span.kind;
        }
    }

    void Finish() {
        summary_.services = FirstOf(services_);
        summary_.models = FirstOf(models_);
    }

private:
    static void Name(const std::string& name, std::set<std::string>& names) {
        if (!name.empty()) {
            names.insert(name);
        }
    }

    void TakeTimes(Time start, const OptionalTime& end) {
        summary_.started_at = is_first_ ? start : std::min(summary_.started_at, start);
        is_first_ = false;
        const Time known_end = end.value_or(start);
        summary_.ended_at = std::max(summary_.ended_at.value_or(known_end), known_end);
    }

    bool BeginsWith(const RootKey& key) {
        if (root_ && *root_ <= key) {
            return false;
        }
        root_ = key;
        return true;
    }

    TraceSummary& summary_;
    std::set<std::string> services_;
    std::set<std::string> models_;
    std::optional<RootKey> root_;
    bool is_first_ = true;
};

bool IsOnPage(const TraceQuery& query, const TraceSummary& summary, const Parts& parts) {
    const Time start = summary.started_at;
    if (start < query.from || start >= query.to) {
        return false;
    }
    if (query.before && std::tie(start, summary.trace_id) >=
                            std::tie(query.before->started_at, query.before->trace_id)) {
        return false;
    }
    return query.filters.empty() ||
           std::any_of(parts.calls.begin(), parts.calls.end(), [&](const Call* call) {
               return MatchesAll(query.filters, *call);
           });
}

/// Those of `all` that the key names, in the order of their starts; the earliest parts_max of them.
template <typename Part>
std::vector<Part>
PartsOf(const std::vector<const Part*>& all, const TraceKey& key, Uuid Part::*id, bool& truncated) {
    std::vector<Part> parts;
    for (const Part* part : all) {
        if (part->trace_id == key.trace_id && part->started_at && *part->started_at >= key.from &&
            *part->started_at < key.to) {
            parts.push_back(*part);
        }
    }
    std::sort(parts.begin(), parts.end(), [id](const Part& a, const Part& b) {
        return std::tie(*a.started_at, a.*id) < std::tie(*b.started_at, b.*id);
    });
    if (parts.size() > key.parts_max) {
        parts.resize(key.parts_max);
        truncated = true;
    }
    return parts;
}

}  // namespace

std::string RootNameOf(const Call& call) {
    std::string name(call.operation ? ToString(*call.operation) : "");
    const std::string& model = call.model.empty() ? call.model_requested : call.model;
    name += name.empty() || model.empty() ? "" : " ";
    return name + model;
}

TraceSummary SummaryOf(
    const std::string& trace_id,
    const std::vector<const Call*>& calls,
    const std::vector<const Span*>& spans
) {
    TraceSummary summary;
    summary.trace_id = trace_id;
    Summing sums(summary);
    for (const Call* call : calls) {
        sums.Take(*call);
    }
    for (const Span* span : spans) {
        sums.Take(*span);
    }
    sums.Finish();
    return summary;
}

std::vector<TraceSummary> TracesFrom(
    const std::vector<const Call*>& calls,
    const std::vector<const Span*>& spans,
    const TraceQuery& query
) {
    std::map<std::string, Parts> traces;
    for (const Call* call : calls) {
        if (!call->trace_id.empty() && call->started_at) {
            traces[call->trace_id].calls.push_back(call);
        }
    }
    for (const Span* span : spans) {
        if (!span->trace_id.empty() && span->started_at) {
            traces[span->trace_id].spans.push_back(span);
        }
    }
    std::vector<TraceSummary> page;
    for (const auto& [trace_id, parts] : traces) {
        TraceSummary summary = SummaryOf(trace_id, parts.calls, parts.spans);
        if (IsOnPage(query, summary, parts)) {
            page.push_back(std::move(summary));
        }
    }
    std::sort(page.begin(), page.end(), [](const TraceSummary& a, const TraceSummary& b) {
        return std::tie(a.started_at, a.trace_id) > std::tie(b.started_at, b.trace_id);
    });
    page.resize(std::min(page.size(), query.limit));
    return page;
}

Result<Trace> TraceFrom(
    const std::vector<const Call*>& calls,
    const std::vector<const Span*>& spans,
    const TraceKey& key
) {
    Trace trace;
    trace.calls = PartsOf(calls, key, &Call::call_id, trace.truncated);
    trace.spans = PartsOf(spans, key, &Span::id, trace.truncated);
    if (trace.calls.empty() && trace.spans.empty()) {
        return Error{ErrorCode::kNotFound, "no trace has the id " + key.trace_id};
    }
    return trace;
}

}  // namespace sightglass::store

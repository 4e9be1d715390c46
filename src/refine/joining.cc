#include "refine/joining.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <tuple>

namespace sightglass::refine {
namespace {

constexpr int kSources = static_cast<int>(Source::kCount_);

Source SourceOf(const Call& record) noexcept {
    return record.source.value_or(Source::kGateway);
}

Time EndOf(const Call& record) {
    return record.ended_at.value_or(*record.started_at);
}

bool Overlap(const Call& a, const Call& b) {
    return a.started_at && b.started_at && *a.started_at <= EndOf(b) + kClockSkew &&
           *b.started_at <= EndOf(a) + kClockSkew;
}

bool AreEqual(const std::string& a, const std::string& b) {
    return !a.empty() && a == b;
}

bool Contradict(const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
}

bool AreClose(const OptionalTime& a, const OptionalTime& b) {
    return a && b && (*a > *b ? *a - *b : *b - *a) <= kFiguresApart;
}

bool HaveOneModel(const Call& a, const Call& b) {
    return AreEqual(a.model, b.model) || AreEqual(a.model, b.model_requested) ||
           AreEqual(a.model_requested, b.model) || AreEqual(a.model_requested, b.model_requested);
}

bool HaveEqualFigures(const Call& a, const Call& b) {
    return (IsBare(a) || IsBare(b)) && !Contradict(a.api_key, b.api_key) && HaveOneModel(a, b) &&
           a.output_tokens && a.output_tokens == b.output_tokens && a.InputTokens() &&
           a.InputTokens() == b.InputTokens() &&
           (AreClose(a.started_at, b.started_at) || AreClose(a.ended_at, b.ended_at));
}

std::optional<JoinReason> WhyAcross(const Call& a, const Call& b) {
    if (!Overlap(a, b) || Contradict(a.provider_response_id, b.provider_response_id)) {
        return std::nullopt;
    }
    if (AreEqual(a.provider_response_id, b.provider_response_id)) {
        return JoinReason::kResponse;
    }
    if (Contradict(a.provider_request_id, b.provider_request_id)) {
        return std::nullopt;
    }
    if (AreEqual(a.provider_request_id, b.provider_request_id)) {
        return JoinReason::kRequest;
    }
    if (AreEqual(a.trace_id, b.trace_id) && AreEqual(a.span_id, b.span_id)) {
        return JoinReason::kSpan;
    }
    return HaveEqualFigures(a, b) ? std::optional(JoinReason::kFigures) : std::nullopt;
}

std::uint64_t Mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

enum class KeyKind : std::uint64_t { kResponse = 1, kRequest, kSpan, kFigures, kTrace, kCall };

std::uint64_t Hash(KeyKind kind, std::uint64_t a, std::uint64_t b = 0) noexcept {
    return Mix(Mix(a + 0x9e3779b97f4a7c15 * static_cast<std::uint64_t>(kind)) ^ b);
}

std::uint64_t HashText(std::string_view text) noexcept {
    return std::hash<std::string_view>()(text);
}

/// Appends `key` as one's own, and that of each other source that there is as a wanted one.
void AddAcross(std::uint64_t key, Source source, const RecordKinds& kinds, JoinKeys& keys) {
    keys.own.push_back(key + static_cast<std::uint64_t>(source));
    for (int i = 0; i < kSources; ++i) {
        const auto other = static_cast<Source>(i);
        if (other != source && kinds.Has(other)) {
            keys.wanted.push_back(key + static_cast<std::uint64_t>(i));
        }
    }
}

void AddFigures(const Call& record, const RecordKinds& kinds, JoinKeys& keys) {
    const OptionalInt input = record.InputTokens();
    if (!input || !record.output_tokens) {
        return;
    }
    const std::uint64_t key = Hash(
        KeyKind::kFigures,
        static_cast<std::uint64_t>(*input),
        static_cast<std::uint64_t>(*record.output_tokens)
    );
    const bool is_bare = IsBare(record);
    const auto place = [](int source, bool bare) {
        return static_cast<std::uint64_t>(source * 2 + (bare ? 1 : 0));
    };
    const Source source = SourceOf(record);
    const std::size_t wanted_before = keys.wanted.size();
    keys.own.push_back(key + place(static_cast<int>(source), is_bare));
    for (int i = 0; i < kSources; ++i) {
        const auto other = static_cast<Source>(i);
        if (other == source) {
            continue;
        }
        if (kinds.HasBare(other)) {
            keys.wanted.push_back(key + place(i, true));
        }
        if (is_bare && kinds.Has(other)) {
            keys.wanted.push_back(key + place(i, false));
        }
    }
    keys.wants_figures = keys.wants_figures || keys.wanted.size() > wanted_before;
}

/// A pair of records that may be one.
struct Edge {
    JoinReason reason;
    std::int64_t apart_us;
    std::size_t a;
    std::size_t b;
};

std::vector<Edge> EdgesOf(const std::vector<Call>& records) {
    std::vector<Edge> edges;
    for (std::size_t a = 0; a < records.size(); ++a) {
        for (std::size_t b = a + 1; b < records.size(); ++b) {
            if (const auto reason = WhyJoined(records[a], records[b])) {
                const Duration apart = *records[a].started_at - *records[b].started_at;
                edges.push_back({*reason, std::abs(std::int64_t{apart.count()}), a, b});
            }
        }
    }
    // Records are in the order of their ids here: so are pairs that nothing else tells apart.
    std::sort(edges.begin(), edges.end(), [](const Edge& x, const Edge& y) {
        return std::tie(x.reason, x.apart_us, x.a, x.b) < std::tie(y.reason, y.apart_us, y.a, y.b);
    });
    return edges;
}

}  // namespace

bool IsBare(const Call& record) noexcept {
    const bool may_be = record.source == Source::kImport || record.source == Source::kProviderUsage;
    return may_be && record.provider_response_id.empty() && record.provider_request_id.empty() &&
           record.trace_id.empty();
}

std::optional<JoinReason> WhyJoined(const Call& a, const Call& b) {
    if (SourceOf(a) != SourceOf(b)) {
        return WhyAcross(a, b);
    }
    const bool repeats = SourceOf(a) != Source::kGateway && AreEqual(a.trace_id, b.trace_id) &&
                         AreEqual(a.provider_response_id, b.provider_response_id) &&
                         a.span_id != b.span_id && Overlap(a, b);
    return repeats ? std::optional(JoinReason::kResponseInTrace) : std::nullopt;
}

std::vector<std::vector<Call>> GroupByRequest(std::vector<Call> records) {
    std::sort(records.begin(), records.end(), [](const Call& a, const Call& b) {
        return a.call_id < b.call_id;
    });
    std::vector<std::size_t> group(records.size());
    std::iota(group.begin(), group.end(), 0);
    std::vector<unsigned> sources(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        sources[i] = 1U << static_cast<unsigned>(SourceOf(records[i]));
    }
    for (const Edge& edge : EdgesOf(records)) {
        const std::size_t a = group[edge.a];
        const std::size_t b = group[edge.b];
        const bool within = edge.reason == JoinReason::kResponseInTrace;
        if (a != b && (within || (sources[a] & sources[b]) == 0)) {
            sources[a] |= sources[b];
            std::replace(group.begin(), group.end(), b, a);
        }
    }
    std::vector<std::vector<Call>> groups;
    for (std::size_t i = 0; i < records.size(); ++i) {
        std::vector<Call> members;
        for (std::size_t j = 0; j < records.size(); ++j) {
            if (group[j] == i) {
                members.push_back(std::move(records[j]));
            }
        }
        if (!members.empty()) {
            groups.push_back(std::move(members));
        }
    }
    return groups;
}

void RecordKinds::Add(const Call& record) noexcept {
    bits_ |= (IsBare(record) ? 3U : 1U) << (static_cast<unsigned>(SourceOf(record)) * 2);
}

bool RecordKinds::Has(Source source) const noexcept {
    return (bits_ >> (static_cast<unsigned>(source) * 2) & 1U) != 0;
}

bool RecordKinds::HasBare(Source source) const noexcept {
    return (bits_ >> (static_cast<unsigned>(source) * 2) & 2U) != 0;
}

std::uint64_t CallKey(const Uuid& call_id) noexcept {
    return Hash(KeyKind::kCall, std::hash<Uuid>()(call_id));
}

void AddJoinKeys(const Call& record, const RecordKinds& kinds, JoinKeys& keys) {
    const Source source = SourceOf(record);
    const std::uint64_t call = CallKey(record.call_id);
    keys.own.push_back(call);
    keys.wanted.push_back(call);
    if (!record.provider_response_id.empty()) {
        const std::uint64_t response = HashText(record.provider_response_id);
        AddAcross(Hash(KeyKind::kResponse, response), source, kinds, keys);
        if (source != Source::kGateway && !record.trace_id.empty()) {
            const std::uint64_t key = Hash(KeyKind::kTrace, response, HashText(record.trace_id)) +
                                      static_cast<std::uint64_t>(source);
            keys.own.push_back(key);
            keys.wanted.push_back(key);
        }
    }
    if (!record.provider_request_id.empty()) {
        const std::uint64_t key = Hash(KeyKind::kRequest, HashText(record.provider_request_id));
        AddAcross(key, source, kinds, keys);
    }
    if (!record.trace_id.empty() && !record.span_id.empty()) {
        const std::uint64_t key =
            Hash(KeyKind::kSpan, HashText(record.trace_id), HashText(record.span_id));
        AddAcross(key, source, kinds, keys);
    }
    AddFigures(record, kinds, keys);
}

}  // namespace sightglass::refine

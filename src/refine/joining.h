// Which records are of one and the same request: design rules, pure.
//
// Two gateway calls never are. Across sources, an equal provider_response_id says so, then an equal
// provider_request_id, then equal trace and span ids, each one to one and only where the times
// overlap; equal figures (key, model, time, token counts) only where one of the two is a line of a
// log that has no ids.
// Within a source, only an equal provider_response_id inside one trace does: a parent span that
// repeats its child, two instrumentations on one client.
//
// docs/decisions/0013-calls-are-joined-by-their-records.md says why it is built so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "call/call.h"

namespace sightglass::refine {

/// Why two records are one request, the strongest first.
enum class JoinReason : std::uint8_t {
    kResponseInTrace,  ///< Within a source.
    kResponse,
    kRequest,
    kSpan,
    kFigures,
};

/// Clocks of two machines may differ by so much where their times have to overlap.
inline constexpr Duration kClockSkew = std::chrono::seconds(2);

/// By how much start or end may differ where only figures say that two are one.
inline constexpr Duration kFiguresApart = std::chrono::seconds(1);

/// Nothing where the two are different requests. The same for (b, a).
std::optional<JoinReason> WhyJoined(const Call& a, const Call& b);

/// Groups records, each a Call that was not joined, no two with one call_id: those of one request.
/// The strongest reasons and the closest starts go first; in a group there is one request of each
/// source at most. The result does not depend on the order of the records, if it is given all that
/// are related, directly or through others.
std::vector<std::vector<Call>> GroupByRequest(std::vector<Call> records);

/// 64-bit hashes under which an index of records has to be asked: equal ones are worth a WhyJoined.
struct JoinKeys {
    /// Under which the record is to be found.
    std::vector<std::uint64_t> own;
    /// Under which those are found that it may be one with.
    std::vector<std::uint64_t> wanted;
    /// Some of `wanted` are of equal figures alone.
    bool wants_figures = false;

    void Clear() noexcept {
        own.clear();
        wanted.clear();
        wants_figures = false;
    }
};

/// Kinds of records that there are at all, so that nobody looks for those that there are not.
/// Thread-safety: plain value.
class RecordKinds {
public:
    void Add(const Call& record) noexcept;
    bool Has(Source source) const noexcept;

    /// Of that source there are some without ids.
    bool HasBare(Source source) const noexcept;

    friend bool operator==(const RecordKinds&, const RecordKinds&) = default;

private:
    std::uint32_t bits_ = 0;
};

/// Whether the record is a line of some log, without any id.
bool IsBare(const Call& record) noexcept;

/// The key under which a record is found by its call_id.
std::uint64_t CallKey(const Uuid& call_id) noexcept;

/// Appends the record's keys. `kinds`: of what may be found.
void AddJoinKeys(const Call& record, const RecordKinds& kinds, JoinKeys& keys);

}  // namespace sightglass::refine

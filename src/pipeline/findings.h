// What cleaning found that no Call in the store shows: records that said again what was known, and
// lines and spans that were no calls. Counted by the hour, with the newest examples, in a small file
// of its own, so that figures survive a restart; docs/data-quality.md says how exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/files.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "call/enums.h"

namespace sightglass::pipeline {

enum class FindingKind : std::uint8_t {
    kDuplicate,  ///< A record of a source that had said the same before.
    kRejected,   ///< Was no call: a line, a span.
    kCount_
};

std::string_view ToString(FindingKind kind) noexcept;

/// Thread-safety: plain value.
struct Finding {
    Time at;  ///< Of a duplicate, when the call began; else when it was found.
    FindingKind kind = FindingKind::kDuplicate;
    Source source = Source::kGateway;
    std::uint64_t count = 1;
    Uuid call_id = {};        ///< The call that was said again; nil where there is none.
    std::string place = {};   ///< "usage.csv:17".
    std::string reason = {};  ///< Why it was rejected.
};

/// Thread-safety: safe for concurrent use.
class Findings {
public:
    static constexpr std::size_t kExamplesMax = 50;   ///< Of one source and kind: the newest.
    static constexpr std::size_t kHoursMax = 20'000;  ///< Beyond it, the oldest go.
    static constexpr std::size_t kTextBytesMax = 300;

    /// Knows what the file holds, or nothing where there is none. A file that is damaged is begun
    /// anew, and that is logged. Empty: nothing is kept.
    explicit Findings(Path file = {});

    /// Counts them; those with a call or a place are examples as well.
    void Add(std::span<const Finding> found);

    /// Writes the file where something was added since the last time.
    Status Keep();

    /// So many in an hour.
    struct Hour {
        Time at;  ///< Its start.
        FindingKind kind = FindingKind::kDuplicate;
        Source source = Source::kGateway;
        std::uint64_t count = 0;
    };

    /// Of the hours that begin in [from's hour, to), in order.
    std::vector<Hour> CountsBetween(Time from, Time to) const;

    /// The newest first.
    std::vector<Finding> ExamplesBetween(Time from, Time to) const;

private:
    using Kind = std::pair<FindingKind, Source>;

    struct State {
        std::map<std::tuple<Time, FindingKind, Source>, std::uint64_t> hours;
        std::map<Kind, std::deque<Finding>> examples;
        std::uint64_t changes = 0;
        std::uint64_t kept = 0;  ///< Of them.
    };

    static void Add(const Finding& found, State& state);
    static std::string Write(const State& state);
    static bool Read(std::string_view text, State& state);

    const Path file_;
    Guarded<State> state_;
};

}  // namespace sightglass::pipeline

// What was said in a call comes as attributes of its span, or as log records of their own, before
// the span or after it. Here they meet, in bounded memory, and go on to be redacted and kept.
//
// What is lost here, to a crash or a full memory, costs content, never a call.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "base/uuid.h"
#include "dialect/traces/otlp.h"
#include "dialect/traces/span_content.h"
#include "pipeline/derive.h"

namespace sightglass::capture {

/// Whose content it is, what is kept of it, and what its placeholders are made under.
struct ContentOwner {
    Uuid call_id;
    pipeline::CaptureChoice capture;
    std::optional<redact::PlaceholderKey> placeholder_key;
};

/// Thread-safety: safe for concurrent use.
class ContentJoin {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// How long after the last piece a call's content is whole, and how long it is remembered for
    /// late pieces.
    static constexpr std::chrono::seconds kQuiet{2};
    static constexpr std::chrono::minutes kRemembered{2};

    ContentJoin(pipeline::Derive& derive, std::size_t bytes_max)
        : derive_(derive), bytes_max_(bytes_max) {}

    /// A span that is a call, with what it says itself. Where nothing is kept of it, what was said of it before goes, and so
    /// does what comes later.
    void TakeCall(
        const dialect::traces::SpanPlace& place,
        const ContentOwner& owner,
        const dialect::traces::SpanContent& content,
        SteadyTime now
    );

    /// A log record of a span.
    void TakeLog(
        const dialect::traces::SpanPlace& place,
        const dialect::traces::SpanContent& content,
        SteadyTime now
    );

    /// Passes on what is whole and forgets what is old.
    void Tick(SteadyTime now);
    /// Passes on everything whose call is known.
    void Finish();

private:
    struct Entry {
        Uuid place;
        std::optional<ContentOwner> owner;
        dialect::traces::SpanContent content;
        SteadyTime touched;
        bool offered = false;  ///< As it is now.
    };

    using Entries = std::list<Entry>;

    struct State {
        Entries entries;  ///< The one that was touched last is the last.
        std::unordered_map<Uuid, Entries::iterator> by_place;
        std::size_t bytes = 0;
        std::vector<pipeline::Exchange> ready;  ///< To be offered once the lock is released.
    };

    Entry& Touch(State& state, const dialect::traces::SpanPlace& place, SteadyTime now);
    void Append(State& state, Entry& entry, const dialect::traces::SpanContent& content);
    static void Ready(State& state, Entry& entry);
    static void DropOldest(State& state);
    void OfferReady();

    pipeline::Derive& derive_;
    const std::size_t bytes_max_;
    Guarded<State> state_;
};

}  // namespace sightglass::capture

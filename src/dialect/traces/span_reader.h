// A span of whatever instrumentation becomes a Call, or a step of the run that calls stand in.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "call/call.h"
#include "codec/json.h"
#include "dialect/traces/span_content.h"
#include "dialect/traces/span_fields.h"

namespace sightglass::dialect::traces {

/// The id of the Call that a span is: version 7, so that ids go by time, and the same each time the
/// span is sent. The first 48 bits are its start in milliseconds (0 where that is absurd), the rest
/// is a hash of trace and span id.
Uuid CallIdOf(const SpanPlace& place, std::uint64_t start_ns) noexcept;

/// Whether a clock may have said that: the years 2000 to 2199.
bool IsPlausibleTime(std::uint64_t unix_ns) noexcept;

/// The name that `repairs` has for times that were absurd, or lay ahead of the receipt.
inline constexpr std::string_view kRepairedTime = "span_time";

/// The mark that `repairs` has for spans that came an hour or more after they ended, within a week:
/// they may have waited, or a clock is behind. Nothing was changed.
inline constexpr std::string_view kLateSpan = "span_late";

/// Reads the spans of one export request after the other.
/// Thread-safety: one thread at a time.
class SpanReader {
public:
    void BeginResource(std::span<const Attribute> attributes);
    void BeginScope(const ScopeView& scope);

    /// Fills `call` where the span is one. Its place must be valid. `received_at` stands in for a
    /// time that is absurd. `content` may be null.
    SpanRole Read(const SpanView& span, Time received_at, Call& call, SpanContent* content);

    /// Fills `call` with what is known of a span that is no work of models: its place, its times, its
    /// outcome.
    static void ReadOther(const SpanView& span, Time received_at, Call& call);

    /// What the resource says.
    std::string_view Service() const noexcept { return resource_.service; }

    /// Of the last span read: the agent, tool or workflow that it names.
    std::string_view NamedThing() const noexcept;

private:
    /// What holds for every span of a resource.
    struct Resource {
        std::string service;
        std::string environment;
        std::string project;
        std::string user;
        std::string session;
    };

    SpanRole RoleOf() const noexcept;
    static void FillIdentity(const SpanView& span, Time received_at, Call& call);
    void FillWho(Call& call);
    void FillWhat(Call& call);
    void FillProvider(Call& call);
    void FillNamed(Call& call);
    void FillFirstToken(const SpanView& span, Call& call);
    void FillOutcome(const SpanView& span, Call& call);
    void FillParams(Call& call);
    void FillMappedParams(codec::JsonWriter& json, Call& call);
    void AddTags(const AttributeValue& value, Concept kind, Call& call);

    SpanFields fields_;
    SpanFields event_fields_;
    Resource resource_;
    std::string sdk_;
    codec::JsonParser json_;
    std::string last_provider_;  // As spans have it, and what it is: most spans have the same.
    std::string last_known_provider_;
    std::string last_host_;
    std::string_view last_host_provider_;  // Empty where the host is nobody's.
};

}  // namespace sightglass::dialect::traces

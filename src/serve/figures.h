// Figures of rooms that this one does not see: whoever puts the program together fills them in.
// Served by /api/v1/status, /metrics and /readyz.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/derive.h"
#include "pipeline/pipeline.h"

namespace sightglass::serve {

/// As capture::GatewayStats.
struct GatewayFigures {
    std::int64_t in_flight = 0;
    std::uint64_t calls = 0;
    std::uint64_t unrecorded_calls = 0;
    std::uint64_t connections = 0;
    std::uint64_t refused_requests = 0;
};

/// As capture::OtlpStats.
struct OtlpFigures {
    std::uint64_t requests = 0;
    std::uint64_t refused_requests = 0;
    std::uint64_t postponed_requests = 0;
    std::uint64_t calls = 0;
    std::uint64_t run_spans = 0;
    std::uint64_t other_spans = 0;
    std::uint64_t rejected_spans = 0;
    std::uint64_t repaired_spans = 0;
    std::uint64_t malformed_attributes = 0;
    std::uint64_t log_records = 0;
    std::uint64_t data_points = 0;
    std::uint64_t feedback = 0;
    std::uint64_t connections = 0;
};

/// As journal::Stats.
struct JournalFigures {
    std::uint64_t appended_records = 0;
    std::uint64_t appended_bytes = 0;
    std::uint64_t refused_records = 0;
    std::uint64_t segments = 0;
    std::uint64_t bytes_on_disk = 0;
    std::uint64_t unread_bytes = 0;
    std::uint64_t damaged_records = 0;
};

/// A place that answers calls, as the gateway sees it now.
struct TargetInfo {
    std::string name;  ///< "openai", or "openai/east" where the upstream has several.
    std::string base_url;
    std::string_view
        state;  ///< "closed", "open" or "half_open": of its circuit breaker. A literal.
    std::int64_t in_flight = 0;
};

/// An upstream as /api/v1/status shows it.
struct UpstreamInfo {
    std::string name;
    std::string base_url;  ///< Of its first target.
    std::string dialect;   ///< Empty: told by path.
    std::vector<TargetInfo> targets = {};
};

struct Figures {
    GatewayFigures gateway;
    OtlpFigures otlp;
    std::vector<UpstreamInfo> upstreams;
    JournalFigures journal;
    pipeline::PipelineStats pipeline;
    pipeline::DeriveStats derive;
};

}  // namespace sightglass::serve

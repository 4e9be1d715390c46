// What is told to the demo's server about its calls by others than the gateway: the runs of agents by their tracing
// library, and what users think by the applications.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/demo/agents.h"
#include "app/demo/conversation.h"
#include "app/demo/opinion.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace sightglass::demo {

/// POST /otlp/v1/traces. Thread-safety of this and the next two: pure functions.
OutgoingRequest TraceReport(std::span<const Run> runs, const Secret& token);

/// POST /api/public/ingestion: opinions of the past, each with its time.
OutgoingRequest ScoreReport(const std::vector<Opinion>& opinions, const Secret& token);

/// POST /api/v1/feedback: an opinion of now.
OutgoingRequest FeedbackReport(const Opinion& opinion, const Secret& token);

/// POST /api/v1/annotations: the chat bot was given another model. Thread-safety: pure function.
OutgoingRequest ChangeReport(Time changed_at, const Secret& token);

struct PastReports {
    std::string host = "127.0.0.1";  ///< The server's.
    std::uint16_t port = 8080;
    Secret token;  ///< The admin token.
    Time from;     ///< The runs of [from, to) are made up and reported.
    Time to;
    std::uint64_t seed = 1;
    std::vector<Opinion> opinions = {};  ///< Reported as they are.
    std::optional<Time> changed_at =
        {};  ///< When the chat bot was given another model; nothing: not in this time.
};

/// Sends all of it and waits for the answers. kUnavailable, with what was answered, where one of them is refused.
/// Thread-safety: one thread at a time.
Status ReportPast(const PastReports& past);

}  // namespace sightglass::demo

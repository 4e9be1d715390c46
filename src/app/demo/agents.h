// Agents: applications that take many steps to answer one request. Their tracing library tells of each run over OTLP:
// the calls to models, and the tools, searches and checks around them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/cast.h"
#include "app/demo/random.h"
#include "base/time.h"

namespace sightglass::demo {

enum class StepKind : std::uint8_t { kAgent, kWorkflow, kTool, kSearch, kGuardrail, kCheck, kCall };

/// A step of an agent's usual run. Those that follow with a greater depth are within it.
struct StepProfile {
    int depth = 0;
    StepKind kind = StepKind::kCall;
    std::string_view name = "";  ///< Of the tool, the agent, the workflow; a call's model.
    double median_ms = 0;        ///< Of a step with nothing in it that is no call.
    double input_tokens = 0;     ///< Of a call: medians.
    double output_tokens = 0;
    double chance = 1;            ///< That a run takes it, with all that is in it.
    double fail_share = 0;        ///< Then it is tried once more.
    std::string_view error = "";  ///< What it fails with.
};

struct AgentProfile {
    std::string_view service = "";
    std::string_view environment = "";
    std::string_view provider = "";
    std::string_view user_prefix = "";
    int users = 0;
    Rhythm rhythm = Rhythm::kOffice;
    double runs_a_day = 0;
    Topic topic = Topic::kData;
    std::array<double, static_cast<std::size_t>(Language::kCount)> languages{};
    double tokens_per_s = 90;
    double first_token_ms = 700;
    std::span<const StepProfile> steps;  ///< The first is the run itself.
};

std::span<const AgentProfile> Agents() noexcept;

/// One step that a run took.
struct Step {
    const StepProfile* profile = nullptr;
    std::string span_id;
    std::string parent_span_id;  ///< Empty: the run itself.
    Time started_at;
    Time ended_at;
    std::string error;  ///< Empty: none.
    std::int64_t input_tokens = 0;
    std::int64_t cached_tokens = 0;
    std::int64_t output_tokens = 0;
    std::string response_id;
    std::string question;  ///< Of a call.
    std::string answer;
};

struct Run {
    const AgentProfile* agent = nullptr;
    std::string trace_id;
    std::string user;
    std::vector<Step> steps;  ///< In the order of their starts; the first is the run itself.

    Time StartedAt() const { return steps.front().started_at; }

    Time EndedAt() const { return steps.front().ended_at; }

    bool Failed() const { return !steps.front().error.empty(); }
};

/// Makes a run up. Its ids and all of it depend on the random numbers alone.
/// Thread-safety: pure functions; the Random passed in belongs to the caller.
Run MakeRun(const AgentProfile& agent, Time start, Random& random);

/// The runs that began in [from, to) and had ended by `to`, in the order of their starts: the same ones from the same seed,
/// whatever the range.
std::vector<Run> RunsBetween(Time from, Time to, std::uint64_t seed);

/// A request body for POST /otlp/v1/traces (JSON) that tells of the runs.
std::string TraceExport(std::span<const Run> runs);

}  // namespace sightglass::demo

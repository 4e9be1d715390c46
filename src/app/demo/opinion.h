// What users of the demo's services say of the answers they got: a thumb, and sometimes a sentence, in English,
// Dutch or Chinese. Who waited long or got an error is less content.
//
// Thread-safety: pure functions; the Random passed in belongs to the caller.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/demo/agents.h"
#include "app/demo/cast.h"
#include "app/demo/random.h"
#include "base/time.h"

namespace sightglass::demo {

/// How a session or a run went for whoever waited for it.
struct Experience {
    Duration slowest{};  ///< The longest that anything took.
    bool failed = false;
};

/// One thumb. It is about a session or a trace, whichever is named.
struct Opinion {
    std::string id;
    Time at;
    std::string session_id;
    std::string trace_id;
    std::string user;
    bool content = false;
    std::string comment;  ///< Mostly empty.
};

/// What the user of a session says of it, if anything. `at`: when it ended.
std::optional<Opinion>
OpinionOf(const ServiceProfile& service, const Experience& experience, Time at, Random& random);

/// The same for whoever asked for a run of an agent.
std::optional<Opinion> OpinionOfRun(const Run& run, Random& random);

/// A request body for POST /api/public/ingestion: all of them as scores, as Langfuse's SDKs send them.
std::string ScoreBatch(const std::vector<Opinion>& opinions);

/// A request body for POST /api/v1/feedback.
std::string FeedbackBody(const Opinion& opinion);

}  // namespace sightglass::demo

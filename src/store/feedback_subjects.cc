#include "store/feedback_subjects.h"

#include <vector>

namespace sightglass::store {
namespace {

void AddKnown(const std::string& id, std::vector<std::string>& ids) {
    if (!id.empty()) {
        ids.push_back(id);
    }
}

}  // namespace

void AddSubjects(
    const std::string& provider_response_id,
    const std::string& trace_id,
    const std::string& session_id,
    FeedbackSubjects& about
) {
    AddKnown(provider_response_id, about.provider_response_ids);
    AddKnown(trace_id, about.trace_ids);
    AddKnown(session_id, about.session_ids);
}

}  // namespace sightglass::store

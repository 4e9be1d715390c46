#include "refine/model_aliases.h"

#include <algorithm>

#include "refine/refine.h"

namespace sightglass::refine {
namespace {

/// No model has a longer name; what has would only fill the memory.
constexpr std::size_t kNameBytesMax = 256;

bool IsName(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kNameBytesMax;
}

/// Not where a fallback took the place of what was asked for (capture/gateway says so in the attempt's reason).
bool AnsweredItself(const Call& call) {
    const bool failed = call.error_type || call.http_status.value_or(200) >= 400 ||
                        call.status.value_or(CallStatus::kOk) != CallStatus::kOk;
    return !failed &&
           std::none_of(call.attempts.begin(), call.attempts.end(), [](const Attempt& attempt) {
               return attempt.why.find(", model ") != std::string::npos;
           });
}

}  // namespace

void ModelAliases::LearnOrComplete(Call& call) {
    if (!IsName(call.model_requested)) {
        return;
    }
    if (!call.model.empty()) {
        if (call.started_at && AnsweredItself(call)) {
            Learn(call, *call.started_at);
        }
        return;
    }
    if (const auto known = models_.find(KeyOf(call)); known != models_.end()) {
        call.model = known->second.model;
        AddRepair(call, "complete_model");
    }
}

void ModelAliases::Learn(const Call& asked, Time at) {
    if (!IsName(asked.model_requested) || !IsName(asked.model)) {
        return;
    }
    const auto known = models_.find(KeyOf(asked));
    if (known != models_.end()) {
        if (at >= known->second.at) {
            known->second.at = at;
            if (known->second.model != asked.model) {
                known->second.model = asked.model;
            }
        }
        return;
    }
    if (asked.model != asked.model_requested) {  // Else it needs no memory.
        MakeRoom();
        models_.emplace(key_, Answered{asked.model, at});
    }
}

void ModelAliases::MakeRoom() {
    if (models_.size() < kAliasesMax) {
        return;
    }
    const auto oldest =
        std::min_element(models_.begin(), models_.end(), [](const auto& a, const auto& b) {
            return a.second.at < b.second.at;
        });
    models_.erase(oldest);
}

/// In memory that is used again: this is done for every call.
const std::string& ModelAliases::KeyOf(const Call& call) {
    key_.assign(call.upstream.empty() ? call.provider : call.upstream).append(1, '\n');
    return key_.append(call.model_requested);
}

}  // namespace sightglass::refine

// Which model an alias stands for. A caller asks for "gpt-4o", and the answer names "gpt-4o-2024-08-06"; where there is no answer
// (a failure, a call that was cut off) the call belongs to the same model all the same, or no model's error rate would be right.
//
// docs/decisions/0018-a-failed-call-belongs-to-the-model-of-its-alias.md says why it is what the upstream answered last.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "call/call.h"

namespace sightglass::refine {

/// What each upstream's answers named for what it was asked for. Of several answers that of the latest call counts, in whatever
/// order they come.
/// Thread-safety: one thread at a time.
class ModelAliases {
public:
    /// Aliases that are remembered; of more, the one that answered longest ago goes.
    static constexpr std::size_t kAliasesMax = 4'096;

    /// Before refine::Refine: a call that names its model teaches what its alias stands for, one that does not gets the model of
    /// its alias, if it is known, and "complete_model" among its repairs.
    void LearnOrComplete(Call& call);

    /// A call that succeeded at `at` asked for `asked.model_requested` and was answered by `asked.model`.
    void Learn(const Call& asked, Time at);

    std::size_t size() const noexcept { return models_.size(); }

private:
    struct Answered {
        std::string model;
        Time at;
    };

    const std::string& KeyOf(const Call& call);
    void MakeRoom();

    std::unordered_map<std::string, Answered>
        models_;  // By upstream, or provider where there is none, and alias.
    std::string key_;
};

}  // namespace sightglass::refine

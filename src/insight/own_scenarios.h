// The scenarios that operators define: kept in the state, learnt when they change, and published for whoever tells new calls'
// scenarios. What calls were told to be before stays.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/published.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "classify/scenarios.h"
#include "state/scenario_rows.h"

namespace sightglass::insight {

using PublishedScenarios = access::Published<classify::ScenarioModel>;

/// Thread-safety: plain value.
struct OwnScenarioView {
    std::string id;
    classify::OwnScenario scenario;
    Time created_at;
    Time changed_at;
};

/// What a JSON object says of a scenario: name, description, examples; what it does not say stays as in `base`. kCorrupt where
/// it is no JSON, kInvalidArgument where a member is unknown or not allowed.
/// Thread-safety: pure function.
Result<classify::OwnScenario> ParseOwnScenario(std::string_view body, classify::OwnScenario base);

/// Thread-safety: safe for concurrent use. A change takes the time of learning, a second at most; others wait for it.
class OwnScenarios {
public:
    static constexpr std::size_t kScenariosMax = 64;

    /// The database must outlive it.
    static Result<std::unique_ptr<OwnScenarios>>
    Open(state::Database& database, const Clock& clock);

    /// Oldest first.
    std::vector<OwnScenarioView> All() const;
    Result<OwnScenarioView> Find(std::string_view id) const;

    /// kConflict where another scenario has the name, or there are kScenariosMax.
    Result<OwnScenarioView> Add(classify::OwnScenario scenario);

    /// kNotFound where there is none of that id; else as Add.
    Result<OwnScenarioView> Change(std::string_view id, classify::OwnScenario scenario);
    Status Remove(std::string_view id);

    /// The model as it is now; it is replaced with each change.
    std::shared_ptr<const PublishedScenarios> Model() const { return model_; }

private:
    OwnScenarios(state::Database& database, const Clock& clock) : rows_(database), clock_(clock) {}

    Status Load();
    Result<OwnScenarioView> Put(std::string id, classify::OwnScenario scenario, bool is_new);

    mutable Mutex changing_;  // Held while the model is learnt, so that the last change wins.
    state::ScenarioRows rows_;
    const Clock& clock_;
    UuidSource ids_ SG_GUARDED_BY(changing_);
    Guarded<std::vector<OwnScenarioView>> all_;
    std::shared_ptr<PublishedScenarios> model_;
};

}  // namespace sightglass::insight

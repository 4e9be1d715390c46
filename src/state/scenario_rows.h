// The scenarios that operators defined, as they are kept. Texts are the insight room's: JSON.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/database.h"

namespace sightglass::state {

/// Thread-safety: plain value.
struct ScenarioRow {
    std::string id = {};    ///< A UUID.
    std::string text = {};  ///< JSON object.
    Time created_at = {};
    Time changed_at = {};
};

/// Thread-safety: safe for concurrent use.
class ScenarioRows {
public:
    /// The database must outlive this.
    explicit ScenarioRows(Database& database) : database_(database) {}

    /// Adds the scenario, or replaces the one of the same id.
    Status Put(const ScenarioRow& row);
    Status Remove(const std::string& id);

    /// Oldest first.
    Result<std::vector<ScenarioRow>> All() const;

private:
    Database& database_;
};

}  // namespace sightglass::state

// Where notices are sent, as it is kept: settings in clear, secrets sealed by whoever hands them in.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/database.h"

namespace sightglass::state {

/// Thread-safety: plain value.
struct ChannelRow {
    std::string id = {};  ///< A UUID.
    std::string name = {};
    std::string kind = {};
    bool enabled = true;
    int rate_per_minute = 0;
    std::string settings = {};  ///< JSON object.
    std::string secrets = {};   ///< Sealed.
    Time created_at = {};
    Time changed_at = {};
};

/// Thread-safety: safe for concurrent use.
class ChannelRows {
public:
    /// The database must outlive this.
    explicit ChannelRows(Database& database) : database_(database) {}

    /// Adds the channel, or replaces the one of the same id.
    Status Put(const ChannelRow& row);
    Status Remove(const std::string& id);

    /// Oldest first.
    Result<std::vector<ChannelRow>> All() const;

private:
    Database& database_;
};

}  // namespace sightglass::state

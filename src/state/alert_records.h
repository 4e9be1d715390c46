// What monitors need over a restart: the monitors and silences themselves, what each alert has come
// to, and what happened. Texts are the alert room's: JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/database.h"

namespace sightglass::state {

/// A text under a name.
/// Thread-safety: plain value.
struct NamedRecord {
    std::string name;
    std::string text;

    friend bool operator==(const NamedRecord&, const NamedRecord&) = default;
};

/// What happened to an alert.
/// Thread-safety: plain value.
struct AlertEvent {
    std::int64_t id = 0;  ///< Given by the database; larger is later.
    Time at;
    std::string monitor_id;
    std::string alert_key;
    std::string what;  ///< "fired", "resolved", "acknowledged", "unacknowledged".
    std::string text;

    friend bool operator==(const AlertEvent&, const AlertEvent&) = default;
};

/// Which events. An empty text, or no time, is any.
/// Thread-safety: plain value.
struct AlertEventQuestion {
    std::size_t limit = 100;
    std::optional<std::int64_t> before = {};  ///< Of their ids.
    std::string monitor_id = {};
    std::string alert_key = {};
    std::optional<Time> from = {};
    std::optional<Time> to = {};
};

/// Thread-safety: safe for concurrent use.
class AlertRecords {
public:
    /// The database must outlive this.
    explicit AlertRecords(Database& database) : database_(database) {}

    /// `kind`: "monitor", "silence", "route". Adds the record, or replaces the one of that name.
    Status Put(const std::string& kind, const NamedRecord& record);
    Status Remove(const std::string& kind, const std::string& name);

    /// By name.
    Result<std::vector<NamedRecord>> All(const std::string& kind) const;

    /// All of these or none: states under their alerts' keys (an empty text removes one), and what
    /// happened.
    Status Keep(std::span<const NamedRecord> states, std::span<const AlertEvent> events);
    Result<std::vector<NamedRecord>> AllStates() const;

    /// Newest first.
    Result<std::vector<AlertEvent>> ListEvents(const AlertEventQuestion& question) const;

    /// Forgets all events but the newest `kept`.
    Status PruneEvents(std::int64_t kept);

private:
    Database& database_;
};

}  // namespace sightglass::state

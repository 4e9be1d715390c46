// What operators wrote down that had changed, as it is kept. Texts are the insight room's: JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/audit.h"
#include "state/database.h"

namespace sightglass::state {

/// Thread-safety: plain value.
struct AnnotationRow {
    std::string id = {};  ///< A UUID.
    Time at = {};
    std::string text = {};  ///< JSON object.
    Time created_at = {};
    Time changed_at = {};
};

/// Thread-safety: safe for concurrent use.
class AnnotationRows {
public:
    /// The database must outlive this.
    explicit AnnotationRows(Database& database) : database_(database) {}

    /// Adds the annotation, or replaces the one of the same id; with the entry of the audit log, or
    /// neither.
    Status Put(const AnnotationRow& row, const AuditEntry& entry);
    Status Remove(const std::string& id, const AuditEntry& entry);

    /// Nothing where there is none.
    Result<std::optional<AnnotationRow>> Find(const std::string& id) const;

    /// Those of [from, to), the newest first.
    Result<std::vector<AnnotationRow>> Between(Time from, Time to, std::size_t limit) const;

private:
    Database& database_;
};

}  // namespace sightglass::state

#include "serve/audited.h"

#include <utility>

#include "base/log.h"
#include "serve/problem.h"

namespace sightglass::serve {

state::AuditEntry AuditEntryOf(
    const Services& services,
    std::string_view action,
    std::string_view object,
    std::string detail
) {
    return {
        services.deps.clock.Now(),
        "admin",
        std::string(action),
        std::string(object),
        std::move(detail)};
}

Status Audit(const Services& services, const state::AuditEntry& entry) {
    Status kept = services.deps.audit.Append(entry);
    if (!kept.Ok()) {
        Log(LogLevel::kError,
            "serve",
            "the audit log does not take entries: " + kept.error().message);
    }
    return kept;
}

std::optional<net::HttpResponse>
RefuseUnaudited(const Services& services, const state::AuditEntry& entry) {
    const Status kept = Audit(services, entry);
    if (kept.Ok()) {
        return std::nullopt;
    }
    return Problem(
        503,
        "unavailable",
        "Nothing was changed, because the audit log does not take entries: " + kept.error().message
    );
}

void AuditFailure(const Services& services, state::AuditEntry entry) {
    entry.action += "_failed";
    static_cast<void>(Audit(services, entry));  // It is in the log of the program, at least.
}

}  // namespace sightglass::serve

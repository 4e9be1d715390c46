// No change without an entry in the audit log.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_server.h"
#include "serve/services.h"
#include "state/audit.h"

namespace sightglass::serve {

/// An entry of now, by the admin. `detail`: a JSON object, or empty.
/// Thread-safety: pure.
state::AuditEntry AuditEntryOf(
    const Services& services,
    std::string_view action,
    std::string_view object,
    std::string detail
);

/// Appends the entry of what is done whether or not it can be: what fails is logged.
/// Thread-safety: safe for concurrent use.
Status Audit(const Services& services, const state::AuditEntry& entry);

/// Appends the entry of what is to be done next. Where the audit log does not take it, the answer is that nothing is done.
/// Thread-safety: safe for concurrent use.
std::optional<net::HttpResponse>
RefuseUnaudited(const Services& services, const state::AuditEntry& entry);

/// What `entry` announced was not done after all: the log gets "<action>_failed" as well.
/// Thread-safety: safe for concurrent use.
void AuditFailure(const Services& services, state::AuditEntry entry);

}  // namespace sightglass::serve

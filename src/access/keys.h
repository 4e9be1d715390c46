// Sightglass keys: what callers of the gateway show in place of, or beside, a provider's key. A key
// is random, shown once when it is made, and kept as a hash.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/key_table.h"
#include "access/published.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "state/audit.h"
#include "state/gateway_keys.h"

namespace sightglass::access {

/// What an operator says about a key to be made.
/// Thread-safety: plain value.
struct NewKey {
    std::string name = {};
    std::string owner = {};
    std::string team = {};
    std::string service = {};
    std::vector<std::string> models = {};
    LimitValues limits = {};
    bool shadow_limits = false;
    Time expires_at = {};  ///< The epoch where it does not expire.
};

/// A key just made, with its text, which is nowhere else.
/// Thread-safety: plain value.
struct IssuedKey {
    Secret text;
    std::shared_ptr<const KeyRecord> record;
};

/// What the audit log is to say of a change to this key, as it is after the change. It is kept with the change, or there is none of
/// them; empty: nothing.
using AuditNote = std::function<state::AuditEntry(const KeyRecord& key)>;

/// Thread-safety: safe for concurrent use.
class Keys {
public:
    /// Reads all keys. `stored` and `clock` must outlive this.
    static Result<std::unique_ptr<Keys>>
    Open(state::GatewayKeys& stored, const Secret& secret, const Clock& clock);

    /// kInvalidArgument where a text is too long or a pattern is empty.
    Result<IssuedKey> Issue(const NewKey& wanted, const AuditNote& note = {});

    /// A new text for the key, everything else stays. The old text is taken for `overlap` more.
    /// kNotFound where there is no such key, kConflict where it is revoked.
    Result<IssuedKey> Rotate(std::string_view id, Duration overlap, const AuditNote& note = {});

    /// Another name, owner, limits and so on for a key that stays what it is: what `change` makes of
    /// what it says now. Errors as for Issue and Rotate.
    Result<std::shared_ptr<const KeyRecord>> Change(
        std::string_view id,
        const std::function<Status(NewKey& key)>& change,
        const AuditNote& note = {}
    );

    /// For good. kNotFound where there is no such key; revoking twice changes nothing.
    Result<std::shared_ptr<const KeyRecord>>
    Revoke(std::string_view id, const AuditNote& note = {});

    /// All keys as they are now; for the gateway's workers, by a Reader each.
    const Published<KeyTable>& Table() const noexcept { return table_; }

private:
    Keys(state::GatewayKeys& stored, const Secret& secret, const Clock& clock);

    Status Put(const std::shared_ptr<const KeyRecord>& record, const AuditNote& note);
    Result<std::shared_ptr<const KeyRecord>> Find(std::string_view id) const;

    state::GatewayKeys& stored_;
    const Clock& clock_;
    const KeyHasher hasher_;
    Mutex changing_;  ///< Held by whoever makes the next table.
    Published<KeyTable> table_;
};

}  // namespace sightglass::access

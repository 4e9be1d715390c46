#include "access/keys.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/thread.h"
#include "base/uuid.h"

namespace sightglass::access {
namespace {

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kHintCharacters = 4;
constexpr std::size_t kTextBytesMax = 256;
constexpr std::size_t kModelsMax = 100;
constexpr std::string_view kMode = "mode";
constexpr std::string_view kShadow = "shadow";

std::string NewKeyText() {
    std::array<std::uint8_t, kRandomBytes> bytes{};
    FillRandom(bytes);
    return std::string(kKeyPrefix) + ToBase64Url(bytes);
}

KeyHash HashFromHex(std::string_view hex) noexcept {
    constexpr std::string_view kDigits = "0123456789abcdef";
    KeyHash hash{};
    for (std::size_t i = 0; i < hash.size() && 2 * i + 1 < hex.size(); ++i) {
        const std::size_t high = kDigits.find(hex[2 * i]) & 15U;
        const std::size_t low = kDigits.find(hex[2 * i + 1]) & 15U;
        hash[i] = static_cast<std::uint8_t>(high << 4U | low);
    }
    return hash;
}

std::string LimitsText(const KeyRecord& key) {
    std::string text;
    for (std::size_t i = 0; i < kQuantities; ++i) {
        const auto quantity = static_cast<Quantity>(i);
        if (const OptionalInt& most = key.limits[quantity]) {
            const bool money =
                quantity == Quantity::kUsdPerDay || quantity == Quantity::kUsdPerMonth;
            text.append(text.empty() ? "" : " ").append(ToString(quantity)).append("=");
            text += money ? FormatUsd(Money::FromNanoUsd(*most)) : std::to_string(*most);
        }
    }
    if (key.shadow_limits && !text.empty()) {
        text.append(" ").append(kMode).append("=").append(kShadow);
    }
    return text;
}

Status ReadLimit(std::string_view part, KeyRecord& key) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
        return {};
    }
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (name == kMode) {
        key.shadow_limits = value == kShadow;
        return {};
    }
    return SetLimitValue(key.limits, name, value);
}

Status ReadLimits(std::string_view text, KeyRecord& key) {
    for (const std::string_view part : Split(text, ' ')) {
        SG_TRY(ReadLimit(part, key));
    }
    return {};
}

std::string Joined(const std::vector<std::string>& patterns) {
    std::string text;
    for (const std::string& pattern : patterns) {
        text.append(text.empty() ? "" : ",").append(pattern);
    }
    return text;
}

void SetId(KeyRecord& key, std::string id) {
    key.fingerprint = id;
    std::erase(key.fingerprint, '-');
    key.id = std::move(id);
}

Result<std::shared_ptr<const KeyRecord>> FromStored(const state::GatewayKey& stored) {
    auto key = std::make_shared<KeyRecord>();
    SetId(*key, stored.id);
    key->hash = HashFromHex(stored.hash);
    key->previous_hash = HashFromHex(stored.previous_hash);
    key->previous_until = stored.previous_until;
    key->hint = stored.hint;
    key->name = stored.name;
    key->owner = stored.owner;
    key->team = stored.team;
    key->service = stored.service;
    for (const std::string_view pattern : Split(stored.models, ',')) {
        if (!pattern.empty()) {
            key->models.emplace_back(pattern);
        }
    }
    SG_TRY(ReadLimits(stored.limits, *key));
    key->created_at = stored.created_at;
    key->rotated_at = stored.rotated_at;
    key->expires_at = stored.expires_at;
    key->revoked_at = stored.revoked_at;
    key->series = std::make_shared<LimitSeries>();
    return std::shared_ptr<const KeyRecord>(std::move(key));
}

state::GatewayKey ToStored(const KeyRecord& key) {
    const bool rotated = key.previous_hash != KeyHash{};
    return {
        .id = key.id,
        .hash = ToHex(key.hash),
        .previous_hash = rotated ? ToHex(key.previous_hash) : std::string(),
        .previous_until = key.previous_until,
        .hint = key.hint,
        .name = key.name,
        .owner = key.owner,
        .team = key.team,
        .service = key.service,
        .models = Joined(key.models),
        .limits = LimitsText(key),
        .created_at = key.created_at,
        .rotated_at = key.rotated_at,
        .expires_at = key.expires_at,
        .revoked_at = key.revoked_at};
}

Status CheckText(std::string_view name, std::string_view text) {
    const bool printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' || c < 0; });
    if (text.size() > kTextBytesMax || !printable) {
        return Error{
            ErrorCode::kInvalidArgument,
            std::string(name) + ": allowed: up to " + std::to_string(kTextBytesMax) +
                " bytes without control characters"};
    }
    return {};
}

void Write(const NewKey& wanted, KeyRecord& key) {
    key.name = wanted.name;
    key.owner = wanted.owner;
    key.team = wanted.team;
    key.service = wanted.service;
    key.models = wanted.models;
    key.limits = wanted.limits;
    key.shadow_limits = wanted.shadow_limits;
    key.expires_at = wanted.expires_at;
}

Status Check(const NewKey& wanted) {
    SG_TRY(CheckText("name", wanted.name));
    SG_TRY(CheckText("owner", wanted.owner));
    SG_TRY(CheckText("team", wanted.team));
    SG_TRY(CheckText("service", wanted.service));
    const bool bad_pattern =
        std::any_of(wanted.models.begin(), wanted.models.end(), [](const std::string& pattern) {
            return pattern.empty() || pattern.size() > kTextBytesMax ||
                   pattern.find(',') != std::string::npos;
        });
    if (bad_pattern || wanted.models.size() > kModelsMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            "models: allowed: up to 100 patterns such as gpt-4o*, none of them empty or with a "
            "comma"};
    }
    return {};
}

Status CheckExpiry(const NewKey& wanted, Time now) {
    if (wanted.expires_at != Time{} && wanted.expires_at <= now) {
        return Error{ErrorCode::kInvalidArgument, "expires_at: allowed: a time to come"};
    }
    return {};
}

Error IsRevoked(std::string_view id) {
    return {
        ErrorCode::kConflict,
        "the key " + EscapeForDisplay(id) + " is revoked; issue a new one"};
}

}  // namespace

Keys::Keys(state::GatewayKeys& stored, const Secret& secret, const Clock& clock)
    : stored_(stored),
      clock_(clock),
      hasher_(secret),
      table_(std::make_shared<KeyTable>(hasher_, KeyTable::Records{})) {}

Result<std::unique_ptr<Keys>>
Keys::Open(state::GatewayKeys& stored, const Secret& secret, const Clock& clock) {
    std::unique_ptr<Keys> keys(new Keys(stored, secret, clock));
    SG_ASSIGN_OR_RETURN(const std::vector<state::GatewayKey> all, stored.All());
    KeyTable::Records records;
    records.reserve(all.size());
    for (const state::GatewayKey& key : all) {
        SG_ASSIGN_OR_RETURN(std::shared_ptr<const KeyRecord> record, FromStored(key));
        records.push_back(std::move(record));
    }
    keys->table_.Set(std::make_shared<KeyTable>(keys->hasher_, std::move(records)));
    return keys;
}

/// Stores the record, then publishes a table with it.
Status Keys::Put(const std::shared_ptr<const KeyRecord>& record, const AuditNote& note) {
    if (note == nullptr) {
        SG_TRY(stored_.Put(ToStored(*record)));
    } else {
        SG_TRY(stored_.Put(ToStored(*record), note(*record)));
    }
    KeyTable::Records records = table_.Get()->All();
    const auto same = std::find_if(records.begin(), records.end(), [&record](const auto& other) {
        return other->id == record->id;
    });
    if (same == records.end()) {
        records.push_back(record);
    } else {
        *same = record;
    }
    table_.Set(std::make_shared<KeyTable>(hasher_, std::move(records)));
    return {};
}

Result<std::shared_ptr<const KeyRecord>> Keys::Find(std::string_view id) const {
    const std::shared_ptr<const KeyTable> table = table_.Get();
    for (const auto& record : table->All()) {
        if (record->id == id) {
            return record;
        }
    }
    return Error{ErrorCode::kNotFound, "there is no key " + EscapeForDisplay(id)};
}

Result<IssuedKey> Keys::Issue(const NewKey& wanted, const AuditNote& note) {
    const Time now = clock_.Now();
    SG_TRY(Check(wanted));
    SG_TRY(CheckExpiry(wanted, now));
    std::string text = NewKeyText();
    UuidSource ids;
    auto key = std::make_shared<KeyRecord>();
    SetId(*key, ToString(ids.Next(now)));
    key->hash = hasher_.Of(text);
    key->hint = text.substr(text.size() - kHintCharacters);
    Write(wanted, *key);
    key->created_at = now;
    key->series = std::make_shared<LimitSeries>();
    const MutexLock lock(changing_);
    SG_TRY(Put(key, note));
    return IssuedKey{Secret(std::move(text)), std::move(key)};
}

Result<IssuedKey> Keys::Rotate(std::string_view id, Duration overlap, const AuditNote& note) {
    std::string text = NewKeyText();
    const MutexLock lock(changing_);
    SG_ASSIGN_OR_RETURN(const std::shared_ptr<const KeyRecord> old, Find(id));
    if (old->IsRevoked()) {
        return IsRevoked(id);
    }
    auto key = std::make_shared<KeyRecord>(*old);
    key->rotated_at = clock_.Now();
    key->previous_hash = old->hash;
    key->previous_until = key->rotated_at + overlap;
    key->hash = hasher_.Of(text);
    key->hint = text.substr(text.size() - kHintCharacters);
    SG_TRY(Put(key, note));
    return IssuedKey{Secret(std::move(text)), std::move(key)};
}

Result<std::shared_ptr<const KeyRecord>> Keys::Change(
    std::string_view id,
    const std::function<Status(NewKey& key)>& change,
    const AuditNote& note
) {
    const MutexLock lock(changing_);
    SG_ASSIGN_OR_RETURN(const std::shared_ptr<const KeyRecord> old, Find(id));
    if (old->IsRevoked()) {
        return IsRevoked(id);
    }
    NewKey wanted{
        .name = old->name,
        .owner = old->owner,
        .team = old->team,
        .service = old->service,
        .models = old->models,
        .limits = old->limits,
        .shadow_limits = old->shadow_limits,
        .expires_at = old->expires_at};
    SG_TRY(change(wanted));
    SG_TRY(Check(wanted));
    if (wanted.expires_at != old->expires_at) {
        SG_TRY(CheckExpiry(wanted, clock_.Now()));
    }
    auto key = std::make_shared<KeyRecord>(*old);
    Write(wanted, *key);
    SG_TRY(Put(key, note));
    return std::shared_ptr<const KeyRecord>(std::move(key));
}

Result<std::shared_ptr<const KeyRecord>> Keys::Revoke(std::string_view id, const AuditNote& note) {
    const MutexLock lock(changing_);
    SG_ASSIGN_OR_RETURN(std::shared_ptr<const KeyRecord> old, Find(id));
    if (old->IsRevoked()) {
        return old;
    }
    auto key = std::make_shared<KeyRecord>(*old);
    key->revoked_at = clock_.Now();
    SG_TRY(Put(key, note));
    return std::shared_ptr<const KeyRecord>(std::move(key));
}

}  // namespace sightglass::access

// Every Sightglass key at one moment, made for finding one fast: the gateway's workers look here
// for each call. A key is found by a keyed hash of it; the key itself is nowhere.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/limit_rule.h"
#include "access/limit_series.h"
#include "base/secret.h"
#include "base/time.h"

namespace sightglass::access {

/// What all Sightglass keys begin with. No provider's keys do.
inline constexpr std::string_view kKeyPrefix = "sg-";

/// Whether a credential is meant for us, well formed or not.
constexpr bool LooksLikeSightglassKey(std::string_view text) noexcept {
    return text.starts_with(kKeyPrefix);
}

using KeyHash = std::array<std::uint8_t, 32>;

/// BLAKE2b-256 of this installation's secret and the key: one block of the hash, as long as both
/// have 128 bytes together.
/// Thread-safety: safe for concurrent use.
class KeyHasher {
public:
    explicit KeyHasher(const Secret& secret);

    KeyHash Of(std::string_view key) const noexcept;

private:
    struct Keyed;

    std::shared_ptr<const Keyed> keyed_;
};

/// One key, as an operator made it.
/// Thread-safety: plain value; `series` is safe for concurrent use.
struct KeyRecord {
    // What is looked at for every call, together.
    KeyHash hash{};
    Time revoked_at;          ///< The epoch where it was not.
    Time expires_at;          ///< The epoch where it does not.
    Time previous_until;      ///< Until when the key before the last rotation is taken.
    KeyHash previous_hash{};  ///< Of that one.

    std::string id;
    std::string fingerprint;  ///< What calls say as api_key: the id without its hyphens.
    std::string hint;
    std::string name;
    std::string owner;
    std::string team;
    std::string service;
    std::vector<std::string> models;  ///< Patterns; none: every model.
    LimitValues limits;
    bool shadow_limits = false;
    Time created_at;
    Time rotated_at;                      ///< The epoch where it was not.
    std::shared_ptr<LimitSeries> series;  ///< What `limits` counts; outlives rotations.

    bool IsRevoked() const noexcept { return revoked_at != Time{}; }

    bool IsExpired(Time now) const noexcept { return expires_at != Time{} && now >= expires_at; }
};

/// What became of looking for a key.
enum class KeyStatus : std::uint8_t { kValid, kUnknown, kExpired, kRevoked };

/// Thread-safety: plain value.
struct KeyLookup {
    KeyStatus status = KeyStatus::kUnknown;
    std::shared_ptr<const KeyRecord> key;  ///< Null where it is unknown.
};

/// Thread-safety: immutable; safe for concurrent use.
class KeyTable {
public:
    using Records = std::vector<std::shared_ptr<const KeyRecord>>;

    KeyTable(KeyHasher hasher, Records records);

    /// At most 1 us among 100,000 keys (key_table_bench.cc).
    KeyLookup Find(std::string_view key, Time now) const noexcept;

    /// The key of calls with that api_key, or null.
    const KeyRecord* FindFingerprint(std::string_view fingerprint) const;

    /// Whether no key was ever issued.
    bool Empty() const noexcept { return records_.empty(); }

    /// Oldest first.
    const Records& All() const noexcept { return records_; }

private:
    struct Slot {
        std::uint64_t start = 0;  ///< The hash's first bytes, 0 where the slot is free.
        std::shared_ptr<const KeyRecord> record;
        bool previous = false;
    };

    /// Where a hash is looked for first; its lowest bit is always set.
    std::size_t HomeOf(std::uint64_t start) const noexcept {
        return (start >> 1U) & (slots_.size() - 1);
    }

    void Insert(const KeyHash& hash, const std::shared_ptr<const KeyRecord>& record, bool previous);

    KeyHasher hasher_;
    Records records_;
    std::vector<Slot> slots_;  ///< A power of two, at most half of them taken.
    std::unordered_map<std::string_view, const KeyRecord*> by_fingerprint_;
};

}  // namespace sightglass::access

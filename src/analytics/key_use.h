// Who uses a key, from where, and whether that is unlike what it was used for before: what a key looks like that got into the
// wrong hands.
//
// Thread-safety: plain values and pure functions over the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

/// What is looked at, and what it is held against.
inline constexpr Duration kKeyRecent = std::chrono::hours(24);
inline constexpr Duration kKeyHistory = std::chrono::hours(28 * 24);

enum class KeyOddity : std::uint8_t { kNewAddress, kNewService, kUnusualHour, kRate };

/// "new_address", "new_service", "unusual_hour", "rate".
std::string_view ToString(KeyOddity oddity) noexcept;

/// The calls of one address, client and service in the last 24 hours. Texts are empty where calls do not say.
struct KeyUse {
    std::string address;
    std::string user_agent;
    std::string service;
    std::int64_t calls = 0;
    std::int64_t refused = 0;        ///< By us, or by the provider because of the key.
    Time first_seen;                 ///< To the hour.
    Time last_seen;                  ///< The end of the last hour with a call.
    std::int64_t calls_in_hour = 0;  ///< Of its busiest hour.
    std::vector<KeyOddity> odd;

    /// A new address and two things more that never were: nobody who moves to another machine looks so.
    bool IsAlarming() const noexcept;
};

struct NamedCalls {
    std::string name;
    std::int64_t calls = 0;
};

struct KeyTrace {
    std::string fingerprint;
    std::string label;
    std::vector<KeyUse> uses;  ///< The most odd first, then the most calls.
    std::int64_t calls_before = 0;
    double calls_in_hour_before = 0;  ///< Of hours with calls, on average.
    std::vector<NamedCalls> users_before;
    std::vector<NamedCalls> services_before;
    std::vector<NamedCalls> addresses_before;

    bool IsAlarming() const noexcept;
};

Result<KeyTrace> TraceKey(const std::string& fingerprint, Time now, const store::Store& store);

/// Of the keys in use, those that alarm.
Result<std::vector<KeyTrace>> FindMisusedKeys(Time now, const store::Store& store);

}  // namespace sightglass::analytics

// Of which alerts nobody is told for a while, and by which way the others are.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/matcher.h"
#include "base/result.h"
#include "base/time.h"

namespace sightglass::alert {

struct Silence {
    std::string id;
    std::vector<Matcher> matchers;
    Time starts_at;
    Time ends_at;
    std::string by;
    std::string comment;
    Time created_at;

    bool IsActive(Time now) const noexcept { return starts_at <= now && now < ends_at; }

    friend bool operator==(const Silence&, const Silence&) = default;
};

/// What the API's body says, its times relative to `now`; id and created_at are the caller's.
/// kInvalidArgument says which member is wrong.
Result<Silence> ParseSilence(std::string_view json, Time now);

/// As it is kept.
std::string ToJson(const Silence& silence);
Result<Silence> ParseKeptSilence(std::string_view json);

/// By which way alerts go. The first that fits counts.
struct Route {
    std::string name;
    std::vector<Matcher> matchers;      ///< None: every alert.
    std::vector<std::string> channels;  ///< Ids; none: every channel.
    Duration
        wait{};  ///< From the first alert of a monitor until it is told, with what came meanwhile.
    Duration interval = std::chrono::seconds(30);  ///< Between notices about one monitor.
    Duration remind = std::chrono::hours(4);       ///< What still fires is told again; 0: never.

    friend bool operator==(const Route&, const Route&) = default;
};

/// {"items": [...]}, in their order. kInvalidArgument says what is wrong.
Result<std::vector<Route>> ParseRoutes(std::string_view json);

/// An object of the API's list.
void WriteRoute(codec::JsonWriter& json, const Route& route);
std::string ToJson(const std::vector<Route>& routes);

}  // namespace sightglass::alert

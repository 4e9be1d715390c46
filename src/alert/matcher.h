// Which alerts a silence or a route is about.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/monitor.h"
#include "base/result.h"

namespace sightglass::codec {
class JsonValue;
class JsonWriter;
}  // namespace sightglass::codec

namespace sightglass::alert {

/// A name and the value that it must have; a * at its end stands for anything.
struct Matcher {
    std::string name;  ///< "monitor", "severity", "team", "service", or a name of the group.
    std::string value;

    friend bool operator==(const Matcher&, const Matcher&) = default;
};

/// Whether an alert of the monitor's group meets all of them. A dimension that the group is by comes
/// before what the monitor says itself.
bool MeetsAll(
    const std::vector<Matcher>& matchers,
    const Monitor& monitor,
    const std::vector<std::string>& group
);

/// An array of at most 20 {"name", "value"}.
Result<std::vector<Matcher>> ReadMatchers(codec::JsonValue value);
void WriteMatchers(codec::JsonWriter& json, const std::vector<Matcher>& matchers);

}  // namespace sightglass::alert

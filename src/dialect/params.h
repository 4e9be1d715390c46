// The JSON object of Call::params, written member by member as they are found in a request.
#pragma once

#include <string>
#include <string_view>

#include "call/call.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::dialect {

/// Each function adds nothing where the value is absent or of another kind.
/// Thread-safety: one thread at a time.
class Params {
public:
    void Number(std::string_view name, codec::JsonValue value);

    /// The start of a text.
    void Text(std::string_view name, codec::JsonValue value);

    void Flag(std::string_view name, codec::JsonValue value);

    /// How many an array holds.
    void Count(std::string_view name, codec::JsonValue array);

    /// That the member is there: its value is the caller's business.
    void Present(std::string_view name, codec::JsonValue value);

    /// Sets Call::params, unless nothing was found, or too much.
    void MoveTo(Call& call);

private:
    codec::JsonWriter& Key(std::string_view name);

    codec::JsonWriter json_;
    bool any_ = false;
};

}  // namespace sightglass::dialect

// The one list of a Call's fields: name, type, role, unit, and where the value lies. Encoders, the
// engines' schemas, JSON answers, filters and exports walk over it, so that a new field is added in
// one place.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "call/call.h"

namespace sightglass {

/// Where a field lies in the Call; the alternative is its type.
using FieldMember = std::variant<
    Uuid Call::*,
    std::string Call::*,
    OptionalInt Call::*,
    OptionalTime Call::*,
    OptionalMoney Call::*,
    std::optional<bool> Call::*,
    std::optional<double> Call::*,
    Tags Call::*,
    std::vector<Attempt> Call::*,
    std::optional<Source> Call::*,
    std::optional<CallStatus> Call::*,
    std::optional<Operation> Call::*,
    std::optional<ErrorType> Call::*,
    std::optional<TokenSource> Call::*,
    std::optional<CostSource> Call::*>;

/// What a field may be used for in questions.
enum class FieldRole : std::uint8_t {
    kDetail,     ///< Shown with the call; not for grouping or filtering.
    kDimension,  ///< Group by, filter by.
    kMeasure,    ///< A number that metrics aggregate and `calls` filters by range.
    kJson,       ///< Text that is a JSON document.
};

struct Field {
    std::uint16_t number;  ///< In the binary encoding. Never changes, never reused.
    std::string_view name;
    FieldMember member;
    FieldRole role = FieldRole::kDetail;
    std::string_view unit = "";  ///< "us", "tokens", "nano_usd", "bytes", "requests" or empty.
};

/// All fields, in the order of the design's table.
std::span<const Field> Fields() noexcept;

/// The field of that name, or null.
const Field* FindField(std::string_view name) noexcept;

/// The stored names of a vocabulary field as text ("ok"), a text field's text, a bool as
/// "true"/"false", an integer in decimal; empty where unknown. What filters compare with.
std::string DisplayText(const Field& field, const Call& call);

}  // namespace sightglass

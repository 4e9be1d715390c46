#include "capture/files/row.h"

namespace sightglass::capture::files {

Cell CellOf(const codec::JsonValue& value) noexcept {
    if (!value.Exists() || value.IsNull()) {
        return {};
    }
    if (value.IsString()) {
        return {CellKind::kText, value.String().value_or(""), {}};
    }
    if (const std::string_view number = value.NumberText(); !number.empty()) {
        return {CellKind::kNumber, number, {}};
    }
    if (const auto truth = value.Bool()) {
        return {CellKind::kBool, *truth ? "true" : "false", {}};
    }
    return {CellKind::kJson, {}, value};
}

}  // namespace sightglass::capture::files

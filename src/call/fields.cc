#include "call/fields.h"

#include <unordered_map>

#include "call/field_table.h"

namespace sightglass {

std::span<const Field> Fields() noexcept {
    return kFieldTable;
}

const Field* FindField(std::string_view name) noexcept {
    static const auto* const by_name = [] {
        auto* map = new std::unordered_map<std::string_view, const Field*>;  // Lives as long as the
                                                                             // program.
        for (const Field& field : kFieldTable) {
            map->emplace(field.name, &field);
        }
        return map;
    }();
    const auto found = by_name->find(name);
    return found == by_name->end() ? nullptr : found->second;
}

namespace {

std::string Text(const Uuid& value) {
    return ToString(value);
}

std::string Text(const std::string& value) {
    return value;
}

std::string Text(const OptionalInt& value) {
    return value ? std::to_string(*value) : std::string();
}

std::string Text(const OptionalTime& value) {
    return value ? FormatTime(*value) : std::string();
}

std::string Text(const OptionalMoney& value) {
    return value ? std::to_string(value->nano_usd()) : std::string();
}

std::string Text(const std::optional<bool>& value) {
    return value ? std::string(*value ? "true" : "false") : std::string();
}

std::string Text(const std::optional<double>& value) {
    return value ? std::to_string(*value) : std::string();
}

std::string Text(const Tags& tags) {
    std::string text;
    for (const auto& [name, value] : tags) {
        text += text.empty() ? "" : ", ";
        text += name;
        text += '=';
        text += value;
    }
    return text;
}

std::string Text(const std::vector<Attempt>& attempts) {
    return std::to_string(attempts.size());
}

template <typename Enum>
std::string Text(const std::optional<Enum>& value) {
    return value ? std::string(ToString(*value)) : std::string();
}

}  // namespace

std::string DisplayText(const Field& field, const Call& call) {
    return std::visit([&](auto member) { return Text(call.*member); }, field.member);
}

}  // namespace sightglass

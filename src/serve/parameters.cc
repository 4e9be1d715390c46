#include "serve/parameters.h"

#include <algorithm>

#include "base/text.h"

namespace sightglass::serve {
namespace {

constexpr std::size_t kParametersMax = 1'000;

std::optional<unsigned> HexDigit(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char lower = ToLower(c);
    if (lower >= 'a' && lower <= 'f') {
        return static_cast<unsigned>(lower - 'a' + 10);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            decoded += ' ';
        } else if (text[i] != '%') {
            decoded += text[i];
        } else {
            const auto high = i + 2 < text.size() ? HexDigit(text[i + 1]) : std::nullopt;
            const auto low = i + 2 < text.size() ? HexDigit(text[i + 2]) : std::nullopt;
            if (!high || !low) {
                return std::nullopt;
            }
            decoded += static_cast<char>(*high * 16 + *low);
            i += 2;
        }
    }
    return decoded;
}

Result<Parameters> Parameters::Parse(std::string_view query) {
    Parameters parameters;
    if (query.empty()) {
        return parameters;
    }
    for (const std::string_view part : Split(query, '&')) {
        if (part.empty()) {
            continue;
        }
        if (parameters.all_.size() == kParametersMax) {
            return Error{ErrorCode::kInvalidArgument, "more than 1000 parameters"};
        }
        const std::size_t equals = std::min(part.find('='), part.size());
        auto name = PercentDecode(part.substr(0, equals), true);
        auto value = PercentDecode(part.substr(std::min(equals + 1, part.size())), true);
        if (!name || !value) {
            return Error{
                ErrorCode::kInvalidArgument,
                "'" + EscapeForDisplay(part) + "': a % must be followed by two hexadecimal digits"};
        }
        parameters.all_.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

std::optional<std::string_view> Parameters::Find(std::string_view name) const noexcept {
    const auto found = std::find_if(all_.begin(), all_.end(), [name](const auto& entry) {
        return entry.first == name;
    });
    if (found == all_.end()) {
        return std::nullopt;
    }
    return found->second;
}

std::string_view Parameters::Get(std::string_view name, std::string_view otherwise) const noexcept {
    return Find(name).value_or(otherwise);
}

std::vector<std::string_view> Parameters::All(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : all_) {
        if (key == name) {
            values.push_back(value);
        }
    }
    return values;
}

Result<std::int64_t>
Parameters::Count(std::string_view name, std::int64_t otherwise, std::int64_t max) const {
    const auto text = Find(name);
    if (!text) {
        return otherwise;
    }
    const auto number = ParseInt(*text);
    if (!number || *number < 1 || *number > max) {
        return Error{
            ErrorCode::kInvalidArgument,
            std::string(name) + ": '" + EscapeForDisplay(*text) +
                "' is not a whole number from 1 to " + std::to_string(max)};
    }
    return *number;
}

void Parameters::Rewrite(
    const std::function<std::optional<std::string>(std::string_view name, std::string_view value)>&
        change
) {
    for (auto& [name, value] : all_) {
        if (auto changed = change(name, value)) {
            value = std::move(*changed);
        }
    }
}

std::optional<std::string_view> Parameters::FindUnknown(const std::vector<std::string_view>& known
) const noexcept {
    for (const auto& entry : all_) {
        if (std::find(known.begin(), known.end(), entry.first) == known.end()) {
            return entry.first;
        }
    }
    return std::nullopt;
}

}  // namespace sightglass::serve

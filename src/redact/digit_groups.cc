#include "redact/digit_groups.h"

#include "redact/characters.h"

namespace sightglass::redact {
namespace {

struct Separator {
    Gap gap = Gap::kNone;
    std::size_t size = 0;
};

Separator TwoBytes(std::string_view rest) noexcept {
    if (rest.starts_with(" - ")) {
        return {Gap::kHyphen, 3};
    }
    if (rest.starts_with(" (") || rest.starts_with(") ") || rest.starts_with(")-")) {
        return {Gap::kBracket, 2};
    }
    return {};
}

/// U+00A0, U+202F; U+2010 to U+2015.
Separator ForeignSeparator(std::string_view rest) noexcept {
    if (rest.starts_with("\xC2\xA0")) {
        return {Gap::kSpace, 2};
    }
    if (rest.starts_with("\xE2\x80\xAF")) {
        return {Gap::kSpace, 3};
    }
    const bool dash =
        rest.size() > 2 && rest.starts_with("\xE2\x80") && rest[2] >= '\x90' && rest[2] <= '\x95';
    return dash ? Separator{Gap::kHyphen, 3} : Separator{};
}

Separator SeparatorAt(std::string_view rest) noexcept {
    if (const Separator two = TwoBytes(rest); two.size > 0) {
        return two;
    }
    switch (rest.empty() ? '\0' : rest[0]) {
        case ' ':
            return {Gap::kSpace, 1};
        case '-':
            return {Gap::kHyphen, 1};
        case '.':
            return {Gap::kDot, 1};
        case '/':
            return {Gap::kSlash, 1};
        case '(':
        case ')':
            return {Gap::kBracket, 1};
        default:
            return ForeignSeparator(rest);
    }
}

}  // namespace

DigitGroups::DigitGroups(std::string_view text, std::size_t at) {
    Gap gap = Gap::kNone;
    while (count_ < kGroupsMax && TakeGroup(text, at, gap)) {
        const Separator separator = SeparatorAt(text.substr(at));
        gap = separator.gap;
        at += separator.size;
        if (separator.size == 0 || at >= text.size() || !IsDigit(text[at])) {
            break;
        }
    }
}

/// False where there are more digits than there is room for.
bool DigitGroups::TakeGroup(std::string_view text, std::size_t& at, Gap gap) noexcept {
    std::size_t total = AllDigits();
    while (at < text.size() && IsDigit(text[at])) {
        if (total == kDigitsMax) {
            return false;
        }
        digits_[total++] = text[at++];
    }
    groups_[count_++] = {at, total, gap};
    return true;
}

bool DigitGroups::SizesAre(std::string_view sizes, std::size_t first) const noexcept {
    if (first + sizes.size() > count_) {
        return false;
    }
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (SizeOf(first + i) != static_cast<std::size_t>(sizes[i] - '0')) {
            return false;
        }
    }
    return true;
}

bool DigitGroups::GapsAre(Gap gap, std::size_t first, std::size_t last) const noexcept {
    for (std::size_t i = first + 1; i <= last; ++i) {
        if (groups_[i].gap != gap) {
            return false;
        }
    }
    return true;
}

}  // namespace sightglass::redact

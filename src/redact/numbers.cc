#include "redact/numbers.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "redact/characters.h"
#include "redact/checks.h"
#include "redact/context.h"
#include "redact/digit_groups.h"
#include "redact/phones.h"

namespace sightglass::redact {
namespace {

constexpr auto kDutchIdWords = std::to_array<std::string_view>({
    "bsn",
    "burgerservice",
    "burger service",
    "sofi",
    "citizen service",
    "dutch national id",
    "dutch social security",
});
constexpr auto kUnitedStatesIdWords =
    std::to_array<std::string_view>({"ssn", "social security", "social sec", "taxpayer id", "itin"}
    );

/// Whether a number that begins at `at` is the rest of something: a name, a decimal, a date, an amount.
bool IsAttachedBefore(const Searched& in, std::size_t at, std::size_t first_size) noexcept {
    const char before = in.Before(at);
    const char second = in.SecondBefore(at);
    switch (before) {
        case '-':
            return IsWordByte(second);
        case '.':
        case '/':
            return IsDigit(second);
        case ',':
            return IsDigit(second) && first_size == 3;
        case '$':
            return true;
        default:
            return IsWordByte(before);
    }
}

/// Whether what ends at `end` goes on as something else.
bool IsAttachedBehind(const Searched& in, std::size_t end) noexcept {
    const char next = in.At(end);
    const char second = in.At(end + 1);
    switch (next) {
        case '-':
            return IsWordByte(second);
        case '.':
            return IsDigit(second);
        case '%':
            return !IsHexDigit(second);
        default:
            return IsWordByte(next);
    }
}

/// 18 characters, the last of which may be an X; in one piece or as region, date, rest.
Finding FindChineseId(const Searched& in, std::size_t at, const DigitGroups& groups) {
    const bool whole = groups.SizeOf(0) == 18 || groups.SizeOf(0) == 17;
    const std::size_t n = whole ? 1 : 3;
    if (!whole && !groups.SizesAre("684") && !groups.SizesAre("683")) {
        return kNothing;
    }
    std::size_t end = groups.EndOf(n);
    std::string id(groups.Digits(n));
    if (id.size() == 17) {
        id += in.At(end++);
    }
    return IsChineseId(id) && !IsWordByte(in.At(end)) ? Finding{at, end, Kind::kNationalId}
                                                      : kNothing;
}

/// Sizes of the groups that are printed on cards.
bool IsPrintedCard(const DigitGroups& groups, std::size_t n) noexcept {
    constexpr auto kPrinted =
        std::to_array<std::string_view>({"4444", "44443", "465", "464", "4443"});
    const Gap gap = groups.GapBefore(1);
    const bool even = groups.GapsAre(gap, 0, n - 1) && gap != Gap::kSlash && gap != Gap::kBracket;
    const bool union_pay = n == 2 && groups.SizeOf(0) == 6 && groups.SizeOf(1) == 13;
    return even &&
           (union_pay || std::any_of(kPrinted.begin(), kPrinted.end(), [&](std::string_view sizes) {
                return sizes.size() == n && groups.SizesAre(sizes);
            }));
}

Finding FindCard(const Searched& in, std::size_t at, const DigitGroups& groups) {
    for (std::size_t n = std::min<std::size_t>(groups.Count(), 5); n >= 1; --n) {
        const bool shaped = n == 1 || IsPrintedCard(groups, n);
        if (shaped && IsCardNumber(groups.Digits(n)) && !IsAttachedBehind(in, groups.EndOf(n))) {
            return {at, groups.EndOf(n), Kind::kCard};
        }
    }
    return kNothing;
}

Finding FindUnitedStatesId(const Searched& in, std::size_t at, const DigitGroups& groups) {
    const bool grouped = groups.SizesAre("324");
    const bool marked = grouped && groups.GapsAre(Gap::kHyphen, 0, 2);
    const bool whole = groups.SizeOf(0) == 9;
    if (!grouped && !whole) {
        return kNothing;
    }
    const std::size_t end = groups.EndOf(whole ? 1 : 3);
    const std::string_view digits = groups.Digits(whole ? 1 : 3);
    const bool told = marked || IsNear(in, at, end, kUnitedStatesIdWords);
    return told && IsUnitedStatesId(digits) ? Finding{at, end, Kind::kNationalId} : kNothing;
}

/// Nine digits are too common for the 11-test alone: a word must say so.
Finding FindDutchId(const Searched& in, std::size_t at, const DigitGroups& groups) {
    const bool whole = groups.SizeOf(0) == 9;
    const bool grouped = groups.SizesAre("423") || groups.SizesAre("333") || groups.SizesAre("234");
    if ((!whole && !grouped) || !IsDutchId(groups.Digits(whole ? 1 : 3))) {
        return kNothing;
    }
    const std::size_t end = groups.EndOf(whole ? 1 : 3);
    return IsNear(in, at, end, kDutchIdWords) ? Finding{at, end, Kind::kNationalId} : kNothing;
}

/// "version 1.2.3.4", "v1.2.3.4", "Chrome/120.0.0.0".
bool IsVersion(const Searched& in, std::size_t at) {
    constexpr std::size_t kBytes = 12;
    const char before = in.Before(at);
    if (before == '/') {
        return in.SecondBefore(at) != '/' && IsWordByte(in.SecondBefore(at));
    }
    if (before != ' ' && before != ':' && before != '=') {
        return IsWordByte(before) || before == '.' || before == '-';
    }
    const std::size_t start = std::max(at - std::min(at, kBytes), in.from);
    std::string words(in.text.substr(start, at - start));
    std::transform(words.begin(), words.end(), words.begin(), ToLower);
    return words.find("version") != std::string::npos || words.find(" v.") != std::string::npos ||
           words.find("release") != std::string::npos || words.find("build ") != std::string::npos;
}

Finding FindIpv4(const Searched& in, std::size_t at, const DigitGroups& groups) {
    constexpr std::size_t kParts = 4;
    if (groups.Count() < kParts || !groups.GapsAre(Gap::kDot, 0, kParts - 1)) {
        return kNothing;
    }
    const bool more = groups.Count() > kParts && groups.GapBefore(kParts) == Gap::kDot;
    const std::size_t end = groups.EndOf(kParts);
    if (more || IsWordByte(in.At(end)) || !IsIpv4(in.text.substr(at, end - at)) ||
        IsVersion(in, at)) {
        return kNothing;
    }
    return {at, end, Kind::kIp};
}

/// An IBAN whose two check digits stand at `at`.
Finding FindIban(const Searched& in, std::size_t at) {
    if (at < in.from + 2 || !IsLetter(in.text[at - 1]) || !IsLetter(in.text[at - 2]) ||
        !IsDigit(in.At(at + 1)) || (at > 2 && IsWordByte(in.text[at - 3]))) {
        return kNothing;
    }
    const std::size_t begin = at - 2;
    const std::size_t size = IbanLength(in.text.substr(begin));
    return size > 0 && !IsLetterOrDigit(in.At(begin + size))
               ? Finding{begin, begin + size, Kind::kIban}
               : kNothing;
}

/// Whether there are so many digits, or other groups of them follow: of most numbers neither is so.
bool MayBeLong(const Searched& in, std::size_t at, std::size_t digits) noexcept {
    std::size_t end = at;
    while (IsDigit(in.At(end))) {
        ++end;
    }
    if (end - at >= digits) {
        return true;
    }
    const char next = in.At(end);
    const bool one = next == '.' || next == '-' || next == '/' || next == '(';
    return one ? IsDigit(in.At(end + 1)) || next == '(' || in.At(end + 1) == '('
               : next == ' ' || next == ')' || IsForeign(next);
}

Finding FindAlone(const Searched& in, std::size_t at, const DigitGroups& groups) {
    if (const Finding id = FindChineseId(in, at, groups); !id.Empty()) {
        return id;
    }
    for (const auto find : {FindCard, FindUnitedStatesId, FindDutchId, FindPhone}) {
        const Finding found = find(in, at, groups);
        if (!found.Empty() && !IsAttachedBehind(in, found.end)) {
            return found;
        }
    }
    return kNothing;
}

}  // namespace

Finding FindNumber(const Searched& in, std::size_t at) {
    constexpr std::size_t kDigitsMin = 7;
    if (IsLetter(in.Before(at))) {
        return FindIban(in, at);
    }
    if (!MayBeLong(in, at, kDigitsMin)) {
        return kNothing;
    }
    const DigitGroups groups(in.text, at);
    if (groups.Count() == 0) {
        return kNothing;
    }
    if (const Finding address = FindIpv4(in, at, groups); !address.Empty()) {
        return address;
    }
    if (groups.AllDigits() < kDigitsMin || IsAttachedBefore(in, at, groups.SizeOf(0))) {
        return kNothing;
    }
    return FindAlone(in, at, groups);
}

}  // namespace sightglass::redact

#include "redact/phones.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "redact/characters.h"
#include "redact/context.h"

namespace sightglass::redact {
namespace {

constexpr auto kPhoneWords = std::to_array<std::string_view>({
    "phone",
    "telephone",
    "tel ",
    "tel:",
    "tel.",
    "mobile",
    "cell ",
    "cell:",
    "fax",
    "whatsapp",
    "sms ",
    "call me",
    "call us",
    "call him",
    "call her",
    "call them",
    "reach me",
    "reach us",
    "reach him",
    "reach her",
    "text me",
    "dial ",
    "contact number",
    "telefoon",
    "telefon",
    "telefono",
    "mobiel",
    "gsm",
    "bel ",
    "rufnummer",
    "\xE7\x94\xB5\xE8\xAF\x9D",  // Telephone, mobile telephone, to ring up: in Chinese.
    "\xE6\x89\x8B\xE6\x9C\xBA",
    "\xE8\x87\xB4\xE7\x94\xB5",
    "\xE6\x8B\xA8\xE6\x89\x93",
});

/// How many digits a number of some countries has, the calling code included.
struct Country {
    std::string_view code;
    std::size_t digits;
};

constexpr auto kCountries = std::to_array<Country>({
    {"1", 11},
    {"7", 11},
    {"31", 11},
    {"32", 11},
    {"33", 11},
    {"34", 11},
    {"41", 11},
    {"44", 12},
    {"45", 10},
    {"46", 11},
    {"47", 10},
    {"48", 11},
    {"55", 13},
    {"61", 11},
    {"81", 12},
    {"82", 12},
    {"86", 13},
    {"91", 12},
});

/// Calling codes that are given out, by their first digits. Source: ITU-T E.164.
bool IsCallingCode(std::string_view digits) noexcept {
    constexpr auto kCodes = std::to_array<std::string_view>(
        {"1",  "20", "21", "22", "23", "24", "25", "26", "27", "29", "30", "31", "32", "33", "34",
         "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "49",
         "5",  "60", "61", "62", "63", "64", "65", "66", "67", "68", "69", "7",  "8",  "9"}
    );
    return std::any_of(kCodes.begin(), kCodes.end(), [digits](std::string_view code) {
        return digits.starts_with(code);
    });
}

/// How many groups make an international number whose calling code begins `skipped` digits in; 0 for none.
std::size_t InternationalGroups(const DigitGroups& groups, std::size_t skipped) noexcept {
    constexpr std::size_t kLeast = 8;
    constexpr std::size_t kMost = 15;
    const std::string_view digits = groups.Digits(groups.Count()).substr(skipped);
    const auto* const country =
        std::find_if(kCountries.begin(), kCountries.end(), [digits](const Country& one) {
            return digits.starts_with(one.code);
        });
    std::size_t best = 0;
    for (std::size_t n = 1; n <= groups.Count(); ++n) {
        const std::size_t total = groups.Total(n) - std::min(skipped, groups.Total(n));
        if (country != kCountries.end() && total == country->digits) {
            return n;
        }
        if (total >= kLeast && total <= kMost && (n == 1 || groups.SizeOf(n - 1) > 1)) {
            best = n;
        }
    }
    return IsCallingCode(digits) ? best : 0;
}

/// "0031 6 12345678".
std::size_t ZeroZeroGroups(const DigitGroups& groups) noexcept {
    const std::string_view digits = groups.Digits(groups.Count());
    const bool led = digits.starts_with("00") && digits.size() >= 12 && digits[2] != '0';
    return led && groups.SizeOf(0) != 3 ? InternationalGroups(groups, 2) : 0;
}

/// "415-555-2671", "(415) 555-2671", "1 415 555 2671".
std::size_t NorthAmericanGroups(const DigitGroups& groups, bool bracket) noexcept {
    const bool led = groups.SizesAre("1334") && groups.Digits(1) == "1";
    const std::size_t first = led ? 1 : 0;
    if (!groups.SizesAre("334", first)) {
        return 0;
    }
    const char area = groups.Group(first)[0];
    const char exchange = groups.Group(first + 1)[0];
    const Gap gap = groups.GapBefore(first + 2);
    const Gap before = groups.GapBefore(first + 1);
    const bool marked = bracket || (before == gap && gap != Gap::kSpace && gap != Gap::kSlash);
    const bool plain = before == gap && gap == Gap::kSpace && area >= '2' && exchange >= '2';
    return area != '0' && (marked || plain) ? first + 3 : 0;
}

/// "138 0013 8000", "13800138000", "8613800138000".
std::size_t ChineseMobileGroups(const DigitGroups& groups) noexcept {
    const std::size_t first = groups.SizeOf(0) == 2 && groups.Digits(1) == "86" ? 1 : 0;
    std::string_view digits = groups.Digits(groups.Count()).substr(groups.Total(first));
    std::size_t n = 0;
    if (groups.Count() > first) {
        const std::size_t size = groups.SizeOf(first);
        const bool spaced = groups.SizesAre("344", first);
        const bool with_country = size == 13 && digits.starts_with("86");
        digits.remove_prefix(with_country ? 2 : 0);
        n = spaced ? first + 3 : (size == 11 || with_country ? first + 1 : 0);
    }
    const bool mobile = digits.size() >= 11 && digits[0] == '1' && digits[1] >= '3';
    return mobile ? n : 0;
}

/// "98765 43210".
std::size_t IndianMobileGroups(const DigitGroups& groups) noexcept {
    const bool spaced = groups.SizesAre("55") && groups.GapBefore(1) != Gap::kDot;
    return spaced && groups.Digits(1)[0] >= '6' ? 2 : 0;
}

/// The sizes of groups behind an area code.
bool IsSubscriber(const DigitGroups& groups, std::size_t n) noexcept {
    constexpr auto kSizes =
        std::to_array<std::string_view>({"33", "34", "43", "44", "2222", "322", "323", "224"});
    const bool even = groups.GapsAre(groups.GapBefore(n - 1), 1, n - 1);
    return even && std::any_of(kSizes.begin(), kSizes.end(), [&](std::string_view sizes) {
               return sizes.size() == n - 1 && groups.SizesAre(sizes, 1);
           });
}

/// "06-12345678", "020 7946 0958", "0612345678", "030/1234567".
std::size_t TrunkGroups(const DigitGroups& groups) noexcept {
    const std::string_view digits = groups.Digits(groups.Count());
    if (digits.size() < 9 || digits[0] != '0' || digits[1] == '0') {
        return 0;
    }
    const std::size_t area = groups.SizeOf(0);
    if (area == 10 || area == 11) {
        return digits.starts_with("0123456789") ? 0 : 1;
    }
    if (area < 2 || area > 5) {
        return 0;
    }
    for (std::size_t n = std::min<std::size_t>(groups.Count(), 5); n >= 2; --n) {
        const std::size_t total = groups.Total(n);
        const bool fits = total >= 9 && total <= 12;
        const bool whole = n == 2 && groups.SizeOf(1) >= 6 && groups.GapBefore(1) != Gap::kDot;
        if (fits && (whole || (n > 2 && IsSubscriber(groups, n)))) {
            return n;
        }
    }
    return 0;
}

/// Seven digits or more, in groups that are no date, beside a word that says what they are.
std::size_t NamedGroups(const Searched& in, std::size_t at, const DigitGroups& groups) {
    constexpr std::size_t kLeast = 7;
    constexpr std::size_t kMost = 13;
    std::size_t n = groups.Count();
    while (n > 0 && (groups.Total(n) > kMost || groups.GapBefore(n - 1) == Gap::kSlash ||
                     (n > 1 && groups.SizeOf(n - 1) < 2))) {
        --n;
    }
    const bool date = groups.SizesAre("422") || groups.SizesAre("224") || groups.SizesAre("42");
    if (n == 0 || groups.Total(n) < kLeast || date) {
        return 0;
    }
    return IsNear(in, at, groups.EndOf(n), kPhoneWords) ? n : 0;
}

std::size_t GroupsOfPhone(const Searched& in, std::size_t at, const DigitGroups& groups) {
    const bool bracket =
        in.Before(at) == '(' && groups.Count() > 1 && groups.GapBefore(1) == Gap::kBracket;
    if (in.Before(at) == '+' || (bracket && in.SecondBefore(at) == '+')) {
        return groups.Digits(1)[0] == '0' ? 0 : InternationalGroups(groups, 0);
    }
    for (const std::size_t n :
         {ZeroZeroGroups(groups),
          NorthAmericanGroups(
              groups,
              bracket || (groups.Count() > 1 && groups.GapBefore(1) == Gap::kBracket)
          ),
          ChineseMobileGroups(groups),
          IndianMobileGroups(groups),
          TrunkGroups(groups)}) {
        if (n > 0) {
            return n;
        }
    }
    return NamedGroups(in, at, groups);
}

}  // namespace

Finding FindPhone(const Searched& in, std::size_t at, const DigitGroups& groups) {
    const std::size_t n = GroupsOfPhone(in, at, groups);
    // Groups that go on from others are the rest of a longer number.
    const bool rest = in.Before(at) == ' ' && IsDigit(in.SecondBefore(at));
    if (n == 0 || (rest && n > 1)) {
        return kNothing;
    }
    std::size_t begin = at;
    const bool closed = n > 1 && groups.GapBefore(1) == Gap::kBracket;
    if (in.Before(begin) == '(' && closed && begin > in.from) {
        --begin;
    }
    if (in.Before(begin) == '+' && begin > in.from) {
        --begin;
        const bool around = closed && in.Before(begin) == '(' && begin > in.from;
        begin -= around ? 1 : 0;
    }
    return {begin, groups.EndOf(n), Kind::kPhone};
}

}  // namespace sightglass::redact

#include "redact/checks.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "redact/characters.h"

namespace sightglass::redact {
namespace {

int ValueOf(char digit) noexcept {
    return digit - '0';
}

bool PassesLuhn(std::string_view digits) noexcept {
    int sum = 0;
    bool doubled = false;
    for (std::size_t i = digits.size(); i-- > 0;) {
        int value = ValueOf(digits[i]);
        if (doubled) {
            value = value * 2 > 9 ? value * 2 - 9 : value * 2;
        }
        sum += value;
        doubled = !doubled;
    }
    return sum % 10 == 0;
}

/// Who issues cards of these lengths under which first digits. Source: ISO/IEC 7812 ranges as the schemes publish them.
struct CardRange {
    int low;  ///< First four digits, inclusive.
    int high;
    std::size_t digits_min;
    std::size_t digits_max;
};

constexpr auto kCardRanges = std::to_array<CardRange>({
    {4000, 4999, 13, 13}, {4000, 4999, 16, 16}, {4000, 4999, 19, 19},  // Visa
    {5100, 5599, 16, 16}, {2221, 2720, 16, 16},                        // Mastercard
    {3400, 3499, 15, 15}, {3700, 3799, 15, 15},                        // American Express
    {6011, 6011, 16, 16}, {6440, 6599, 16, 16},                        // Discover, RuPay
    {3528, 3589, 16, 16}, {8100, 8299, 16, 16},                        // JCB; RuPay
    {3000, 3059, 14, 14}, {3095, 3095, 14, 14}, {3600, 3699, 14, 14},  // Diners Club
    {3800, 3999, 14, 14}, {6200, 6299, 16, 19},                        // Diners Club; UnionPay
    {5018, 5018, 12, 19}, {5020, 5020, 12, 19}, {5038, 5038, 12, 19},  // Maestro
    {5893, 5893, 12, 19}, {6304, 6304, 12, 19}, {6759, 6763, 12, 19},  // Maestro
    {2200, 2204, 16, 16},                                              // Mir
});

struct IbanLengthOf {
    std::string_view country;
    std::size_t bytes;
};

/// Source: the IBAN registry of SWIFT.
constexpr auto kIbanLengths = std::to_array<IbanLengthOf>({
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30},
});

/// 0 where no such country has them.
std::size_t IbanLengthFor(std::string_view country) noexcept {
    const auto* const found =
        std::find_if(kIbanLengths.begin(), kIbanLengths.end(), [country](const auto& entry) {
            return entry.country == country;
        });
    return found == kIbanLengths.end() ? 0 : found->bytes;
}

constexpr char ToUpper(char c) noexcept {
    return IsLower(c) ? static_cast<char>(c - 32) : c;
}

/// ISO 7064 modulo 97 over the characters with the first four moved to the end.
bool PassesMod97(std::string_view iban) noexcept {
    int rest = 0;
    for (std::size_t i = 0; i < iban.size(); ++i) {
        const char c = iban[(i + 4) % iban.size()];
        rest = IsDigit(c) ? (rest * 10 + ValueOf(c)) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
    return rest == 1;
}

int NumberAt(std::string_view text, std::size_t at, std::size_t size) noexcept {
    int number = 0;
    for (const char c : text.substr(at, size)) {
        number = number * 10 + ValueOf(c);
    }
    return number;
}

}  // namespace

bool IsCardNumber(std::string_view digits) noexcept {
    if (digits.size() < 12 || digits.size() > 19) {
        return false;
    }
    const int first = NumberAt(digits, 0, 4);
    const bool issued =
        std::any_of(kCardRanges.begin(), kCardRanges.end(), [&](const CardRange& range) {
            return first >= range.low && first <= range.high && digits.size() >= range.digits_min &&
                   digits.size() <= range.digits_max;
        });
    return issued && digits.find_first_not_of(digits[0]) != std::string_view::npos &&
           PassesLuhn(digits);
}

std::size_t IbanLength(std::string_view text) noexcept {
    std::array<char, 34> iban{};
    std::size_t size = 0;
    std::size_t wanted = 2;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool between =
            (text[at] == ' ' || text[at] == '-') && at > 3 && text[at - 1] != text[at];
        if (between) {
            continue;
        }
        if (!IsLetterOrDigit(text[at])) {
            return 0;
        }
        iban[size++] = ToUpper(text[at]);
        if (size == 2) {
            wanted = IbanLengthFor({iban.data(), 2});
            if (wanted == 0) {
                return 0;
            }
        } else if (size == wanted) {
            return PassesMod97({iban.data(), size}) ? at + 1 : 0;
        }
    }
    return 0;
}

bool IsChineseId(std::string_view text) noexcept {
    if (text.size() != 18) {
        return false;
    }
    const int year = NumberAt(text, 6, 4);
    const int month = NumberAt(text, 10, 2);
    const int day = NumberAt(text, 12, 2);
    if (text[0] == '0' || year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1 ||
        day > 31) {
        return false;
    }
    int sum = 0;
    int weight = 1;
    for (std::size_t i = 17; i-- > 0;) {
        weight = weight * 2 % 11;
        sum += ValueOf(text[i]) * weight;
    }
    const int check = (12 - sum % 11) % 11;
    return ToLower(text[17]) == (check == 10 ? 'x' : static_cast<char>('0' + check));
}

bool IsDutchId(std::string_view digits) noexcept {
    if (digits.size() != 9 || digits.starts_with("00")) {
        return false;
    }
    int sum = -ValueOf(digits[8]);
    for (std::size_t i = 0; i < 8; ++i) {
        sum += ValueOf(digits[i]) * (9 - static_cast<int>(i));
    }
    return sum % 11 == 0;
}

bool IsUnitedStatesId(std::string_view digits) noexcept {
    if (digits.size() != 9) {
        return false;
    }
    const int area = NumberAt(digits, 0, 3);
    return area != 0 && area != 666 && area < 900 && NumberAt(digits, 3, 2) != 0 &&
           NumberAt(digits, 5, 4) != 0;
}

bool IsIpv4(std::string_view text) noexcept {
    std::size_t parts = 0;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        const std::size_t size = end - begin;
        const int value = size >= 1 && size <= 3 ? NumberAt(text, begin, size) : 256;
        const bool padded = size > 1 && text[begin] == '0';
        const bool nobody = parts == 0 && (value == 0 || value == 127 || value == 255);
        if (value > 255 || padded || nobody) {
            return false;
        }
        ++parts;
        begin = end + 1;
    }
    return parts == 4;
}

bool LooksRandom(std::string_view text) noexcept {
    constexpr std::size_t kBytesMin = 8;
    return text.size() >= kBytesMin && std::any_of(text.begin(), text.end(), IsDigit);
}

bool IsMixed(std::string_view text) noexcept {
    const bool cases = std::any_of(text.begin(), text.end(), IsUpper) &&
                       std::any_of(text.begin(), text.end(), IsLower);
    return cases || std::any_of(text.begin(), text.end(), IsDigit);
}

}  // namespace sightglass::redact

#include "redact/checks.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/text.h"

namespace sightglass::redact {
namespace {

constexpr bool IsDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

int ValueOf(char digit) noexcept {
    return digit - '0';
}

/// The digits of a short text; longer ones are no number of ours.
std::string DigitsOf(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), IsDigit);
    return digits;
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

/// Sizes of the groups between spaces or hyphens, as digits: "4444".
std::string GroupsOf(std::string_view text) {
    std::string groups;
    char size = '0';
    for (const char c : text) {
        if (IsDigit(c)) {
            ++size;
        } else {
            groups += size;
            size = '0';
        }
    }
    groups += size;
    return groups;
}

bool HasCardPrefix(std::string_view digits) noexcept {
    const int two = ValueOf(digits[0]) * 10 + ValueOf(digits[1]);
    switch (digits.size()) {
        case 13:
            return digits[0] == '4';
        case 14:
            return two == 36 || two == 38 || two == 30;
        case 15:
            return two == 34 || two == 37;
        case 16:
            return digits[0] == '4' || (two >= 51 && two <= 55) || (two >= 22 && two <= 27) ||
                   two == 60 || two == 65 || two == 62 || two == 35;
        case 18:
        case 19:
            return digits[0] == '4' || two == 62;
        default:
            return false;
    }
}

/// Lengths by country. Source: the IBAN registry of SWIFT.
constexpr std::array<std::pair<std::string_view, std::size_t>, 44> kIbanLengths = {{
    {"AD", 24}, {"AE", 23}, {"AT", 20}, {"BE", 16}, {"BG", 22}, {"BR", 29}, {"CH", 21}, {"CY", 28},
    {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GI", 23}, {"GR", 27}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IS", 26},
    {"IT", 27}, {"KW", 30}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MT", 31},
    {"NL", 18}, {"NO", 15}, {"PL", 28}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"SA", 24},
    {"SE", 24}, {"SI", 19}, {"SK", 24}, {"TR", 26},
}};

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

bool IsCardNumber(std::string_view text) noexcept {
    const std::string digits = DigitsOf(text);
    if (digits.size() < 13 || digits.size() > 19 || !HasCardPrefix(digits)) {
        return false;
    }
    const std::string groups = GroupsOf(text);
    constexpr std::array<std::string_view, 5> kPrinted = {"4444", "44443", "465", "464", "4442"};
    const bool printed = digits.size() == text.size() ||
                         std::find(kPrinted.begin(), kPrinted.end(), groups) != kPrinted.end();
    const bool one_digit = digits.find_first_not_of(digits[0]) == std::string::npos;
    return printed && !one_digit && PassesLuhn(digits);
}

std::size_t IbanLength(std::string_view text) noexcept {
    const auto* country =
        std::find_if(kIbanLengths.begin(), kIbanLengths.end(), [text](const auto& entry) {
            return text.starts_with(entry.first);
        });
    if (country == kIbanLengths.end()) {
        return 0;
    }
    std::string iban;
    std::size_t at = 0;
    for (; at < text.size() && iban.size() < country->second; ++at) {
        if (text[at] != ' ') {
            iban += text[at];
        }
    }
    return iban.size() == country->second && PassesMod97(iban) ? at : 0;
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

bool IsDutchId(std::string_view text) noexcept {
    const std::string digits = DigitsOf(text);
    if (digits.size() != 9 || digits == "000000000") {
        return false;
    }
    int sum = -ValueOf(digits[8]);
    for (std::size_t i = 0; i < 8; ++i) {
        sum += ValueOf(digits[i]) * (9 - static_cast<int>(i));
    }
    return sum % 11 == 0;
}

bool IsUnitedStatesId(std::string_view text) noexcept {
    if (text.size() != 11) {
        return false;
    }
    const int area = NumberAt(text, 0, 3);
    return area != 0 && area != 666 && area < 900 && NumberAt(text, 4, 2) != 0 &&
           NumberAt(text, 7, 4) != 0;
}

bool IsPhoneLength(std::string_view text) noexcept {
    const auto digits = std::count_if(text.begin(), text.end(), IsDigit);
    return digits >= 8 && digits <= 15;
}

bool IsIpv4(std::string_view text) noexcept {
    in_addr address{};
    if (inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) {
        return false;
    }
    const std::uint32_t first = ntohl(address.s_addr) >> 24U;
    return first != 0 && first != 127;
}

bool IsIpv6(std::string_view text) noexcept {
    in6_addr address{};
    if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) {
        return false;
    }
    int groups = 0;
    for (const std::string_view group : Split(text, ':')) {
        groups += group.empty() ? 0 : 1;
    }
    return groups >= 3 && std::any_of(text.begin(), text.end(), IsDigit);
}

bool IsEmail(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 6> kImages =
        {"gif", "jpeg", "jpg", "png", "svg", "webp"};
    const std::string_view last = text.substr(text.rfind('.') + 1);
    const bool numeric = std::all_of(last.begin(), last.end(), IsDigit);
    return !numeric && last.size() >= 2 && !text.starts_with("git@") &&
           std::find(kImages.begin(), kImages.end(), last) == kImages.end();
}

bool LooksRandom(std::string_view text) noexcept {
    constexpr std::size_t kBytesMin = 8;
    return text.size() >= kBytesMin && std::any_of(text.begin(), text.end(), IsDigit);
}

}  // namespace sightglass::redact

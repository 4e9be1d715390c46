#include "redact/planted_values.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

namespace sightglass::redact {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Luhn's check digit, by the doubled digits' table.
char LuhnDigit(const std::string& digits) {
    constexpr int kDoubled[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const int value = digits[digits.size() - 1 - i] - '0';
        sum += i % 2 == 0 ? kDoubled[value] : value;
    }
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

/// The remainder of a long decimal text.
int Modulo(const std::string& decimal, int divisor) {
    int rest = 0;
    for (const char c : decimal) {
        rest = (rest * 10 + (c - '0')) % divisor;
    }
    return rest;
}

/// Check digits of ISO 13616: 98 less the remainder of the text with "00" in their place.
std::string IbanCheck(const std::string& country, const std::string& account) {
    std::string decimal;
    for (const char c : account + country + "00") {
        decimal += c >= 'A' && c <= 'Z' ? std::to_string(c - 'A' + 10) : std::string(1, c);
    }
    const int check = 98 - Modulo(decimal, 97);
    return (check < 10 ? "0" : "") + std::to_string(check);
}

/// In groups of these sizes, the last of which is the rest.
std::string Grouped(const std::string& text, const std::vector<std::size_t>& sizes, char between) {
    std::string out;
    std::size_t at = 0;
    for (const std::size_t size : sizes) {
        if (at < text.size()) {
            out += (at > 0 ? std::string(1, between) : "") + text.substr(at, size);
            at += size;
        }
    }
    return out + text.substr(std::min(at, text.size()));
}

std::string Fours(const std::string& text, char between) {
    return Grouped(text, std::vector<std::size_t>(9, 4), between);
}

}  // namespace

std::string PlantedValues::From(std::string_view alphabet, std::size_t count) {
    std::string text;
    while (text.size() < count) {
        text += alphabet[Below(alphabet.size())];
    }
    return text;
}

std::string PlantedValues::Digits(std::size_t count) {
    return From(kDigits, count);
}

std::string PlantedValues::Fill(std::string_view shape) {
    std::string text;
    for (const char c : shape) {
        text += c == 'd'   ? From(kDigits, 1)
                : c == 'n' ? From("23456789", 1)
                : c == 'h' ? From(kHex, 1)
                           : std::string(1, c);
    }
    return text;
}

Planted PlantedValues::Email() {
    static const std::vector<std::string>
        kFirst{"anna", "J.P", "maria.garcia", "li_wei", "o.hara", "x", "Info"};
    static const std::vector<std::string> kDomains{
        "example.com",
        "mail.example.co.uk",
        "uni-bonn.de",
        "corp.internal.example",
        "example.nl",
        "b\xC3\xBC"
        "cher.example",
        "a.b.c.example.org",
        "163.com",
        "example.technology"};
    static const std::vector<std::string> kBefore{"", "write to ", "mailto:", "email=", "from: "};
    std::string local = Pick(kFirst);
    if (Below(2) == 0) {
        local +=
            Pick(std::vector<std::string>{".", "_", "-", ""}) + From(kLower, 4) + Digits(Below(4));
    }
    if (Below(4) == 0) {
        local += "+" + From(kLower, 3);
    }
    return {Pick(kBefore), local + (Below(12) == 0 ? "%40" : "@") + Pick(kDomains), Kind::kEmail};
}

Planted PlantedValues::Phone() {
    static const std::vector<std::string> kShapes{
        "+31 6 dddddddd",    "+316dddddddd",      "+1 (ndd) ndd-dddd", "+1 ndd ndd dddd",
        "+1-ndd-ndd-dddd",   "(ndd) ndd-dddd",    "(ndd)ndd-dddd",     "ndd-ndd-dddd",
        "ndd.ndd.dddd",      "ndd ndd dddd",      "1-ndd-ndd-dddd",    "+44 20 dddd dddd",
        "020 7ddd dddd",     "07ddd dddddd",      "06-dddddddd",       "06 dd dd dd dd",
        "06dddddddd",        "0031 6 dddddddd",   "+86 138 dddd dddd", "139dddddddd",
        "158 dddd dddd",     "186-dddd-dddd",     "010-8ddddddd",      "+49 30 ddddddd",
        "+49 (0)30 ddddddd", "+33 1 dd dd dd dd", "+91 98ddd ddddd",   "98ddd ddddd",
        "+81 3-dddd-dddd",   "+61 4dd ddd ddd",   "+55 11 9dddd-dddd", "030/ddddddd"};
    static const std::vector<std::string> kBefore{"", "call ", "my number: ", "reach them on "};
    if (Below(10) == 0) {
        return {
            Pick(std::vector<std::string>{"phone: ", "my mobile is ", "tel. ", "call me at "}),
            Fill(Pick(std::vector<std::string>{"ndd-dddd", "nddndddddd", "6dd ddd ddd"})),
            Kind::kPhone};
    }
    return {Pick(kBefore), Fill(Pick(kShapes)), Kind::kPhone};
}

std::string PlantedValues::CardDigits(std::string prefix, std::size_t size, int off) {
    prefix += Digits(size - 1 - prefix.size());
    const int check = (LuhnDigit(prefix) - '0' + off) % 10;
    return prefix + static_cast<char>('0' + check);
}

Planted PlantedValues::Card() {
    static const std::vector<std::pair<std::string, std::size_t>> kSchemes{
        {"4", 16},
        {"4", 13},
        {"51", 16},
        {"55", 16},
        {"2221", 16},
        {"2720", 16},
        {"34", 15},
        {"37", 15},
        {"6011", 16},
        {"65", 16},
        {"3528", 16},
        {"3589", 16},
        {"36", 14},
        {"305", 14},
        {"62", 16},
        {"62", 19},
        {"6759", 16},
        {"2200", 16}};
    const auto [prefix, size] = Pick(kSchemes);
    const std::string digits = CardDigits(prefix, size, 0);
    const char between = Pick(std::string_view(" -"));
    std::string shown = digits;
    if (Below(2) == 0 && size == 16) {
        shown = Fours(digits, between);
    } else if (Below(2) == 0 && size == 15) {
        shown = Grouped(digits, {4, 6, 5}, between);
    }
    return {Pick(std::vector<std::string>{"", "card ", "pay with ", "PAN="}), shown, Kind::kCard};
}

std::string PlantedValues::IbanText(int off) {
    static const std::vector<std::pair<std::string, std::string>> kCountries{
        {"NL", "AAAAdddddddddd"},
        {"DE", "dddddddddddddddddd"},
        {"GB", "AAAAdddddddddddddd"},
        {"FR", "ddddddddddAAAAAAAAAAAdd"},
        {"BE", "dddddddddddd"},
        {"ES", "dddddddddddddddddddd"},
        {"NO", "ddddddddddd"},
        {"CH", "dddddAAAAAAAAAAAA"},
        {"MT", "AAAAdddddAAAAAAAAAAAAAAAAAA"},
        {"PL", "dddddddddddddddddddddddd"},
        {"BR", "dddddddddddddddddddddddAA"},
        {"UA", "ddddddAAAAAAAAAAAAAAAAAAA"},
        {"AE", "ddddddddddddddddddd"},
        {"IT", "AddddddddddAAAAAAAAAAAA"}};
    const auto [country, shape] = Pick(kCountries);
    std::string account;
    for (const char c : shape) {
        account += c == 'A' ? From(kUpper, 1) : From(kDigits, 1);
    }
    std::string check = IbanCheck(country, account);
    if (off != 0) {
        check[1] = static_cast<char>('0' + (check[1] - '0' + off) % 10);
    }
    return country + check + account;
}

Planted PlantedValues::Iban() {
    std::string iban = IbanText(0);
    if (Below(2) == 0) {
        iban = Fours(iban, ' ');
    }
    if (Below(8) == 0) {
        for (char& c : iban) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
    }
    return {Pick(std::vector<std::string>{"", "IBAN ", "account: ", "pay to "}), iban, Kind::kIban};
}

std::string PlantedValues::ChineseIdText(int off) {
    constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    constexpr std::string_view kChecks = "10X98765432";
    const auto two = [](std::size_t number) { return std::to_string(100 + number).substr(1); };
    const std::string date =
        std::to_string(1930 + Below(90)) + two(1 + Below(12)) + two(1 + Below(28));
    const std::string id = From("123456", 1) + Digits(5) + date + Digits(3);
    int sum = 0;
    for (std::size_t i = 0; i < 17; ++i) {
        sum += (id[i] - '0') * kWeights[i];
    }
    return id + kChecks[static_cast<std::size_t>((sum + off) % 11)];
}

Planted PlantedValues::ChineseId() {
    std::string id = ChineseIdText(0);
    if (Below(8) == 0) {
        id = Grouped(id, {6, 8, 4}, ' ');
    } else if (Below(8) == 0 && id.back() == 'X') {
        id.back() = 'x';
    }
    return {
        Pick(std::vector<std::string>{"", "id ", "\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAF\x81\xE5\x8F\xB7"}
        ),
        id,
        Kind::kNationalId};
}

std::string PlantedValues::DutchIdText(int off) {
    for (;;) {
        const std::string eight = From("123456789", 1) + Digits(7);
        int sum = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            sum += (eight[i] - '0') * (9 - static_cast<int>(i));
        }
        const int check = (sum + off) % 11;
        if (check < 10) {
            return eight + static_cast<char>('0' + check);
        }
    }
}

Planted PlantedValues::DutchId() {
    static const std::vector<std::string> kBefore{
        "BSN ",
        "mijn bsn is ",
        "burgerservicenummer: ",
        "Citizen Service Number (BSN): ",
        "bsn=",
        "sofinummer "};
    const std::string id = DutchIdText(0);
    const bool dotted = Below(4) == 0;
    return {Pick(kBefore), dotted ? Grouped(id, {4, 2, 3}, '.') : id, Kind::kNationalId};
}

Planted PlantedValues::UnitedStatesId() {
    const std::string area = From("12345", 1) + Digits(2);
    const std::string group = "0" + From("123456789", 1);
    const std::string serial = From("123456789", 1) + Digits(3);
    if (Below(5) == 0) {
        const std::string before =
            Pick(std::vector<std::string>{"SSN ", "social security number: "});
        const std::string between = Below(2) == 0 ? " " : "";
        return {before, area + between + group + between + serial, Kind::kNationalId};
    }
    return {
        Pick(std::vector<std::string>{"", "ssn: "}),
        area + "-" + group + "-" + serial,
        Kind::kNationalId};
}

Planted PlantedValues::Ip() {
    static const std::vector<std::string> kShapes{
        "2001:db8:hhhh:hhhh:hhhh:hhhh:hhhh:hhhh",
        "2001:db8::hhhh:hhhh",
        "fe80::1hhh:hhhh:hhhh:hhhh",
        "2001:0db8:85a3::8a2e:0370:7hhh",
        "2a02:a44h::1",
        "::ffff:192.0.2.1dd"};
    if (Below(3) == 0) {
        return {
            Pick(std::vector<std::string>{"", "from ", "client "}),
            Fill(Pick(kShapes)),
            Kind::kIp};
    }
    std::string address = std::to_string(1 + Below(120));
    for (int i = 0; i < 3; ++i) {
        address += "." + std::to_string(Below(256));
    }
    return {Pick(std::vector<std::string>{"", "host ", "ip=", "https://"}), address, Kind::kIp};
}

Planted PlantedValues::Key() {
    static const std::vector<std::pair<std::string, std::size_t>> kPrefixes{
        {"sk-", 48},     {"sk-proj-", 120}, {"sk-ant-api03-", 95}, {"sk-or-v1-", 64},
        {"gsk_", 52},    {"hf_", 34},       {"xai-", 80},          {"pplx-", 48},
        {"AIza", 35},    {"ghp_", 36},      {"gho_", 36},          {"github_pat_", 82},
        {"glpat-", 20},  {"sk_live_", 24},  {"rk_test_", 24},      {"whsec_", 32},
        {"npm_", 36},    {"r8_", 37},       {"nvapi-", 60},        {"tvly-", 32},
        {"dop_v1_", 64}, {"shpat_", 32},    {"LTAI", 20},          {"pcsk_", 60},
        {"hvs.", 90},    {"GOCSPX-", 28}};
    static const std::vector<std::string> kBefore{
        "",
        "key ",
        "api_key=",
        "OPENAI_API_KEY=",
        "use ",
        "Authorization: Bearer ",
        "x-api-key: "};
    switch (Below(5)) {
        case 0:
            return {
                Pick(kBefore),
                (Below(2) == 0 ? "AKIA" : "ASIA") + From("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
                Kind::kSecret};
        case 1:
            return {
                Pick(kBefore),
                "eyJ" + From(kAlphanumeric, 33) + ".eyJ" + From(kAlphanumeric, 60) + "." +
                    From(kAlphanumeric, 43),
                Kind::kSecret};
        case 2:
            return {
                Pick(kBefore),
                "xoxb-" + Digits(12) + "-" + Digits(12) + "-" + From(kAlphanumeric, 24),
                Kind::kSecret};
        default: {
            const auto [prefix, size] = Pick(kPrefixes);
            return {Pick(kBefore), prefix + From(kAlphanumeric, size), Kind::kSecret};
        }
    }
}

Planted PlantedValues::PrivateKey() {
    const std::string type =
        Pick(std::vector<std::string>{"", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "});
    std::string key = "-----BEGIN " + type + "PRIVATE KEY-----\n";
    for (std::size_t i = 0; i < 3 + Below(12); ++i) {
        key += From(kAlphanumeric, 64) + "\n";
    }
    return {"", key + "-----END " + type + "PRIVATE KEY-----", Kind::kSecret};
}

Planted PlantedValues::Password() {
    static const std::vector<std::string> kBefore{
        "password: ",
        "password=",
        "the passphrase is: ",
        "client_secret: ",
        "DB_PASSWORD=",
        "Authorization: Basic ",
        "/v1/x?access_token=",
        "AWS_SECRET_ACCESS_KEY=",
        "\xE5\xAF\x86\xE7\xA0\x81\xEF\xBC\x9A",
        "api key = ",
        "Token "};
    const std::string before = Pick(kBefore);
    const std::string value = From(kAlphanumeric, 12 + Below(20)) + Digits(1) + From(kLower, 1);
    return {before, value, Kind::kSecret};
}

std::string PlantedValues::Decoy() {
    const int off = 1 + static_cast<int>(Below(9));
    switch (Below(16)) {
        case 0:
            return CardDigits("4", 16, off);
        case 1:
            return Fours(CardDigits("55", 16, off), ' ');
        case 2:
            return IbanText(off);
        case 3:
            return ChineseIdText(off);
        case 4:
            return "BSN " + DutchIdText(off);
        case 5:
            return "order " + DutchIdText(0);  // Nine digits alone are no one's number.
        case 6:
            return Fill(Pick(
                std::vector<std::string>{"000-12-dddd", "666-45-dddd", "9dd-45-dddd", "123-00-dddd"}
            ));
        case 7:
            return "v" + Fill("n.d.dd.d");
        case 8:
            return "Chrome/" + Fill("1nd.0.dddd.dd");
        case 9:
            return Fill("202d-0n-1d 1d:2d:3d.ddddddZ");
        case 10:
            return Fill("hhhhhhhh-hhhh-4hhh-8hhh-hhhhhhhhhhhh");
        case 11:
            return Fill("hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh");
        case 12:
            return Fill("1n,ddd,ddd.dd");
        case 13:
            return Pick(std::vector<std::string>{
                "left-pad@1.3.0",
                "logo@2x.png",
                "@app.route",
                "git@github.com",
                "00:1A:2B:3C:4D:5E",
                "std::vector",
                "a == b::c",
                "12:34:56",
                "sk-learn-contrib-models",
                "the task-force",
                "password: required",
                "Bearer certificates",
                "3.14159265358979",
                "ISBN 978-3-16-148410-0",
                "(x + 1) * 1000000",
                "0x1234567890",
                "f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)",
                "127.0.0.1",
                "#123456789",
                "1 2 3 4 5 6 7 8 9 10 11 12",
                "token count: 51200000",
                "1763775464"});
        case 14:
            return "chatcmpl-" + From(kAlphanumeric, 29);
        default:
            return "17" + Digits(8) +
                   Pick(std::vector<std::string>{"", "000", "000000", "123456789"});
    }
}

namespace {

TEST(PlantedValuesTest, ChecksumsAreThoseOfPublishedExamples) {
    EXPECT_EQ(LuhnDigit("453201511283036"), '6');
    EXPECT_EQ(LuhnDigit("37828224631000"), '5');
    EXPECT_EQ(IbanCheck("GB", "WEST12345698765432"), "82");
    EXPECT_EQ(IbanCheck("DE", "370400440532013000"), "89");
    EXPECT_EQ(Grouped("1234567", {3, 4}, '-'), "123-4567");
}

}  // namespace
}  // namespace sightglass::redact

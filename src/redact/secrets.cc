#include "redact/secrets.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "redact/characters.h"
#include "redact/checks.h"

namespace sightglass::redact {
namespace {

/// What a key is made of behind its prefix.
enum class Alphabet : std::uint8_t { kWord, kWordAndHyphen, kBase64, kUpper };

struct Shape {
    std::string_view prefix;  ///< With its last separator.
    Alphabet alphabet;
    std::size_t bytes_min;  ///< Behind the prefix.
};

constexpr auto kShapes = std::to_array<Shape>({
    // Providers of models, and what stands before or beside them.
    {"sk-", Alphabet::kWordAndHyphen, 16},
    {"sg-", Alphabet::kWordAndHyphen, 20},
    {"ek_", Alphabet::kWordAndHyphen, 20},
    {"gsk_", Alphabet::kWordAndHyphen, 20},
    {"hf_", Alphabet::kWordAndHyphen, 20},
    {"r8_", Alphabet::kWordAndHyphen, 20},
    {"fw_", Alphabet::kWordAndHyphen, 20},
    {"key_", Alphabet::kWordAndHyphen, 20},
    {"tgp_v1_", Alphabet::kWordAndHyphen, 20},
    {"xai-", Alphabet::kWordAndHyphen, 20},
    {"csk-", Alphabet::kWordAndHyphen, 20},
    {"pplx-", Alphabet::kWordAndHyphen, 20},
    {"nvapi-", Alphabet::kWordAndHyphen, 20},
    {"pa-", Alphabet::kWordAndHyphen, 20},
    {"jina-", Alphabet::kWordAndHyphen, 20},
    {"jina_", Alphabet::kWordAndHyphen, 20},
    {"tvly-", Alphabet::kWordAndHyphen, 20},
    {"pcsk_", Alphabet::kWordAndHyphen, 20},
    {"lsv2_pt_", Alphabet::kWordAndHyphen, 20},
    {"lsv2_sk_", Alphabet::kWordAndHyphen, 20},
    // Code hosting and packages.
    {"ghp_", Alphabet::kWord, 30},
    {"gho_", Alphabet::kWord, 30},
    {"ghu_", Alphabet::kWord, 30},
    {"ghs_", Alphabet::kWord, 30},
    {"ghr_", Alphabet::kWord, 30},
    {"github_pat_", Alphabet::kWord, 30},
    {"glpat-", Alphabet::kWordAndHyphen, 20},
    {"gldt-", Alphabet::kWordAndHyphen, 20},
    {"glrt-", Alphabet::kWordAndHyphen, 20},
    {"npm_", Alphabet::kWord, 30},
    {"pypi-", Alphabet::kWordAndHyphen, 40},
    {"dckr_pat_", Alphabet::kWordAndHyphen, 20},
    // Payment, messages, clouds, tools.
    {"sk_", Alphabet::kWord, 32},
    {"sk_live_", Alphabet::kWord, 16},
    {"sk_test_", Alphabet::kWord, 16},
    {"rk_live_", Alphabet::kWord, 16},
    {"rk_test_", Alphabet::kWord, 16},
    {"pk_live_", Alphabet::kWord, 16},
    {"pk_test_", Alphabet::kWord, 16},
    {"sk-live_", Alphabet::kWord, 16},
    {"sk-test_", Alphabet::kWord, 16},
    {"whsec_", Alphabet::kBase64, 20},
    {"xoxa-", Alphabet::kWordAndHyphen, 10},
    {"xoxb-", Alphabet::kWordAndHyphen, 10},
    {"xoxe-", Alphabet::kWordAndHyphen, 10},
    {"xoxo-", Alphabet::kWordAndHyphen, 10},
    {"xoxp-", Alphabet::kWordAndHyphen, 10},
    {"xoxr-", Alphabet::kWordAndHyphen, 10},
    {"xoxs-", Alphabet::kWordAndHyphen, 10},
    {"xapp-", Alphabet::kWordAndHyphen, 20},
    {"dop_v1_", Alphabet::kWord, 40},
    {"shpat_", Alphabet::kWord, 30},
    {"shpss_", Alphabet::kWord, 30},
    {"sq0atp-", Alphabet::kWordAndHyphen, 20},
    {"sq0csp-", Alphabet::kWordAndHyphen, 40},
    {"lin_api_", Alphabet::kWord, 30},
    {"ntn_", Alphabet::kWord, 40},
    {"figd_", Alphabet::kWordAndHyphen, 30},
    {"PMAK-", Alphabet::kWordAndHyphen, 40},
    {"sbp_", Alphabet::kWord, 40},
    {"GOCSPX-", Alphabet::kWordAndHyphen, 24},
    {"AGE-SECRET-KEY-", Alphabet::kUpper, 40},
    {"hvs.", Alphabet::kWordAndHyphen, 24},
    {"hvb.", Alphabet::kWordAndHyphen, 24},
    {"ya29.", Alphabet::kWordAndHyphen, 20},
});

/// The shapes by the last byte before their separator: where the list of that byte begins, and what follows each.
struct ShapeLists {
    static constexpr std::uint8_t kEnd = 255;

    std::array<std::uint8_t, 128> first{};
    std::array<std::uint8_t, kShapes.size()> next{};

    constexpr ShapeLists() noexcept {
        first.fill(kEnd);
        for (std::size_t i = kShapes.size(); i-- > 0;) {
            const std::string_view prefix = kShapes[i].prefix;
            std::uint8_t& head = first[static_cast<std::size_t>(prefix[prefix.size() - 2])];
            next[i] = head;
            head = static_cast<std::uint8_t>(i);
        }
    }
};

constexpr ShapeLists kShapeLists;
static_assert(kShapes.size() < ShapeLists::kEnd);

/// Of keys "sk-...": these are told also inside a word.
constexpr auto kTellingParts = std::to_array<std::string_view>(
    {"proj-", "svcacct-", "admin-", "ant-", "or-v1-", "lf-", "helicone-"}
);

constexpr bool IsOf(Alphabet alphabet, char c) noexcept {
    switch (alphabet) {
        case Alphabet::kWord:
            return IsWordByte(c);
        case Alphabet::kWordAndHyphen:
            return IsWordByte(c) || c == '-';
        case Alphabet::kBase64:
            return IsWordByte(c) || c == '-' || c == '+' || c == '/' || c == '=';
        case Alphabet::kUpper:
            return IsUpper(c) || IsDigit(c);
    }
    return false;
}

std::size_t RunEnd(std::string_view text, std::size_t at, Alphabet alphabet) noexcept {
    while (at < text.size() && IsOf(alphabet, text[at])) {
        ++at;
    }
    return at;
}

/// The same, but no further than `bytes_max` from `at`: what may be looked at again from another start.
std::size_t RunEndWithin(
    std::string_view text,
    std::size_t at,
    Alphabet alphabet,
    std::size_t bytes_max
) noexcept {
    return RunEnd(text.substr(0, at + std::min(text.size() - at, bytes_max)), at, alphabet);
}

bool HasTellingPart(std::string_view rest) noexcept {
    return std::any_of(kTellingParts.begin(), kTellingParts.end(), [rest](std::string_view part) {
        return rest.starts_with(part);
    });
}

/// A key of this shape, whose prefix ends behind `at`.
Finding FindShape(const Searched& in, std::size_t at, const Shape& shape) {
    const std::size_t behind = at + 1;
    const std::size_t size = shape.prefix.size();
    if (behind < in.from + size || in.text.substr(behind - size, size) != shape.prefix) {
        return kNothing;
    }
    const std::size_t begin = behind - size;
    const bool inside = IsWordByte(in.Before(begin));
    if (inside && !(shape.prefix == "sk-" && HasTellingPart(in.text.substr(behind)))) {
        return kNothing;
    }
    constexpr std::size_t kJudgedBytesMax = 128;
    const std::size_t judged = RunEndWithin(in.text, behind, shape.alphabet, kJudgedBytesMax);
    const std::string_view rest = in.text.substr(behind, judged - behind);
    return rest.size() >= shape.bytes_min && IsMixed(rest)
               ? Finding{begin, RunEnd(in.text, judged, shape.alphabet)}
               : kNothing;
}

Finding FindPrivateKey(const Searched& in, std::size_t at) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    constexpr std::string_view kEnd = "-----END ";
    constexpr std::size_t kTitleBytesMax = 48;
    const std::string_view rest = in.text.substr(at);
    if (!rest.starts_with(kBegin)) {
        return kNothing;
    }
    const std::string_view title = rest.substr(kBegin.size(), kTitleBytesMax);
    if (title.substr(0, title.find("-----")).find("PRIVATE KEY") == std::string_view::npos) {
        return kNothing;
    }
    const std::size_t end = rest.find(kEnd, kBegin.size());
    if (end == std::string_view::npos) {
        return {at, in.text.size()};
    }
    const std::size_t dashes =
        rest.substr(0, end + kEnd.size() + kTitleBytesMax).find("-----", end + kEnd.size());
    return {at, dashes == std::string_view::npos ? in.text.size() : at + dashes + 5};
}

/// "SG.<16 or more>.<16 or more>"; `at` is the first dot.
Finding FindTwoParts(const Searched& in, std::size_t at) {
    constexpr std::size_t kPartMin = 16;
    if (at < in.from + 2 || in.text.substr(at - 2, 2) != "SG" || IsWordByte(in.Before(at - 2))) {
        return kNothing;
    }
    const std::size_t middle = RunEnd(in.text, at + 1, Alphabet::kWordAndHyphen);
    if (middle - at <= kPartMin || in.At(middle) != '.') {
        return kNothing;
    }
    const std::size_t end = RunEnd(in.text, middle + 1, Alphabet::kWordAndHyphen);
    return end - middle > kPartMin ? Finding{at - 2, end} : kNothing;
}

/// "openai-insecure-api-key.<key>"; `at` is the dot.
Finding FindSubprotocolKey(const Searched& in, std::size_t at) {
    constexpr std::string_view kName = "openai-insecure-api-key";
    if (!in.text.substr(0, at).ends_with(kName)) {
        return kNothing;
    }
    const std::size_t end = std::min(in.text.find_first_of(" \t\r\n\",", at), in.text.size());
    return end > at + 1 ? Finding{at + 1, end} : kNothing;
}

/// Whether a key may follow the separator: its first eight bytes are all of letters, digits and such.
bool MayFollow(const Searched& in, std::size_t at) noexcept {
    constexpr std::size_t kBytes = 8;
    return RunEndWithin(in.text, at + 1, Alphabet::kBase64, kBytes) == at + 1 + kBytes;
}

/// A JSON web token; `at` is the J of "eyJ". Two parts at least; encrypted ones have five.
Finding FindWebToken(const Searched& in, std::size_t at) {
    constexpr std::size_t kPartMin = 8;
    const bool starts = at >= in.from + 2 && in.text.substr(at - 2, 2) == "ey";
    if (!starts || IsWordByte(in.Before(at - 2))) {
        return kNothing;
    }
    constexpr std::size_t kHeadMax = 1024;
    const std::size_t head = RunEndWithin(in.text, at + 1, Alphabet::kWordAndHyphen, kHeadMax);
    if (head - at <= kPartMin || in.At(head) != '.') {
        return kNothing;
    }
    std::size_t end = RunEnd(in.text, head + 1, Alphabet::kWordAndHyphen);
    const bool claims = in.text.substr(head + 1, 3) == "eyJ";
    if (end - head <= kPartMin || (!claims && in.At(end) != '.')) {
        return kNothing;
    }
    for (int part = 0; part < 3 && in.At(end) == '.'; ++part) {
        const std::size_t next = RunEnd(in.text, end + 1, Alphabet::kWordAndHyphen);
        if (next == end + 1) {
            break;
        }
        end = next;
    }
    return {at - 2, end};
}

struct CapitalShape {
    std::string_view prefix;
    Alphabet alphabet;
    std::size_t bytes_min;
    std::size_t bytes_max;
};

constexpr auto kCapitalShapes = std::to_array<CapitalShape>({
    {"AIza", Alphabet::kWordAndHyphen, 30, 64},
    {"AKIA", Alphabet::kUpper, 16, 16},
    {"ASIA", Alphabet::kUpper, 16, 16},
    {"AROA", Alphabet::kUpper, 16, 17},
    {"AIDA", Alphabet::kUpper, 16, 17},
    {"AKID", Alphabet::kWord, 30, 40},
    {"LTAI", Alphabet::kWord, 12, 26},
});

/// "scheme://user:password@host".
Finding FindUrlPassword(const Searched& in, std::size_t at) {
    constexpr std::size_t kAuthorityBytesMax = 512;
    const std::size_t begin = at + 3;
    const std::string_view rest = in.text.substr(begin, kAuthorityBytesMax);
    const std::string_view authority = rest.substr(0, rest.find_first_of(" \t\r\n/\"'<>?#"));
    const std::size_t sign = authority.rfind('@');
    if (!IsLetterOrDigit(in.Before(at)) || sign == std::string_view::npos) {
        return kNothing;
    }
    const std::size_t colon = authority.substr(0, sign).find(':');
    return colon == std::string_view::npos || colon + 1 == sign
               ? kNothing
               : Finding{begin + colon + 1, begin + sign};
}

/// Telegram: "123456789:AA" and 33 more.
Finding FindBotToken(const Searched& in, std::size_t at) {
    std::size_t begin = at;
    while (begin > in.from && at - begin < 11 && IsDigit(in.text[begin - 1])) {
        --begin;
    }
    const std::size_t digits = at - begin;
    if (digits < 8 || digits > 10 || IsWordByte(in.Before(begin)) || in.At(at + 1) != 'A') {
        return kNothing;
    }
    constexpr std::size_t kBytes = 35;
    const std::size_t end = RunEndWithin(in.text, at + 1, Alphabet::kWordAndHyphen, kBytes + 1);
    return end - at - 1 == kBytes ? Finding{begin, end} : kNothing;
}

}  // namespace

Finding FindPrefixedSecret(const Searched& in, std::size_t at) {
    const char separator = in.text[at];
    if (separator == '-' && in.At(at + 1) == '-') {
        return FindPrivateKey(in, at);
    }
    if (separator == '.') {
        if (const Finding found = FindSubprotocolKey(in, at); !found.Empty()) {
            return found;
        }
    }
    if (!MayFollow(in, at)) {
        return kNothing;
    }
    const char last = in.Before(at);
    std::uint8_t i =
        IsForeign(last) ? ShapeLists::kEnd : kShapeLists.first[static_cast<std::size_t>(last)];
    for (; i != ShapeLists::kEnd; i = kShapeLists.next[i]) {
        if (kShapes[i].prefix.back() == separator) {
            if (const Finding found = FindShape(in, at, kShapes[i]); !found.Empty()) {
                return found;
            }
        }
    }
    return separator == '.' ? FindTwoParts(in, at) : kNothing;
}

Finding FindCapitalSecret(const Searched& in, std::size_t at) {
    if (in.text[at] == 'J') {
        return FindWebToken(in, at);
    }
    if (IsWordByte(in.Before(at))) {
        return kNothing;
    }
    const std::string_view rest = in.text.substr(at);
    for (const CapitalShape& shape : kCapitalShapes) {
        if (!rest.starts_with(shape.prefix)) {
            continue;
        }
        const std::size_t behind = at + shape.prefix.size();
        const std::size_t end = RunEndWithin(in.text, behind, shape.alphabet, shape.bytes_max + 1);
        const std::size_t size = end - behind;
        const bool fits = size >= shape.bytes_min && size <= shape.bytes_max;
        return fits && !IsWordByte(in.At(end)) ? Finding{at, end} : kNothing;
    }
    return kNothing;
}

Finding FindSecretAtColon(const Searched& in, std::size_t at) {
    if (in.At(at + 1) == '/' && in.At(at + 2) == '/') {
        return FindUrlPassword(in, at);
    }
    return IsDigit(in.Before(at)) ? FindBotToken(in, at) : kNothing;
}

}  // namespace sightglass::redact

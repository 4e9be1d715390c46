#include "redact/assignments.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "redact/characters.h"
#include "redact/checks.h"

namespace sightglass::redact {
namespace {

/// Ends of names, without what separates their words. Also in Chinese: password, pass phrase, key, token.
constexpr auto kNames = std::to_array<std::string_view>({
    "password",        "passwd",
    "passphrase",      "pwd",
    "secret",          "apikey",
    "apitoken",        "accesstoken",
    "authtoken",       "refreshtoken",
    "sessiontoken",    "idtoken",
    "bearertoken",     "bottoken",
    "accesskey",       "secretkey",
    "secretaccesskey", "privatekey",
    "signingkey",      "encryptionkey",
    "masterkey",       "accountkey",
    "sharedkey",       "subscriptionkey",
    "clientsecret",    "personalaccesstoken",
});
constexpr auto kForeignNames = std::to_array<std::string_view>({
    "\xE5\xAF\x86\xE7\xA0\x81",
    "\xE5\x8F\xA3\xE4\xBB\xA4",
    "\xE5\xAF\x86\xE9\x92\xA5",
    "\xE4\xBB\xA4\xE7\x89\x8C",
});
/// Names of query parameters beside those.
constexpr auto kParameters = std::to_array<std::string_view>({"key", "token", "sig", "signature"});

constexpr std::size_t kSpacesMax = 8;
constexpr std::size_t kNameBytesMax = 40;
constexpr std::size_t kJudgedBytesMax = 256;

constexpr bool IsQuote(char c) noexcept {
    return c == '"' || c == '\'' || c == '`';
}

/// The letters and digits at the end of a text, in lower case, single separators between them left out.
class PlainName {
public:
    explicit PlainName(std::string_view text) {
        std::size_t at = text.size();
        while (at > 0 && begin_ > 0) {
            const char c = text[at - 1];
            if (IsLetterOrDigit(c)) {
                letters_[--begin_] = ToLower(c);
            } else if (!IsJoint(c) || at < 2 || !IsLetterOrDigit(text[at - 2])) {
                break;
            }
            --at;
        }
    }

    std::string_view View() const noexcept {
        return {letters_.data() + begin_, letters_.size() - begin_};
    }

private:
    static constexpr bool IsJoint(char c) noexcept {
        return c == '_' || c == '-' || c == '.' || c == ' ';
    }

    std::array<char, 24> letters_{};
    std::size_t begin_ = 24;
};

std::size_t SkipSpacesBack(const Searched& in, std::size_t at) noexcept {
    std::size_t skipped = 0;
    while (at > in.from && skipped++ < kSpacesMax &&
           (in.text[at - 1] == ' ' || in.text[at - 1] == '\t')) {
        --at;
    }
    return at;
}

/// Where the name before the sign at `at` ends.
std::size_t NameEnd(const Searched& in, std::size_t at) noexcept {
    at = SkipSpacesBack(in, at);
    if (at > in.from && IsQuote(in.text[at - 1])) {
        --at;
        at -= at > in.from && in.text[at - 1] == '\\' ? 1U : 0U;
    }
    return at;
}

std::size_t SkipSpaces(const Searched& in, std::size_t at) noexcept {
    std::size_t skipped = 0;
    while (at < in.text.size() && skipped++ < kSpacesMax && IsSpace(in.text[at])) {
        ++at;
    }
    return at;
}

/// Where the value behind the sign at `at` begins.
std::size_t ValueBegin(const Searched& in, std::size_t at) noexcept {
    ++at;
    if (in.At(at) == '=' || in.At(at) == '>') {
        ++at;
    }
    at = SkipSpaces(in, at);
    at += in.At(at) == '\\' && IsQuote(in.At(at + 1)) ? 1U : 0U;
    return at + (at < in.text.size() && IsQuote(in.text[at]) ? 1U : 0U);
}

constexpr bool IsValueByte(char c) noexcept {
    constexpr std::string_view kEnds = "\"'`,;[](){}<>\\";
    return !IsSpace(c) && !IsForeign(c) && kEnds.find(c) == std::string_view::npos;
}

constexpr bool IsParameterByte(char c) noexcept {
    constexpr std::string_view kEnds = "&\"'#<>";
    return !IsSpace(c) && !IsForeign(c) && kEnds.find(c) == std::string_view::npos;
}

template <typename IsOf>
std::size_t End(const Searched& in, std::size_t at, std::size_t bytes_max, IsOf is_of) noexcept {
    const std::size_t most = at + std::min(in.text.size() - at, bytes_max);
    while (at < most && is_of(in.text[at])) {
        ++at;
    }
    return at;
}

/// Whether the last two letters before `end` are those of a secret's name: most names are told from one so.
bool MayEndName(const Searched& in, std::size_t end) noexcept {
    constexpr auto kEndings =
        std::to_array<std::string_view>({"rd", "wd", "se", "et", "ey", "en", "al", "ls", "is"});
    const std::array<char, 2> letters{ToLower(in.SecondBefore(end)), ToLower(in.Before(end))};
    return IsForeign(letters[1]) ||
           std::find(kEndings.begin(), kEndings.end(), std::string_view(letters.data(), 2)) !=
               kEndings.end();
}

/// "?key=value" and "&sig=value": the sign at `at` belongs to a parameter whose name says that it is secret.
Finding FindParameter(const Searched& in, std::size_t at) {
    constexpr std::size_t kBytesMin = 6;
    if (!IsWordByte(in.Before(at)) || at + kBytesMin >= in.text.size() ||
        !IsParameterByte(in.text[at + 1])) {
        return kNothing;
    }
    std::size_t begin = at;
    while (begin > in.from && at - begin < kNameBytesMax &&
           (IsWordByte(in.text[begin - 1]) || in.text[begin - 1] == '-')) {
        --begin;
    }
    if (in.Before(begin) != '?' && in.Before(begin) != '&') {
        return kNothing;
    }
    const std::string_view name = in.text.substr(begin, at - begin);
    const bool secret =
        IsSecretName(name) ||
        std::any_of(kParameters.begin(), kParameters.end(), [name](std::string_view one) {
            return EqualsIgnoreCase(name, one);
        });
    const std::size_t end = End(in, at + 1, in.text.size(), IsParameterByte);
    return secret && end - at - 1 >= kBytesMin ? Finding{at + 1, end} : kNothing;
}

bool IsWord(std::string_view text, std::string_view word) noexcept {
    return text.size() >= word.size() &&
           EqualsIgnoreCase(text.substr(text.size() - word.size()), word) &&
           (text.size() == word.size() || !IsWordByte(text[text.size() - word.size() - 1]));
}

}  // namespace

bool IsSecretName(std::string_view name) {
    constexpr std::string_view kVerb = " is";
    name.remove_suffix(name.ends_with(kVerb) ? kVerb.size() : 0);  // "my password is: ..."
    const PlainName plain(name);
    const std::string_view letters = plain.View();
    if (letters.empty()) {
        return std::any_of(
            kForeignNames.begin(),
            kForeignNames.end(),
            [name](std::string_view one) { return name.ends_with(one); }
        );
    }
    return std::any_of(kNames.begin(), kNames.end(), [letters](std::string_view one) {
        return letters.ends_with(one);
    });
}

Finding FindAssigned(const Searched& in, std::size_t at) {
    if (in.text[at] == '=') {
        if (const Finding found = FindParameter(in, at); !found.Empty()) {
            return found;
        }
    }
    return FindAssignedBehind(in, at, at);
}

Finding FindAssignedBehind(const Searched& in, std::size_t first, std::size_t last) {
    const std::size_t name_end = NameEnd(in, first);
    if (!MayEndName(in, name_end)) {
        return kNothing;
    }
    const std::size_t name_begin = std::max(in.from, name_end - std::min(name_end, kNameBytesMax));
    if (!IsSecretName(in.text.substr(name_begin, name_end - name_begin))) {
        return kNothing;
    }
    const std::size_t begin = std::min(ValueBegin(in, last), in.text.size());
    const std::size_t judged = End(in, begin, kJudgedBytesMax, IsValueByte);
    if (!LooksRandom(in.text.substr(begin, judged - begin)) || in.At(begin) == '/') {
        return kNothing;
    }
    std::size_t end = End(in, judged, in.text.size(), IsValueByte);
    end -= in.text[end - 1] == '.' ? 1U : 0U;  // The sentence's.
    return {begin, end};
}

Run RunAround(const Searched& in, std::size_t at) {
    const auto is_of = [](char c) {
        return IsWordByte(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=' ||
               c == ':' || c == '-';
    };
    Run run{at, at};
    while (run.begin > in.from && is_of(in.text[run.begin - 1])) {
        --run.begin;
    }
    while (run.end < in.text.size() && is_of(in.text[run.end])) {
        ++run.end;
    }
    return run;
}

Finding FindBearer(const Searched& in, Run run) {
    const char space = in.Before(run.begin);
    if ((space != ' ' && space != '\t') || run.begin == 0) {
        return kNothing;
    }
    constexpr std::size_t kBytesMin = 8;
    constexpr std::size_t kSchemeBytesMin = 12;
    const std::size_t words_end = SkipSpacesBack(in, run.begin);
    const std::string_view before =
        in.text.substr(0, words_end).substr(words_end - std::min(words_end, kNameBytesMax));
    const bool scheme =
        IsWord(before, "bearer") || IsWord(before, "basic") || IsWord(before, "token");
    if (words_end == run.begin || !(scheme || (before.ends_with(" is") && IsSecretName(before)))) {
        return kNothing;
    }
    while (run.end > run.begin && (in.text[run.end - 1] == '.' || in.text[run.end - 1] == ':')) {
        --run.end;
    }
    const std::size_t least = scheme ? kSchemeBytesMin : kBytesMin;
    return run.end - run.begin >= least ? Finding{run.begin, run.end} : kNothing;
}

}  // namespace sightglass::redact

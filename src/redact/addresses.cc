#include "redact/addresses.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "redact/characters.h"
#include "redact/checks.h"

namespace sightglass::redact {
namespace {

constexpr std::size_t kLocalBytesMax = 96;
constexpr std::size_t kDomainBytesMax = 255;

/// Which letters an address is written in beside ASCII ones. Where its sign touches an ideograph, ideographs are letters of it;
/// where not, they are the sentence around it, because Chinese and Japanese put no spaces.
enum class Script : std::uint8_t { kAlphabet, kAny };

/// Letters of U+0080 to U+07FF (Latin, Greek, Cyrillic, Hebrew, Arabic) have two bytes.
constexpr bool IsLetterLead(char c, Script script) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    const bool two = byte >= 0xC3 && byte <= 0xDF;
    const bool three = (byte >= 0xE4 && byte <= 0xED) || byte == 0xE0 || byte == 0xE1;
    return two || (three && script == Script::kAny);
}

constexpr bool IsContinuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

constexpr bool IsLocalByte(char c) noexcept {
    return IsWordByte(c) || c == '.' || c == '+' || c == '-' || c == '%' || c == '\'' || c == '/' ||
           c == '&';
}

constexpr bool IsDomainByte(char c) noexcept {
    return IsLetterOrDigit(c) || c == '-' || c == '.';
}

/// Where the character that ends before `at` begins, where it is a letter beyond ASCII; `at` where it is not.
std::size_t LetterBefore(std::string_view text, std::size_t at, Script script) noexcept {
    std::size_t begin = at;
    while (begin > 0 && at - begin < 3 && IsContinuation(text[begin - 1])) {
        --begin;
    }
    const bool letter = begin < at && begin > 0 && IsLetterLead(text[begin - 1], script);
    return letter ? begin - 1 : at;
}

/// Where the letter beyond ASCII at `at` ends; `at` where there is none.
std::size_t LetterEnd(std::string_view text, std::size_t at, Script script) noexcept {
    if (at >= text.size() || !IsLetterLead(text[at], script)) {
        return at;
    }
    std::size_t end = at + 1;
    while (end < text.size() && IsContinuation(text[end])) {
        ++end;
    }
    return end;
}

std::size_t LocalBegin(const Searched& in, std::size_t at) noexcept {
    const Script script = IsForeign(in.Before(at)) ? Script::kAny : Script::kAlphabet;
    const std::size_t least = std::max(in.from, at - std::min(at, kLocalBytesMax));
    std::size_t begin = at;
    while (begin > least) {
        if (IsLocalByte(in.text[begin - 1])) {
            --begin;
            continue;
        }
        const std::size_t letter = LetterBefore(in.text, begin, script);
        if (letter == begin || letter < least) {
            break;
        }
        begin = letter;
    }
    // What may stand in an address, but seldom does, is not taken along from the text around it.
    const std::string_view local = in.text.substr(begin, at - begin);
    const std::size_t odd = local.find_last_of("'/&");
    begin += odd == std::string_view::npos ? 0 : odd + 1;
    while (begin < at && (in.text[begin] == '.' || in.text[begin] == '-' || in.text[begin] == '%')
    ) {
        ++begin;
    }
    return begin;
}

std::size_t DomainEnd(const Searched& in, std::size_t at) noexcept {
    const Script script = IsForeign(in.At(at)) ? Script::kAny : Script::kAlphabet;
    const std::size_t most = std::min(in.text.size(), at + kDomainBytesMax);
    std::size_t end = at;
    while (end < most) {
        const bool empty_label = in.text[end] == '.' && in.At(end + 1) == '.';
        if (IsDomainByte(in.text[end]) && !empty_label) {
            ++end;
            continue;
        }
        const std::size_t letter = LetterEnd(in.text, end, script);
        if (letter == end) {
            break;
        }
        end = letter;
    }
    while (end > at && (in.text[end - 1] == '.' || in.text[end - 1] == '-')) {
        --end;
    }
    return end;
}

bool IsDomain(std::string_view domain) noexcept {
    constexpr auto kImages =
        std::to_array<std::string_view>({"gif", "jpeg", "jpg", "png", "svg", "webp"});
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0) {
        return false;
    }
    const std::string_view last = domain.substr(dot + 1);
    const bool named = last.size() >= 2 && (IsLetter(last[0]) || IsForeign(last[0]));
    return named && std::find(kImages.begin(), kImages.end(), last) == kImages.end();
}

}  // namespace

Finding FindEmail(const Searched& in, std::size_t at, std::size_t sign) {
    const std::size_t begin = LocalBegin(in, at);
    if (begin == at || in.text.substr(begin, at - begin) == "git") {
        return kNothing;
    }
    const std::size_t domain = at + sign;
    const std::size_t end = DomainEnd(in, domain);
    return end > domain && IsDomain(in.text.substr(domain, end - domain))
               ? Finding{begin, end, Kind::kEmail}
               : kNothing;
}

namespace {

/// An IPv6 address on its way from left to right.
class Ipv6Reader {
public:
    Ipv6Reader(const Searched& in, std::size_t begin) : in_(in), at_(begin) {}

    /// Where it ends; nothing where it is none, or no one's.
    Finding Read(std::size_t begin) {
        while (at_ < in_.text.size() && TakeGroup() && TakeColon()) {
        }
        const bool whole = short_ ? groups_ <= 7 : groups_ == 8;
        if (bad_ || !whole || !IsOfSomebody()) {
            return kNothing;
        }
        const char next = in_.At(at_);
        const bool attached = IsWordByte(next) || next == ':';
        return attached ? kNothing : Finding{begin, at_, Kind::kIp};
    }

private:
    /// False where the address ends here.
    bool TakeGroup() {
        std::size_t end = at_;
        while (end < in_.text.size() && end - at_ < 5 && IsHexDigit(in_.text[end])) {
            ++end;
        }
        const std::size_t size = end - at_;
        if (in_.At(end) == '.' && size > 0 && size <= 3 && groups_ > 0 && TakeIpv4()) {
            return false;
        }
        bad_ = bad_ || size > 4;
        const std::string_view group = in_.text.substr(at_, size);
        digit_ = digit_ || std::any_of(group.begin(), group.end(), IsDigit);
        letter_ = letter_ || std::any_of(group.begin(), group.end(), IsLetter);
        first_ = groups_ == 0 && size > 0 ? size : first_;
        longest_ = std::max(longest_, size);
        groups_ += size > 0 ? 1 : 0;
        at_ = end;
        return !bad_ && groups_ <= 8;
    }

    /// False where no group follows.
    bool TakeColon() {
        if (in_.At(at_) != ':') {
            return false;
        }
        if (in_.At(at_ + 1) == ':') {
            bad_ = bad_ || short_;
            short_ = true;
            at_ += 2;
            return !bad_ && IsHexDigit(in_.At(at_));
        }
        if (!IsHexDigit(in_.At(at_ + 1))) {
            return false;  // The colon of the sentence.
        }
        ++at_;
        return true;
    }

    bool TakeIpv4() {
        std::size_t end = at_;
        while (end < in_.text.size() && end - at_ < 16 &&
               (IsDigit(in_.text[end]) || in_.text[end] == '.')) {
            ++end;
        }
        end -= end > at_ && in_.text[end - 1] == '.' ? 1U : 0U;
        if (!IsIpv4(in_.text.substr(at_, end - at_))) {
            return false;
        }
        groups_ += 2;
        longest_ = 4;
        digit_ = true;
        at_ = end;
        return true;
    }

    bool IsOfSomebody() const noexcept {
        const bool telling = short_ || letter_ || longest_ >= 3;
        return digit_ && telling && (groups_ >= 3 || (groups_ == 2 && first_ == 4));
    }

    const Searched& in_;
    std::size_t at_;
    std::size_t groups_ = 0;
    std::size_t first_ = 0;
    std::size_t longest_ = 0;
    bool short_ = false;  // "::" was there.
    bool digit_ = false;
    bool letter_ = false;
    bool bad_ = false;
};

}  // namespace

Finding FindIpv6(const Searched& in, std::size_t at) {
    std::size_t begin = at;
    while (begin > in.from && at - begin < 5 && IsHexDigit(in.text[begin - 1])) {
        --begin;
    }
    const char before = in.Before(begin);
    const bool starts = begin < at || in.At(at + 1) == ':';
    if (!starts || at - begin > 4 || IsWordByte(before) || before == ':' || before == '.') {
        return kNothing;
    }
    return Ipv6Reader(in, begin).Read(begin);
}

}  // namespace sightglass::redact

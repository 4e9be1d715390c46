#include "redact/detectors.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

#include "redact/checks.h"

namespace sightglass::redact {
namespace {

/// Where a candidate stands; what a check may look at.
struct Candidate {
    std::string_view text;
    std::size_t start = 0;
    std::size_t size = 0;

    std::string_view Itself() const noexcept { return text.substr(start, size); }

    char Before() const noexcept { return start > 0 ? text[start - 1] : ' '; }

    char After() const noexcept { return start + size < text.size() ? text[start + size] : ' '; }
};

/// How many bytes of the candidate are to go; 0 where it is none.
using Check = std::size_t (*)(const Candidate& candidate);

struct Detector {
    const char* pattern;  ///< What group 1 matches is the candidate.
    const char* placeholder;
    Check check;
};

constexpr bool IsWordByte(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

template <bool (*Accepts)(std::string_view)>
std::size_t If(const Candidate& candidate) {
    return Accepts(candidate.Itself()) ? candidate.size : 0;
}

/// As If, for numbers that must not be a part of a longer number, name or version.
template <bool (*Accepts)(std::string_view)>
std::size_t IfAlone(const Candidate& candidate) {
    const auto attached = [](char c) { return IsWordByte(c) || c == '-'; };
    const bool decimal = candidate.Before() == '.' || candidate.Before() == ',';
    return !attached(candidate.Before()) && !attached(candidate.After()) && !decimal
               ? If<Accepts>(candidate)
               : 0;
}

std::size_t Always(const Candidate& candidate) {
    return candidate.size;
}

std::size_t IfNotInWord(const Candidate& candidate) {
    return IsWordByte(candidate.Before()) ? 0 : candidate.size;
}

std::size_t IfIban(const Candidate& candidate) {
    return IsWordByte(candidate.Before()) ? 0 : IbanLength(candidate.Itself());
}

/// Not a version ("v1.2.3.4", "Chrome/120.0.0.0", "1.2.3.4.5").
std::size_t IfIpv4(const Candidate& candidate) {
    const char before = candidate.Before();
    const bool in_url =
        candidate.start >= 2 && candidate.text.substr(candidate.start - 2, 2) == "//";
    const std::size_t end = candidate.start + candidate.size;
    const bool more = candidate.After() == '.' && end + 1 < candidate.text.size() &&
                      IsWordByte(candidate.text[end + 1]);
    const bool attached =
        IsWordByte(before) || before == '.' || before == '-' || (before == '/' && !in_url);
    return attached || more || IsWordByte(candidate.After()) ? 0 : If<IsIpv4>(candidate);
}

std::size_t IfIpv6(const Candidate& candidate) {
    const bool attached = IsWordByte(candidate.Before()) || candidate.Before() == ':' ||
                          IsWordByte(candidate.After()) || candidate.After() == ':';
    return attached ? 0 : If<IsIpv6>(candidate);
}

const std::vector<Detector>& SecretDetectors() {
    static const std::vector<Detector> detectors = {
        {R"((-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)))",
         "[secret]",
         Always},
        {R"(((?:sk|rk|pk)[-_](?:live|test)_[A-Za-z0-9]{16,}))", "[secret]", IfNotInWord},
        {R"((sk-(?:proj|svcacct|admin|ant|or-v1|lf|helicone)-[A-Za-z0-9_-]{10,}))",
         "[secret]",
         Always},
        {R"((sk-[A-Za-z0-9_-]{16,}))", "[secret]", IfNotInWord},
        {R"(((?:ek|gsk|hf|r8|fw|whsec|key|tgp_v1)_[A-Za-z0-9_+/=-]{20,}))",
         "[secret]",
         IfNotInWord},
        {R"(((?:xai|csk|pplx|nvapi|pa|jina|glpat|tvly)-[A-Za-z0-9_-]{20,}))",
         "[secret]",
         IfNotInWord},
        {R"((AIza[A-Za-z0-9_-]{30,}))", "[secret]", IfNotInWord},
        {R"(((?:AKIA|ASIA)[A-Z0-9]{16}))", "[secret]", IfNotInWord},
        {R"(((?:gh[pousr]_|github_pat_|npm_)[A-Za-z0-9_]{30,}))", "[secret]", IfNotInWord},
        {R"((xox[abeoprs]-[A-Za-z0-9-]{10,}))", "[secret]", IfNotInWord},
        {R"((SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}))", "[secret]", IfNotInWord},
        {R"((eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?))",
         "[secret]",
         IfNotInWord},
        {R"((?i:\b(?:bearer|basic|token)[ \t]+)([A-Za-z0-9._~+/=:-]{12,}))",
         "[secret]",
         If<LooksRandom>},
        {R"(openai-insecure-api-key\.([^\s",]+))", "[secret]", Always},
        {R"([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"]*:([^\s/@"]+)@)", "[secret]", Always},
        {R"((?i:[?&](?:key|api[-_]?key|access[-_]?token|token|sig|signature|secret|password)=)([^&\s"'#]{6,}))",
         "[secret]",
         Always},
        {R"((?i:(?:password|passwd|pwd|secret|api[-_ ]?key|access[-_ ]?token|client[-_]?secret)["']?\s*(?::|=|:=|=>)\s*["']?)([^\s"',;\[\]]{8,}))",
         "[secret]",
         If<LooksRandom>},
    };
    return detectors;
}

const std::vector<Detector>& PersonalDetectors() {
    static const std::vector<Detector> detectors = {
        {R"(([\pL\pN._%+'-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+))", "[email]", If<IsEmail>},
        {R"(([A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}))", "[iban]", IfIban},
        {R"(([0-9]{17}[0-9Xx]))", "[national_id]", IfAlone<IsChineseId>},
        {R"(([0-9](?:[ -]?[0-9]){12,18}))", "[card]", IfAlone<IsCardNumber>},
        {R"(([0-9]{3}-[0-9]{2}-[0-9]{4}))", "[national_id]", IfAlone<IsUnitedStatesId>},
        {R"((?i:\b(?:bsn|burgerservicenummer|sofinummer)\b[^0-9\n]{0,20})([0-9]{4}\.?[0-9]{2}\.?[0-9]{3}))",
         "[national_id]",
         IfAlone<IsDutchId>},
        {R"((\+[1-9][0-9]?[0-9]?(?:[ .()/-]{0,2}[0-9]){6,12}))", "[phone]", IfAlone<IsPhoneLength>},
        {R"((\(?[2-9][0-9]{2}\)?[ .-][0-9]{3}[ .-][0-9]{4}))", "[phone]", IfAlone<IsPhoneLength>},
        {R"((1[3-9][0-9](?:[ -]?[0-9]{4}){2}))", "[phone]", IfAlone<IsPhoneLength>},
        {R"((0[1-9](?:[ -]?[0-9]){8}))", "[phone]", IfAlone<IsPhoneLength>},
        {R"(((?:[0-9]{1,3}\.){3}[0-9]{1,3}))", "[ip]", IfIpv4},
        {R"(((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}))", "[ip]", IfIpv6},
    };
    return detectors;
}

/// Where to look on after a candidate that was none: behind its first word, because "12 4111 1111 1111 1111" holds a card
/// number that starts later; behind all of it where it is long, because each byte may be looked at a bounded number of times.
std::size_t AfterRejected(const Candidate& candidate) noexcept {
    constexpr std::size_t kRetriedBytesMax = 64;
    if (candidate.size > kRetriedBytesMax) {
        return candidate.start + candidate.size;
    }
    std::size_t at = candidate.start + 1;
    while (at < candidate.text.size() && IsWordByte(candidate.text[at - 1]) &&
           IsWordByte(candidate.text[at])) {
        ++at;
    }
    return at;
}

/// Detectors, compiled. One pass of a set tells which of them have anything to do.
class Group {
public:
    explicit Group(const std::vector<Detector>& detectors)
        : detectors_(detectors), set_(Options(), RE2::UNANCHORED) {
        for (const Detector& detector : detectors) {
            set_.Add(detector.pattern, nullptr);
            patterns_.push_back(std::make_unique<RE2>(detector.pattern, Options()));
        }
        set_.Compile();
    }

    bool Replace(std::string& text) const {
        std::vector<int> matching;
        RE2::Set::ErrorInfo info{};
        if (!set_.Match(text, &matching, &info) && info.kind == RE2::Set::kNoError) {
            return false;
        }
        std::sort(matching.begin(), matching.end());
        bool changed = false;
        for (std::size_t i = 0; i < patterns_.size(); ++i) {
            // Where the set ran out of memory, every detector looks for itself.
            if (info.kind != RE2::Set::kNoError ||
                std::binary_search(matching.begin(), matching.end(), static_cast<int>(i))) {
                changed = ReplaceOne(*patterns_[i], detectors_[i], text) || changed;
            }
        }
        return changed;
    }

private:
    static RE2::Options Options() {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(32 << 20);
        return options;
    }

    static bool ReplaceOne(const RE2& pattern, const Detector& detector, std::string& text);

    const std::vector<Detector>& detectors_;
    RE2::Set set_;
    std::vector<std::unique_ptr<RE2>> patterns_;
};

bool Group::ReplaceOne(const RE2& pattern, const Detector& detector, std::string& text) {
    const std::string_view all = text;
    std::string out;
    std::size_t copied = 0;
    std::size_t at = 0;
    re2::StringPiece found[2];
    while (at < all.size() && pattern.Match(all, at, all.size(), RE2::UNANCHORED, found, 2)) {
        const Candidate candidate{
            all,
            static_cast<std::size_t>(found[1].data() - all.data()),
            found[1].size()};
        const std::size_t size = detector.check(candidate);
        if (size > 0) {
            out.append(all.substr(copied, candidate.start - copied));
            out += detector.placeholder;
            copied = candidate.start + size;
            at = copied;
        } else {
            at = AfterRejected(candidate);
        }
    }
    if (copied == 0) {
        return false;
    }
    out.append(all.substr(copied));
    text = std::move(out);
    return true;
}

}  // namespace

bool ReplaceSecrets(std::string& text) {
    static const Group group(SecretDetectors());
    return group.Replace(text);
}

bool ReplacePersonalData(std::string& text) {
    static const Group group(PersonalDetectors());
    return group.Replace(text);
}

}  // namespace sightglass::redact

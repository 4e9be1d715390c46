#include "redact/finder.h"

#include <algorithm>
#include <array>

#include "redact/addresses.h"
#include "redact/assignments.h"
#include "redact/characters.h"
#include "redact/checks.h"
#include "redact/numbers.h"
#include "redact/secrets.h"

namespace sightglass::redact {
namespace {

/// What a byte may be a part of.
enum class Hint : std::uint8_t {
    kNone,
    kDigit,
    kAt,
    kPercent,
    kColon,
    kEquals,
    kWideColon,
    kSeparator,
    kCapital
};

constexpr std::array<Hint, 256> MakeHints() noexcept {
    std::array<Hint, 256> hints{};
    const auto set = [&hints](std::string_view bytes, Hint hint) {
        for (const char c : bytes) {
            hints[static_cast<unsigned char>(c)] = hint;
        }
    };
    set("0123456789", Hint::kDigit);
    set("@", Hint::kAt);
    set("%", Hint::kPercent);
    set(":", Hint::kColon);
    set("=", Hint::kEquals);
    set("\xEF", Hint::kWideColon);
    set("-_.", Hint::kSeparator);
    set("AJL", Hint::kCapital);
    return hints;
}

constexpr std::array<Hint, 256> kHints = MakeHints();

Hint HintOf(char c) noexcept {
    return kHints[static_cast<unsigned char>(c)];
}

constexpr std::size_t kSecretJudgedBytes = 512;

/// Thread-safety: one thread.
class Finder {
public:
    Finder(Searched in, Scope scope, std::vector<Finding>& out)
        : in_(in), personal_(scope == Scope::kAll), out_(out) {}

    void Run() {
        const std::string_view text = in_.text;
        while (at_ < text.size()) {
            if (HintOf(text[at_]) == Hint::kNone) {
                ++at_;
                continue;
            }
            const Finding found = Look(HintOf(text[at_]));
            if (found.Empty()) {
                Pass();
            } else {
                out_.push_back(found);
                at_ = found.end;
                in_.from = found.end;
            }
        }
    }

private:
    Finding Look(Hint hint) {
        switch (hint) {
            case Hint::kDigit:
                return LookAtDigit();
            case Hint::kAt:
                return personal_ ? FindEmail(in_, at_, 1) : kNothing;
            case Hint::kPercent:
                return personal_ && in_.text.substr(at_, 3) == "%40" ? FindEmail(in_, at_, 3)
                                                                     : kNothing;
            case Hint::kColon:
                return LookAtColon();
            case Hint::kEquals:
                return FindAssigned(in_, at_);
            case Hint::kWideColon:
                return LookAtWideColon();
            case Hint::kSeparator:
                return FindPrefixedSecret(in_, at_);
            case Hint::kCapital:
                return FindCapitalSecret(in_, at_);
            case Hint::kNone:
                break;
        }
        return kNothing;
    }

    Finding LookAtDigit() {
        if (at_ >= run_seen_) {
            const redact::Run run = RunAround(in_, at_);
            run_seen_ = run.end;
            if (const Finding found = FindBearer(in_, run); !found.Empty()) {
                return found;
            }
        }
        return personal_ ? FindNumber(in_, at_) : kNothing;
    }

    Finding LookAtColon() {
        if (const Finding secret = FindSecretAtColon(in_, at_); !secret.Empty()) {
            return secret;
        }
        if (personal_) {
            if (const Finding address = FindIpv6(in_, at_); !address.Empty()) {
                return address;
            }
        }
        return FindAssigned(in_, at_);
    }

    /// U+FF1A, as Chinese texts have it. The last of its three bytes stands in the colon's place.
    Finding LookAtWideColon() {
        if (in_.text.substr(at_, 3) != "\xEF\xBC\x9A") {
            return kNothing;
        }
        return FindAssignedBehind(in_, at_, at_ + 2);
    }

    /// On behind what is not one: a run of digits is looked at once.
    void Pass() {
        if (HintOf(in_.text[at_]) != Hint::kDigit) {
            ++at_;
            return;
        }
        while (at_ < in_.text.size() && IsDigit(in_.text[at_])) {
            ++at_;
        }
    }

    Searched in_;
    const bool personal_;
    std::vector<Finding>& out_;
    std::size_t at_ = 0;
    std::size_t run_seen_ = 0;  // RunAround has been asked up to here.
};

}  // namespace

void FindAll(std::string_view text, std::string_view name, Scope scope, std::vector<Finding>& out) {
    if (!name.empty() && IsSecretName(name) && LooksRandom(text.substr(0, kSecretJudgedBytes)) &&
        std::none_of(text.begin(), text.end(), IsSpace)) {
        out.push_back({0, text.size()});
        return;
    }
    Finder({.text = text, .name = name}, scope, out).Run();
}

}  // namespace sightglass::redact

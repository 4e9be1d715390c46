#include "capture/gateway/json_member.h"

#include <algorithm>

namespace sightglass::capture {
namespace {

/// Walks over one JSON text. Every step answers false where the text is not what it should be.
class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : text_(text) {}

    std::size_t at() const noexcept { return at_; }

    void SkipSpace() noexcept {
        at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    }

    bool Take(char c) noexcept {
        SkipSpace();
        const bool there = At(c);
        at_ += there ? 1 : 0;
        return there;
    }

    bool At(char c) const noexcept { return at_ < text_.size() && text_[at_] == c; }

    /// A string; `inside` gets what stands between its quotes.
    bool TakeString(std::string_view& inside) noexcept {
        if (!Take('"')) {
            return false;
        }
        const std::size_t begin = at_;
        do {
            at_ = text_.find('"', at_);
            if (at_ == std::string_view::npos) {
                at_ = text_.size();
                return false;
            }
            ++at_;
        } while (IsEscaped(begin, at_ - 1));
        inside = text_.substr(begin, at_ - 1 - begin);
        return true;
    }

    bool TakeValue() noexcept {
        SkipSpace();
        if (at_ >= text_.size()) {
            return false;
        }
        std::string_view ignored;
        switch (text_[at_]) {
            case '"':
                return TakeString(ignored);
            case '{':
            case '[':
                return TakeNested();
            default:
                return TakeWord();
        }
    }

private:
    /// Whether an odd number of backslashes stands before `at`, within the string that began at `begin`.
    bool IsEscaped(std::size_t begin, std::size_t at) const noexcept {
        const std::size_t before = at;
        while (at > begin && text_[at - 1] == '\\') {
            --at;
        }
        return (before - at) % 2 == 1;
    }

    /// An object or an array, without looking at what is in it but for strings.
    bool TakeNested() noexcept {
        std::size_t depth = 0;
        std::string_view ignored;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                if (!TakeString(ignored)) {
                    return false;
                }
                continue;
            }
            ++at_;
            if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                --depth;
                if (depth == 0) {
                    return true;
                }
            }
            at_ = std::min(text_.find_first_of("\"{}[]", at_), text_.size());
        }
        return false;
    }

    /// A number, true, false or null.
    bool TakeWord() noexcept {
        const std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
        const bool some = end > at_;
        at_ = end;
        return some;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<TextRange> FindMember(std::string_view json, std::string_view name) noexcept {
    Scanner scanner(json);
    std::optional<TextRange> found;
    if (!scanner.Take('{') || scanner.Take('}')) {
        return std::nullopt;
    }
    do {
        std::string_view its_name;
        if (!scanner.TakeString(its_name) || !scanner.Take(':')) {
            return std::nullopt;
        }
        scanner.SkipSpace();
        const std::size_t begin = scanner.at();
        if (!scanner.TakeValue() || (its_name == name && found)) {
            return std::nullopt;
        }
        if (its_name == name) {
            found = TextRange{begin, scanner.at() - begin};
        }
    } while (scanner.Take(','));
    return scanner.Take('}') ? found : std::nullopt;
}

std::optional<std::size_t> FirstMember(std::string_view json) noexcept {
    Scanner scanner(json);
    if (!scanner.Take('{')) {
        return std::nullopt;
    }
    scanner.SkipSpace();
    if (!scanner.At('"') && !scanner.At('}')) {
        return std::nullopt;
    }
    return scanner.at();
}

}  // namespace sightglass::capture

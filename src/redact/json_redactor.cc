// RedactDocument: the way through a JSON text.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "redact/document.h"
#include "redact/redact.h"

namespace sightglass::redact {
namespace {

/// A tool's arguments are JSON inside a JSON string; deeper than that is read as text.
constexpr int kNestedMax = 3;
/// A number shorter than this is no card and no telephone.
constexpr std::size_t kNumberDigitsMin = 7;

std::string RedactText(std::string text, const Redaction& how, std::string_view name) {
    if (how.scope == Scope::kAll) {
        ReplaceBinary(text);
    }
    Redact(text, how, name);
    return text;
}

/// Walks over a JSON text from its start and copies it, redacted, as far as it is JSON: strings that are values, and numbers
/// long enough to be one of a person. What follows the first mistake, or a cut, is redacted as plain text.
class JsonRedactor {
public:
    JsonRedactor(std::string_view text, const Redaction& how, int nested)
        : text_(text), how_(how), nested_(nested) {
        out_.reserve(text.size() + text.size() / 16);
    }

    std::string Run() {
        while (at_ < text_.size() && Step()) {
        }
        if (at_ < text_.size()) {
            out_ += RedactText(std::string(text_.substr(at_)), how_, {});
        }
        return std::move(out_);
    }

private:
    bool Step() {
        const char c = text_[at_];
        if (c == '"') {
            return TakeString();
        }
        if (std::string_view("{}[]:, \t\r\n").find(c) != std::string_view::npos) {
            out_ += c;
            ++at_;
            return true;
        }
        return TakeScalar();
    }

    bool TakeString() {
        const std::size_t end = StringEnd(at_ + 1);
        if (end >= text_.size()) {
            const std::string rest = Unescape(text_.substr(at_ + 1));
            out_ += '"' + Escape(RedactValue(rest));
            at_ = text_.size();
            return false;
        }
        const std::string_view escaped = text_.substr(at_ + 1, end - at_ - 1);
        const std::size_t next = text_.find_first_not_of(" \t\r\n", end + 1);
        if (next != std::string_view::npos && text_[next] == ':') {
            AppendKey(escaped);
        } else {
            AppendValue(escaped);
        }
        at_ = end + 1;
        return true;
    }

    /// Where the closing quote is, at or beyond the text's end where there is none.
    std::size_t StringEnd(std::size_t begin) const noexcept {
        std::size_t end = begin;
        while (end < text_.size() && text_[end] != '"') {
            end += text_[end] == '\\' ? 2U : 1U;
        }
        return end;
    }

    /// Keys are names, not data; a secret is taken out all the same.
    void AppendKey(std::string_view escaped) {
        name_ = Unescape(escaped);
        Redaction secrets = how_;
        secrets.scope = Scope::kSecrets;
        std::string plain = name_;
        out_ += '"';
        out_ += Redact(plain, secrets) ? Escape(plain) : std::string(escaped);
        out_ += '"';
    }

    void AppendValue(std::string_view escaped) {
        const std::string plain = Unescape(escaped);
        const std::string redacted = RedactValue(plain);
        out_ += '"';
        out_ += redacted == plain ? std::string(escaped) : Escape(redacted);
        out_ += '"';
    }

    std::string RedactValue(const std::string& plain) const {
        const bool document = plain.starts_with('{') || plain.starts_with('[');
        return document && nested_ < kNestedMax ? JsonRedactor(plain, how_, nested_ + 1).Run()
                                                : RedactText(plain, how_, name_);
    }

    /// A number, or true, false, null.
    bool TakeScalar() {
        const std::size_t end =
            std::min(text_.find_first_not_of("+-.0123456789eEtrufalsn", at_), text_.size());
        const std::string_view token = text_.substr(at_, end - at_);
        const bool word = token == "true" || token == "false" || token == "null";
        const bool number =
            !token.empty() && token.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
        if (!word && !number) {
            return false;
        }
        std::string copy(token);
        if (number && token.size() >= kNumberDigitsMin && Redact(copy, how_, name_)) {
            out_ += '"' + copy + '"';
        } else {
            out_ += token;
        }
        at_ = end;
        return true;
    }

    std::string_view text_;
    const Redaction& how_;
    int nested_;
    std::size_t at_ = 0;
    std::string name_;  // The last key.
    std::string out_;
};

}  // namespace

std::string RedactDocument(std::string_view document, const Redaction& how) {
    const std::size_t start = document.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) {
        return std::string(document);
    }
    const char first = document[start];
    if (first == '{' || first == '[' || first == '"') {
        return JsonRedactor(document, how, 0).Run();
    }
    return RedactText(std::string(document), how, {});
}

}  // namespace sightglass::redact

#include "codec/json_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <system_error>

namespace sightglass::codec {
namespace {

bool IsSpace(char c) noexcept {
    return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

bool IsDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr std::size_t kFirstEntries = 64;

/// A high bit for each byte of `word` that is `c`; bytes above the first such one may be marked
/// wrongly.
std::uint64_t BytesLike(std::uint64_t word, char c) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    const std::uint64_t other = word ^ (kOnes * static_cast<unsigned char>(c));
    return (other - kOnes) & ~other & (kOnes * 0x80U);
}

/// Builds the entries. The text is followed by NULs, so that looking a few characters ahead is always
/// allowed.
class Indexer {
public:
    explicit Indexer(JsonIndex& index) noexcept
        : index_(index),
          entries_(index.entries),
          begin_(index.text.data()),
          end_(begin_ + index.text.size() - kJsonPadding),
          at_(begin_) {}

    const char* Run() {
        do {
            if (!TakeValue()) {
                return error_;
            }
        } while (depth_ > 0);
        SkipSpace();
        return at_ == end_ ? nullptr : "something follows the document";
    }

private:
    void SkipSpace() noexcept {
        while (IsSpace(*at_)) {
            ++at_;
        }
    }

    bool Fail(const char* error) noexcept {
        error_ = error;
        return false;
    }

    std::uint32_t Offset(const char* position) const noexcept {
        return static_cast<std::uint32_t>(position - begin_);
    }

    /// The entry behind the last one; null where there are too many.
    JsonEntry* Next() {
        if (count_ == entries_.size()) {
            if (count_ == kJsonValuesMax) {
                return nullptr;
            }
            entries_.resize(std::clamp<std::size_t>(2 * count_, kFirstEntries, kJsonValuesMax));
        }
        return &entries_[count_++];
    }

    /// One value with the key before it and, where it is the last of its containers, their ends.
    bool TakeValue() {
        SkipSpace();
        JsonEntry* const entry = Next();
        if (entry == nullptr) {
            return Fail("too many values");
        }
        *entry = JsonEntry();
        if (close_ == '}' && !TakeKey(*entry)) {
            return false;
        }
        if (*at_ == '{' || *at_ == '[') {
            return Open(*entry);
        }
        if (!TakeScalar(*entry)) {
            return false;
        }
        entry->next = static_cast<std::uint32_t>(count_);
        return CloseOrGoOn();
    }

    bool Open(JsonEntry& entry) noexcept {
        if (depth_ == open_.size()) {
            return Fail("nested too deeply");
        }
        entry.type = *at_ == '{' ? JsonType::kObject : JsonType::kArray;
        entry.begin = Offset(at_);
        open_[depth_++] = static_cast<std::uint32_t>(count_ - 1);
        close_ = *at_ == '{' ? '}' : ']';
        ++at_;
        SkipSpace();
        if (*at_ != close_) {
            return true;
        }
        Close();
        return CloseOrGoOn();
    }

    void Close() noexcept {
        ++at_;
        JsonEntry& entry = entries_[open_[--depth_]];
        entry.end = Offset(at_);
        entry.next = static_cast<std::uint32_t>(count_);
        close_ = '\0';
        if (depth_ > 0) {
            close_ = entries_[open_[depth_ - 1]].type == JsonType::kObject ? '}' : ']';
        }
    }

    /// Behind a value: closes what ends there, and takes the comma where something follows.
    bool CloseOrGoOn() noexcept {
        while (depth_ > 0) {
            SkipSpace();
            if (*at_ == ',') {
                ++at_;
                return true;
            }
            if (*at_ != close_) {
                return Fail("a comma or an end is missing");
            }
            Close();
        }
        return true;
    }

    bool TakeKey(JsonEntry& entry) noexcept {
        if (*at_ != '"') {
            return Fail("a key is missing");
        }
        char* const start = ++at_;
        bool escaped = false;
        while (!AtQuote()) {
            if (at_ >= end_) {
                return Fail("a key has no end");
            }
            escaped = true;
            at_ += 2;
        }
        auto size = static_cast<std::size_t>(at_ - start);
        if (escaped) {
            size = Unescape(start, size);
            index_.changed = true;
            if (size == kBadEscape) {
                return Fail("a key has a wrong escape");
            }
        }
        entry.key_begin = Offset(start);
        entry.key_size = static_cast<std::uint32_t>(size);
        entries_[open_[depth_ - 1]].key_bits |= KeyBit({start, size});
        ++at_;
        SkipSpace();
        if (*at_ != ':') {
            return Fail("a colon is missing");
        }
        ++at_;
        SkipSpace();
        return true;
    }

    /// Goes to the next quote, backslash or end. Whether it is a quote.
    bool AtQuote() noexcept {
        while (at_ < end_) {
            std::uint64_t word = 0;
            std::memcpy(&word, at_, sizeof word);
            const std::uint64_t found = BytesLike(word, '"') | BytesLike(word, '\\');
            if (found != 0) {
                at_ += std::countr_zero(found) / 8;
                return *at_ == '"' && at_ < end_;
            }
            at_ += sizeof word;
        }
        at_ = end_;
        return false;
    }

    bool TakeScalar(JsonEntry& entry) noexcept {
        switch (*at_) {
            case '"':
                return TakeString(entry);
            case 't':
                return TakeWord(entry, "true", JsonType::kTrue);
            case 'f':
                return TakeWord(entry, "false", JsonType::kFalse);
            case 'n':
                return TakeWord(entry, "null", JsonType::kNull);
            default:
                return TakeNumber(entry);
        }
    }

    bool TakeString(JsonEntry& entry) noexcept {
        char* const start = ++at_;
        while (true) {
            auto* const quote =
                static_cast<char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
            if (quote == nullptr) {
                return Fail("a string has no end");
            }
            const char* backslash = quote;
            while (backslash > start && backslash[-1] == '\\') {
                --backslash;
            }
            at_ = quote + 1;
            if ((quote - backslash) % 2 == 0) {
                entry.type = JsonType::kString;
                entry.begin = Offset(start);
                entry.end = Offset(quote);
                return true;
            }
        }
    }

    bool TakeWord(JsonEntry& entry, std::string_view word, JsonType type) noexcept {
        if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
            return Fail("neither true, false nor null");
        }
        entry.type = type;
        entry.begin = Offset(at_);
        at_ += word.size();
        entry.end = Offset(at_);
        return true;
    }

    void SkipDigits() noexcept {
        while (IsDigit(*at_)) {
            ++at_;
        }
    }

    bool TakeNumber(JsonEntry& entry) noexcept {
        char* const start = at_;
        at_ += *at_ == '-' ? 1 : 0;
        const char* const digits = at_;
        SkipDigits();
        if (at_ == digits || (*digits == '0' && at_ - digits > 1)) {
            return Fail("not a value");
        }
        if (*at_ == '.') {
            ++at_;
            if (!IsDigit(*at_)) {
                return Fail("a number ends in its point");
            }
            SkipDigits();
        }
        if ((*at_ == 'e' || *at_ == 'E') && !TakeExponent(start)) {
            return false;
        }
        entry.type = JsonType::kNumber;
        entry.begin = Offset(start);
        entry.end = Offset(at_);
        return true;
    }

    bool TakeExponent(const char* number) noexcept {
        ++at_;
        at_ += *at_ == '+' || *at_ == '-' ? 1 : 0;
        if (!IsDigit(*at_)) {
            return Fail("a number ends in its exponent");
        }
        SkipDigits();
        double value = 0;
        const bool fits = std::from_chars(number, at_, value).ec != std::errc::result_out_of_range;
        return fits || Fail("a number is out of range");
    }

    JsonIndex& index_;
    std::vector<JsonEntry>& entries_;
    char* const begin_;
    char* const end_;
    char* at_;
    const char* error_ = nullptr;
    std::array<std::uint32_t, kJsonDepthMax> open_;  ///< The containers that are open.
    std::size_t depth_ = 0;
    std::size_t count_ = 0;
    char close_ = '\0';  ///< What ends the innermost of them.
};

/// Four hexadecimal digits, or a negative number.
int ReadHex(const char* digits) noexcept {
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = digits[i];
        const char lower = static_cast<char>(c | 0x20);
        if (!IsDigit(c) && (lower < 'a' || lower > 'f')) {
            return -1;
        }
        value = value * 16 + (IsDigit(c) ? c - '0' : lower - 'a' + 10);
    }
    return value;
}

char* PutUtf8(std::uint32_t code, char* out) noexcept {
    const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
    return out;
}

/// What a backslash and this character stand for; NUL where nothing.
char Simple(char c) noexcept {
    switch (c) {
        case '"':
        case '\\':
        case '/':
            return c;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return '\0';
    }
}

/// Reads "\uXXXX" at `at`, with its second half where it is a surrogate; half a pair is U+FFFD. How
/// many bytes it takes, 0 where it is none.
std::size_t ReadUnicode(const char* at, const char* end, std::uint32_t& code) noexcept {
    constexpr std::ptrdiff_t kBytes = 6;
    const int first = end - at >= kBytes ? ReadHex(at + 2) : -1;
    if (first < 0) {
        return 0;
    }
    code = static_cast<std::uint32_t>(first);
    if (first < 0xD800 || first > 0xDFFF) {
        return kBytes;
    }
    const bool pair = first < 0xDC00 && end - at >= 2 * kBytes && at[6] == '\\' && at[7] == 'u';
    const int second = pair ? ReadHex(at + 8) : -1;
    if (second < 0xDC00 || second > 0xDFFF) {
        code = 0xFFFD;
        return kBytes;
    }
    code = 0x10000U + ((code - 0xD800U) << 10U) + static_cast<std::uint32_t>(second - 0xDC00);
    return 2 * kBytes;
}

}  // namespace

const char* JsonIndex::Build() {
    changed = false;
    text.append(kJsonPadding, '\0');
    return Indexer(*this).Run();
}

std::size_t Unescape(char* text, std::size_t size) noexcept {
    const char* at = text;
    const char* const end = text + size;
    char* out = text;
    while (at < end) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        if (end - at < 2) {
            return kBadEscape;
        }
        if (at[1] != 'u') {
            *out = Simple(at[1]);
            if (*out++ == '\0') {
                return kBadEscape;
            }
            at += 2;
            continue;
        }
        std::uint32_t code = 0;
        const std::size_t taken = ReadUnicode(at, end, code);
        if (taken == 0) {
            return kBadEscape;
        }
        out = PutUtf8(code, out);
        at += taken;
    }
    return static_cast<std::size_t>(out - text);
}

}  // namespace sightglass::codec

#include "net/http1_header_lines.h"

#include <array>
#include <cstring>

#include "base/text.h"
#include "net/http1_bytes.h"

namespace sightglass::net {
namespace {

std::string_view TrimWhitespace(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

/// NameStart of a name of which all `size` characters stand in `bytes`, at least eight of which may be read.
std::uint64_t LoadNameStart(const char* bytes, std::size_t size) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if (size < sizeof word) {
        word &= ~(~std::uint64_t{0} << (8 * size));
    }
    // Names are ASCII here: bit 7 of a sum says whether a letter is at least 'A', or beyond 'Z'.
    const std::uint64_t from_a = word + kOnes * (0x80U - 'A');
    const std::uint64_t beyond_z = word + kOnes * (0x7fU - 'Z');
    return word | (((from_a & ~beyond_z) & (kOnes * 0x80U)) >> 2U);
}

/// What to look for in Header::start.
std::uint64_t StartOf(std::string_view name) noexcept {
    return name.size() >= 8 ? LoadNameStart(name.data(), name.size()) : NameStart(name);
}

struct KnownName {
    constexpr KnownName(std::string_view text, HeaderName header, bool hop) noexcept
        : name(text), start(NameStart(text)), known(header), hop_by_hop(hop) {}

    std::string_view name;
    std::uint64_t start;
    HeaderName known;
    bool hop_by_hop;
};

/// Whether two names of one size and one NameStart are the same.
bool SameRest(std::string_view a, std::string_view b) noexcept {
    return a.size() <= 8 || SameName(a.substr(8), b.substr(8));
}

/// In the order of their sizes. Transfer-Encoding is not among those that are dropped: chunked bodies are forwarded with their framing.
constexpr KnownName kKnownNames[] = {
    {"te", HeaderName::kTe, true},
    {"host", HeaderName::kHost, false},
    {"cookie", HeaderName::kCookie, false},
    {"expect", HeaderName::kExpect, false},
    {"upgrade", HeaderName::kUpgrade, true},
    {"connection", HeaderName::kConnection, true},
    {"keep-alive", HeaderName::kKeepAlive, true},
    {"user-agent", HeaderName::kUserAgent, false},
    {"content-type", HeaderName::kContentType, false},
    {"authorization", HeaderName::kAuthorization, false},
    {"content-length", HeaderName::kContentLength, false},
    {"content-encoding", HeaderName::kContentEncoding, false},
    {"proxy-connection", HeaderName::kProxyConnection, true},
    {"transfer-encoding", HeaderName::kTransferEncoding, false},
    {"proxy-authorization", HeaderName::kOther, true},
};

constexpr std::size_t kKnownSizeMax = 19;

/// Where the names of each size begin in kKnownNames, which is in the order of sizes.
constexpr std::array<std::uint8_t, kKnownSizeMax + 2> FirstOfSizes() noexcept {
    std::array<std::uint8_t, kKnownSizeMax + 2> first{};
    for (std::size_t size = 0; size < first.size(); ++size) {
        for (const KnownName& known : kKnownNames) {
            first[size] =
                static_cast<std::uint8_t>(first[size] + (known.name.size() < size ? 1 : 0));
        }
    }
    return first;
}

constexpr std::array<std::uint8_t, kKnownSizeMax + 2> kFirstOfSize = FirstOfSizes();

void Recognise(Header& header) noexcept {
    header.known = HeaderName::kOther;
    header.hop_by_hop = false;
    const std::size_t size = header.name.size();
    if (size > kKnownSizeMax) {
        return;
    }
    for (std::size_t i = kFirstOfSize[size]; i < kFirstOfSize[size + 1]; ++i) {
        const KnownName& candidate = kKnownNames[i];
        if (candidate.start == header.start && SameRest(candidate.name, header.name)) {
            header.known = candidate.known;
            header.hop_by_hop = candidate.hop_by_hop;
            return;
        }
    }
}

}  // namespace

HeadError HeadParser::ReadLines(std::string_view& bytes, bool& whole) noexcept {
    while (true) {
        if (TakeLineBefore(bytes)) {
            continue;
        }
        const std::size_t lf = bytes.find('\n');
        if (lf == std::string_view::npos) {
            whole = false;
            return HeadError::kNone;
        }
        if (lf == 0 || bytes[lf - 1] != '\r') {
            return HeadError::kHeaderLine;
        }
        if (lf == 1) {
            bytes.remove_prefix(2);
            whole = true;
            return HeadError::kNone;
        }
        const HeadError error = ReadLine(bytes.substr(0, lf + 1), bytes.size() >= 8);
        if (error != HeadError::kNone) {
            return error;
        }
        bytes.remove_prefix(lf + 1);
    }
}

/// The line that stood in this place before, if it stands there again.
bool HeadParser::TakeLineBefore(std::string_view& bytes) noexcept {
    if (head_.count_ >= MessageHead::kLinesBefore) {
        return false;
    }
    const MessageHead::LineBefore& before = head_.lines_before_[head_.count_];
    if (before.size == 0 || bytes.size() < before.size ||
        std::memcmp(bytes.data(), before.bytes.data(), before.size) != 0) {
        return false;
    }
    Header& header = head_.headers_[head_.count_];
    header.line = bytes.substr(0, before.size);
    header.name = bytes.substr(0, before.name_size);
    header.value = bytes.substr(before.value_at, before.value_size);
    header.start = before.start;
    header.known = before.known;
    header.hop_by_hop = before.hop_by_hop;
    header.marks = before.marks;
    Keep(header);
    bytes.remove_prefix(before.size);
    return true;
}

/// The name that stood in this place before, if it stands there again.
bool HeadParser::TakeNameBefore(std::string_view line, Header& header) const noexcept {
    if (head_.count_ >= MessageHead::kLinesBefore) {
        return false;
    }
    const MessageHead::LineBefore& before = head_.lines_before_[head_.count_];
    const std::size_t size = before.name_size;
    if (size == 0 || line.size() <= size || line[size] != ':' ||
        std::memcmp(line.data(), before.bytes.data(), size) != 0) {
        return false;
    }
    header.name = line.substr(0, size);
    header.start = before.start;
    header.known = before.known;
    header.hop_by_hop = before.hop_by_hop;
    return true;
}

void HeadParser::Remember(Header& header) noexcept {
    header.marks = head_.mark == nullptr ? std::uint8_t{0} : head_.mark(header);
    if (head_.count_ >= MessageHead::kLinesBefore) {
        return;
    }
    MessageHead::LineBefore& before = head_.lines_before_[head_.count_];
    const bool keeps_line = header.line.size() <= before.bytes.size();
    const bool keeps_name = header.name.size() <= before.bytes.size();
    const std::string_view kept = keeps_line ? header.line : header.name;
    before.size = static_cast<std::uint8_t>(keeps_line ? header.line.size() : 0);
    before.name_size = static_cast<std::uint8_t>(keeps_name ? header.name.size() : 0);
    before.value_at = static_cast<std::uint8_t>(header.value.data() - header.line.data());
    before.value_size = static_cast<std::uint8_t>(header.value.size());
    before.start = header.start;
    before.known = header.known;
    before.hop_by_hop = header.hop_by_hop;
    before.marks = header.marks;
    std::memcpy(before.bytes.data(), kept.data(), keeps_name ? kept.size() : 0);
}

HeadError HeadParser::ReadLine(std::string_view line, bool has_eight_bytes) noexcept {
    if (head_.count_ == MessageHead::kHeadersMax) {
        return HeadError::kTooManyHeaders;
    }
    const std::string_view text = line.substr(0, line.size() - 2);
    Header& header = head_.headers_[head_.count_];
    if (!TakeNameBefore(text, header)) {
        std::size_t colon = 0;
        while (colon < text.size() && IsTokenByte(text[colon])) {
            ++colon;
        }
        // White space before the colon, and a folded line, end here too.
        if (colon == 0 || colon == text.size() || text[colon] != ':') {
            return HeadError::kHeaderLine;
        }
        header.name = text.substr(0, colon);
        header.start = has_eight_bytes ? LoadNameStart(line.data(), colon) : NameStart(header.name);
        Recognise(header);
    }
    const std::string_view value = text.substr(header.name.size() + 1);
    if (!IsFieldText(value)) {
        return HeadError::kHeaderLine;
    }
    header.value = TrimWhitespace(value);
    header.line = line;
    Remember(header);
    Keep(header);
    return HeadError::kNone;
}

/// The header in the next place becomes one of the head's.
void HeadParser::Keep(const Header& header) noexcept {
    const std::size_t slot = MessageHead::SlotOf(header.start, header.name.size());
    if (((head_.slots_taken_ >> slot) & 1U) == 0) {
        head_.slots_taken_ |= std::uint64_t{1} << slot;
        head_.first_of_slot_[slot] = static_cast<std::uint8_t>(head_.count_);
    }
    ++head_.count_;
}

HeadError HeadParser::Interpret() noexcept {
    for (std::size_t i = 0; i < head_.count_; ++i) {
        const Header& header = head_.headers_[i];
        HeadError error = HeadError::kNone;
        if (header.known == HeaderName::kContentLength) {
            error = ReadLength(header.value);
        } else if (header.known == HeaderName::kTransferEncoding) {
            error = ReadTransferEncoding(header.value);
        } else if (header.known == HeaderName::kConnection) {
            ReadConnection(header.value);
        }
        if (error != HeadError::kNone) {
            return error;
        }
    }
    if (head_.chunked && head_.has_length) {
        return HeadError::kLength;
    }
    head_.keep_alive = !saw_close_ && (head_.minor_version >= 1 || saw_keep_alive_);
    head_.upgrade = saw_upgrade_ && head_.Has(HeaderName::kUpgrade);
    return HeadError::kNone;
}

HeadError HeadParser::ReadLength(std::string_view value) noexcept {
    constexpr std::size_t kDigitsMax = 18;
    if (head_.has_length || value.empty() || value.size() > kDigitsMax) {
        return HeadError::kLength;
    }
    std::uint64_t length = 0;
    for (const char c : value) {
        if (c < '0' || c > '9') {
            return HeadError::kLength;
        }
        length = length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    head_.has_length = true;
    head_.content_length = length;
    return HeadError::kNone;
}

HeadError HeadParser::ReadTransferEncoding(std::string_view value) noexcept {
    if (head_.chunked || head_.minor_version == 0 || !EqualsIgnoreCase(value, "chunked")) {
        return HeadError::kTransferCoding;
    }
    head_.chunked = true;
    return HeadError::kNone;
}

void HeadParser::ReadConnection(std::string_view value) noexcept {
    ForEachListElement(value, [this](std::string_view token) {
        if (EqualsIgnoreCase(token, "close")) {
            saw_close_ = true;
        } else if (EqualsIgnoreCase(token, "keep-alive")) {
            saw_keep_alive_ = true;
        } else if (EqualsIgnoreCase(token, "upgrade")) {
            saw_upgrade_ = true;
        } else {
            MarkHopByHop(token);
        }
    });
}

void HeadParser::MarkHopByHop(std::string_view name) noexcept {
    for (std::size_t i = 0; i < head_.count_; ++i) {
        Header& header = head_.headers_[i];
        // Framing and routing are never the caller's to take away: that would be smuggling.
        const bool fixed = header.known == HeaderName::kContentLength ||
                           header.known == HeaderName::kTransferEncoding ||
                           header.known == HeaderName::kHost;
        if (!fixed && EqualsIgnoreCase(header.name, name)) {
            header.hop_by_hop = true;
        }
    }
}

std::size_t HeadParser::Count(HeaderName name) const noexcept {
    std::size_t count = 0;
    for (const Header& header : head_.Headers()) {
        count += header.known == name ? 1 : 0;
    }
    return count;
}

std::string_view MessageHead::Find(std::string_view name) const noexcept {
    const std::uint64_t start = StartOf(name);
    const std::size_t slot = SlotOf(start, name.size());
    if (((slots_taken_ >> slot) & 1U) == 0) {
        return {};
    }
    for (const Header& header : Headers().subspan(first_of_slot_[slot])) {
        if (header.start == start && header.name.size() == name.size() &&
            SameRest(header.name, name)) {
            return header.value;
        }
    }
    return {};
}

std::string_view MessageHead::Find(HeaderName name) const noexcept {
    for (const Header& header : Headers()) {
        if (header.known == name) {
            return header.value;
        }
    }
    return {};
}

bool MessageHead::Has(HeaderName name) const noexcept {
    for (const Header& header : Headers()) {
        if (header.known == name) {
            return true;
        }
    }
    return false;
}

}  // namespace sightglass::net

#include "net/http1.h"

#include <cstring>
#include <utility>

#include "base/text.h"
#include "net/http1_bytes.h"

namespace sightglass::net {
namespace {

/// A start line longer than this is refused before its end has come.
constexpr std::size_t kStartLineBytesMax = 16U << 10;

std::string_view TrimWhitespace(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

struct KnownName {
    std::string_view name;
    HeaderName known;
    bool hop_by_hop;
};

/// In the order of their lengths. Transfer-Encoding is not among the dropped ones: chunked bodies
/// are forwarded with their framing.
constexpr std::array<KnownName, 14> kKnownNames{{
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
}};

void Recognise(Header& header) noexcept {
    for (const KnownName& candidate : kKnownNames) {
        if (candidate.name.size() == header.name.size() &&
            EqualsIgnoreCase(candidate.name, header.name)) {
            header.known = candidate.known;
            header.hop_by_hop = candidate.hop_by_hop;
            return;
        }
    }
    header.known = HeaderName::kOther;
    header.hop_by_hop = false;
}

/// The index after the empty line that ends a head, or npos. Looks only at what `scanned` has not
/// covered.
std::size_t FindHeadEnd(std::string_view bytes, std::size_t& scanned) noexcept {
    const std::size_t from = scanned > 3 ? scanned - 3 : 0;
    const void* found = ::memmem(bytes.data() + from, bytes.size() - from, "\r\n\r\n", 4);
    if (found == nullptr) {
        scanned = bytes.size();
        return std::string_view::npos;
    }
    return static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) + 4;
}

constexpr HeadResult Bad(HeadError error) noexcept {
    return {HeadStatus::kBad, error, 0};
}

}  // namespace

/// Fills a MessageHead from complete header lines.
class HeadParser {
public:
    explicit HeadParser(MessageHead& head) noexcept : head_(head) {
        head_.count_ = 0;
        head_.minor_version = 1;
        head_.keep_alive = true;
        head_.chunked = false;
        head_.has_length = false;
        head_.upgrade = false;
        head_.content_length = 0;
    }

    /// `lines`: everything between the start line and the empty line, each line with its CRLF.
    HeadError ReadLines(std::string_view lines) noexcept;
    /// What the headers mean for framing and for the connection.
    HeadError Interpret() noexcept;
    std::size_t Count(HeaderName name) const noexcept;

private:
    HeadError ReadLine(std::string_view line) noexcept;
    HeadError ReadLength(std::string_view value) noexcept;
    HeadError ReadTransferEncoding(std::string_view value) noexcept;
    void ReadConnection(std::string_view value) noexcept;
    void MarkHopByHop(std::string_view name) noexcept;

    MessageHead& head_;
    bool saw_close_ = false;
    bool saw_keep_alive_ = false;
    bool saw_upgrade_ = false;
};

HeadError HeadParser::ReadLines(std::string_view lines) noexcept {
    while (!lines.empty()) {
        const std::size_t lf = lines.find('\n');
        if (lf == std::string_view::npos || lf == 0 || lines[lf - 1] != '\r') {
            return HeadError::kHeaderLine;
        }
        if (const HeadError error = ReadLine(lines.substr(0, lf + 1)); error != HeadError::kNone) {
            return error;
        }
        lines.remove_prefix(lf + 1);
    }
    return HeadError::kNone;
}

HeadError HeadParser::ReadLine(std::string_view line) noexcept {
    if (head_.count_ == MessageHead::kHeadersMax) {
        return HeadError::kTooManyHeaders;
    }
    const std::string_view text = line.substr(0, line.size() - 2);
    std::size_t colon = 0;
    while (colon < text.size() && IsTokenByte(text[colon])) {
        ++colon;
    }
    // White space before the colon, and a folded line, end here too.
    if (colon == 0 || colon == text.size() || text[colon] != ':') {
        return HeadError::kHeaderLine;
    }
    const std::string_view value = text.substr(colon + 1);
    if (!IsFieldText(value)) {
        return HeadError::kHeaderLine;
    }
    Header& header = head_.headers_[head_.count_++];
    header.name = text.substr(0, colon);
    header.value = TrimWhitespace(value);
    header.line = line;
    Recognise(header);
    return HeadError::kNone;
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
    for (const Header& header : Headers()) {
        if (header.name.size() == name.size() && EqualsIgnoreCase(header.name, name)) {
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

BodyKind RequestHead::Body() const noexcept {
    if (chunked) {
        return BodyKind::kChunked;
    }
    return content_length > 0 ? BodyKind::kLength : BodyKind::kNone;
}

BodyKind ResponseHead::Body(bool to_head) const noexcept {
    if (to_head || status < 200 || status == 204 || status == 304) {
        return BodyKind::kNone;
    }
    if (chunked) {
        return BodyKind::kChunked;
    }
    if (has_length) {
        return content_length > 0 ? BodyKind::kLength : BodyKind::kNone;
    }
    return BodyKind::kUntilClose;
}

namespace {

/// "HTTP/1.0" or "HTTP/1.1" into the minor version.
bool ReadVersion(std::string_view text, int& minor_version) noexcept {
    if (text.size() != 8 || !text.starts_with("HTTP/1.") || (text[7] != '0' && text[7] != '1')) {
        return false;
    }
    minor_version = text[7] - '0';
    return true;
}

/// Bytes of a request target: visible ASCII, and bytes above it, which some clients do not escape.
bool IsTarget(std::string_view text) noexcept {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f) {
            return false;
        }
    }
    return !text.empty();
}

/// Takes "http://host" off an absolute-form target and keeps it as the authority.
HeadError ReadTarget(RequestHead& head) noexcept {
    if (head.target.front() == '/' || (head.target == "*" && head.method == "OPTIONS")) {
        return HeadError::kNone;
    }
    for (const std::string_view scheme :
         {std::string_view("http://"), std::string_view("https://")}) {
        if (!StartsWithIgnoreCase(head.target, scheme)) {
            continue;
        }
        const std::string_view rest = head.target.substr(scheme.size());
        const std::size_t slash = rest.find('/');
        head.authority = rest.substr(0, slash);
        if (slash == std::string_view::npos || head.authority.empty()) {
            return HeadError::kStartLine;
        }
        head.target = rest.substr(slash);
        return HeadError::kNone;
    }
    return HeadError::kStartLine;
}

/// `line` without its CRLF.
HeadError ReadRequestLine(std::string_view line, RequestHead& head) noexcept {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || last == first) {
        return HeadError::kStartLine;
    }
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    head.authority = {};
    head.expects_continue = false;
    if (!IsToken(head.method) || !IsTarget(head.target)) {
        return HeadError::kStartLine;
    }
    const std::string_view version = line.substr(last + 1);
    if (!ReadVersion(version, head.minor_version)) {
        return version.starts_with("HTTP/") ? HeadError::kVersion : HeadError::kStartLine;
    }
    return ReadTarget(head);
}

HeadError ReadStatusLine(std::string_view line, ResponseHead& head) noexcept {
    if (line.size() < 12 || line[8] != ' ') {
        return HeadError::kStartLine;
    }
    if (!ReadVersion(line.substr(0, 8), head.minor_version)) {
        return HeadError::kVersion;
    }
    head.status = 0;
    for (const char c : line.substr(9, 3)) {
        if (c < '0' || c > '9') {
            return HeadError::kStartLine;
        }
        head.status = head.status * 10 + (c - '0');
    }
    const bool ends = line.size() == 12 || line[12] == ' ';
    if (!ends || head.status < 100 || !IsFieldText(line.substr(12))) {
        return HeadError::kStartLine;
    }
    return HeadError::kNone;
}

HeadError ReadHost(const HeadParser& parser, RequestHead& head) noexcept {
    const std::size_t hosts = parser.Count(HeaderName::kHost);
    if (hosts > 1 || (hosts == 0 && head.minor_version >= 1)) {
        return HeadError::kHost;
    }
    if (head.authority.empty()) {
        head.authority = head.Find(HeaderName::kHost);
    }
    return HeadError::kNone;
}

/// Where a head is not complete: whether it can still become one.
HeadResult Incomplete(std::string_view bytes, std::size_t head_bytes_max) noexcept {
    if (bytes.size() >= head_bytes_max) {
        return Bad(HeadError::kTooLarge);
    }
    const std::size_t line_end = bytes.find('\n');
    const bool open = line_end == std::string_view::npos;
    if (open && bytes.size() > kStartLineBytesMax) {
        return Bad(HeadError::kTooLarge);
    }
    if (!bytes.empty() && !IsTokenByte(bytes.front())) {
        return Bad(HeadError::kStartLine);
    }
    return {};
}

/// How many bytes of empty lines stand before a request line. At most 8, so that nobody is kept
/// busy with them.
std::size_t EmptyLines(std::string_view bytes) noexcept {
    std::size_t size = 0;
    while (size < 8 && bytes.substr(size, 2) == "\r\n") {
        size += 2;
    }
    return size;
}

}  // namespace

HeadResult ParseRequestHead(
    std::string_view bytes,
    std::size_t head_bytes_max,
    std::size_t& scanned,
    RequestHead& head
) noexcept {
    const std::size_t skipped = EmptyLines(bytes);
    const std::string_view message = bytes.substr(skipped);
    if (message.empty() || message == "\r") {
        return {};
    }
    std::size_t scanned_message = scanned > skipped ? scanned - skipped : 0;
    const std::size_t size = FindHeadEnd(message, scanned_message);
    const std::string_view seen = message.substr(0, size);
    const std::size_t line_end = seen.find('\n');
    HeadParser parser(head);
    if (line_end != std::string_view::npos) {
        if (line_end == 0 || seen[line_end - 1] != '\r') {
            return Bad(HeadError::kStartLine);
        }
        const HeadError error = ReadRequestLine(seen.substr(0, line_end - 1), head);
        if (error != HeadError::kNone) {
            return Bad(error);
        }
    }
    if (size == std::string_view::npos) {
        scanned = bytes.size();
        return Incomplete(message, head_bytes_max);
    }
    if (size > head_bytes_max) {
        return Bad(HeadError::kTooLarge);
    }
    HeadError error = parser.ReadLines(seen.substr(line_end + 1, size - line_end - 3));
    error = error == HeadError::kNone ? parser.Interpret() : error;
    error = error == HeadError::kNone ? ReadHost(parser, head) : error;
    if (error != HeadError::kNone) {
        return Bad(error);
    }
    head.expects_continue = EqualsIgnoreCase(head.Find(HeaderName::kExpect), "100-continue");
    scanned = 0;
    return {HeadStatus::kComplete, HeadError::kNone, skipped + size};
}

HeadResult ParseResponseHead(
    std::string_view bytes,
    std::size_t head_bytes_max,
    std::size_t& scanned,
    ResponseHead& head
) noexcept {
    constexpr std::string_view kStart = "HTTP/1.";
    const std::size_t common = bytes.size() < kStart.size() ? bytes.size() : kStart.size();
    if (bytes.substr(0, common) != kStart.substr(0, common)) {
        return Bad(HeadError::kStartLine);
    }
    const std::size_t size = FindHeadEnd(bytes, scanned);
    if (size == std::string_view::npos) {
        return Incomplete(bytes, head_bytes_max);
    }
    if (size > head_bytes_max) {
        return Bad(HeadError::kTooLarge);
    }
    const std::size_t line_end = bytes.find('\n');
    if (line_end == 0 || bytes[line_end - 1] != '\r') {
        return Bad(HeadError::kStartLine);
    }
    HeadParser parser(head);
    head.status_line = bytes.substr(0, line_end + 1);
    HeadError error = ReadStatusLine(bytes.substr(0, line_end - 1), head);
    error = error == HeadError::kNone
                ? parser.ReadLines(bytes.substr(line_end + 1, size - line_end - 3))
                : error;
    error = error == HeadError::kNone ? parser.Interpret() : error;
    if (error != HeadError::kNone) {
        return Bad(error);
    }
    scanned = 0;
    return {HeadStatus::kComplete, HeadError::kNone, size};
}

}  // namespace sightglass::net

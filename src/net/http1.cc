#include "net/http1.h"

#include <string.h>

#include <algorithm>

#include "base/text.h"
#include "net/http1_bytes.h"
#include "net/http1_header_lines.h"

namespace sightglass::net {
namespace {

/// A start line longer than this is refused before its end has come.
constexpr std::size_t kStartLineBytesMax = 16U << 10;

/// Whether the empty line that ends a head may have come. Where an earlier call has seen the first `scanned` bytes without
/// it, only the rest is searched.
bool MayBeWhole(std::string_view bytes, std::size_t scanned) noexcept {
    if (scanned == 0) {
        return true;
    }
    const std::size_t from = scanned > 3 ? scanned - 3 : 0;
    return ::memmem(bytes.data() + from, bytes.size() - from, "\r\n\r\n", 4) != nullptr;
}

constexpr HeadResult Bad(HeadError error) noexcept {
    return {HeadStatus::kBad, error, 0};
}

}  // namespace

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
    std::string_view rest = bytes.substr(EmptyLines(bytes));
    const std::string_view message = rest;
    if (message.empty() || message == "\r") {
        return {};
    }
    const std::size_t line_end = message.find('\n');
    if (line_end == std::string_view::npos || !MayBeWhole(bytes, scanned)) {
        scanned = bytes.size();
        return Incomplete(message, head_bytes_max);
    }
    if (line_end == 0 || message[line_end - 1] != '\r') {
        return Bad(HeadError::kStartLine);
    }
    HeadParser parser(head);
    HeadError error = ReadRequestLine(message.substr(0, line_end - 1), head);
    bool whole = false;
    rest.remove_prefix(line_end + 1);
    error = error == HeadError::kNone ? parser.ReadLines(rest, whole) : error;
    if (error != HeadError::kNone) {
        return Bad(error);
    }
    if (!whole) {
        scanned = bytes.size();
        return Incomplete(message, head_bytes_max);
    }
    if (message.size() - rest.size() > head_bytes_max) {
        return Bad(HeadError::kTooLarge);
    }
    error = parser.Interpret();
    error = error == HeadError::kNone ? ReadHost(parser, head) : error;
    if (error != HeadError::kNone) {
        return Bad(error);
    }
    head.expects_continue = EqualsIgnoreCase(head.Find(HeaderName::kExpect), "100-continue");
    scanned = 0;
    return {HeadStatus::kComplete, HeadError::kNone, bytes.size() - rest.size()};
}

HeadResult ParseResponseHead(
    std::string_view bytes,
    std::size_t head_bytes_max,
    std::size_t& scanned,
    ResponseHead& head
) noexcept {
    constexpr std::string_view kStart = "HTTP/1.";
    const std::size_t common = std::min(bytes.size(), kStart.size());
    if (bytes.substr(0, common) != kStart.substr(0, common)) {
        return Bad(HeadError::kStartLine);
    }
    const std::size_t line_end = bytes.find('\n');
    if (line_end == std::string_view::npos || !MayBeWhole(bytes, scanned)) {
        scanned = bytes.size();
        return Incomplete(bytes, head_bytes_max);
    }
    if (line_end == 0 || bytes[line_end - 1] != '\r') {
        return Bad(HeadError::kStartLine);
    }
    HeadParser parser(head);
    head.status_line = bytes.substr(0, line_end + 1);
    HeadError error = ReadStatusLine(bytes.substr(0, line_end - 1), head);
    bool whole = false;
    std::string_view rest = bytes.substr(line_end + 1);
    error = error == HeadError::kNone ? parser.ReadLines(rest, whole) : error;
    if (error != HeadError::kNone) {
        return Bad(error);
    }
    if (!whole) {
        scanned = bytes.size();
        return Incomplete(bytes, head_bytes_max);
    }
    if (bytes.size() - rest.size() > head_bytes_max) {
        return Bad(HeadError::kTooLarge);
    }
    error = parser.Interpret();
    if (error != HeadError::kNone) {
        return Bad(error);
    }
    scanned = 0;
    return {HeadStatus::kComplete, HeadError::kNone, bytes.size() - rest.size()};
}

}  // namespace sightglass::net

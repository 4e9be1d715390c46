// HTTP/1.1 heads as they stand in a read buffer: no copies, no field containers, no I/O. Strict
// where leniency would let two programs disagree about where a message ends (request smuggling).
//
//   RequestHead head;                       // one a worker, used again and again
//   HeadResult result = ParseRequestHead(bytes, limits, scanned, head);
//   if (result.status == HeadStatus::kComplete) { … bytes.substr(result.bytes) … }
//
// Every string_view of a head points into the bytes it was parsed from and lives as long as they
// do. What follows a head is read by BodyFramer (net/http1_body.h).
//
// Source: RFC 9110, RFC 9112.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sightglass::net {

/// Header names that forwarding itself has to know. Everything else is kOther.
enum class HeaderName : std::uint8_t {
    kOther,
    kAuthorization,
    kConnection,
    kContentEncoding,
    kContentLength,
    kContentType,
    kCookie,
    kExpect,
    kHost,
    kKeepAlive,
    kProxyConnection,
    kTe,
    kTransferEncoding,
    kUpgrade,
    kUserAgent,
};

/// The first eight characters of a header name in lower case, packed into an integer, zeros where it is shorter: names
/// are told apart by comparing their sizes and these.
constexpr std::uint64_t NameStart(std::string_view name) noexcept {
    std::uint64_t start = 0;
    for (std::size_t i = 0; i < name.size() && i < 8; ++i) {
        const char c = name[i];
        const auto lower = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        start |= std::uint64_t{lower} << (8 * i);
    }
    return start;
}

struct Header {
    std::string_view name;    ///< As sent.
    std::string_view value;   ///< Without the white space around it.
    std::string_view line;    ///< All of it, with its CRLF.
    std::uint64_t start = 0;  ///< NameStart(name).
    HeaderName known = HeaderName::kOther;
    bool hop_by_hop =
        false;  ///< Meant for the next recipient only: by its name, or named in Connection.
    std::uint8_t marks = 0;  ///< What MessageHead::mark says of it.
};

/// How the end of a body is known.
enum class BodyKind : std::uint8_t { kNone, kLength, kChunked, kUntilClose };

/// What requests and responses have in common.
class MessageHead {
public:
    static constexpr std::size_t kHeadersMax = 128;

    std::span<const Header> Headers() const noexcept { return {headers_.data(), count_}; }

    /// Value of the first header of that name (written in lower case); empty where absent.
    std::string_view Find(std::string_view name) const noexcept;
    /// Value of the first header of that known name; empty where absent.
    std::string_view Find(HeaderName name) const noexcept;
    bool Has(HeaderName name) const noexcept;

    int minor_version = 1;  ///< HTTP/1.0 or HTTP/1.1.
    bool keep_alive = true;
    bool chunked = false;
    bool has_length = false;
    bool upgrade = false;  ///< Upgrade is named in Connection and given.
    std::uint64_t content_length = 0;

    /// Says something about a header by its name and value alone, for who reads the head. Set before parsing; not asked
    /// again for a line that is the same as in the head before.
    std::uint8_t (*mark)(const Header& header) = nullptr;

private:
    friend class HeadParser;

    /// A line as it stood in the head before, and what was found out about it. Most heads that one side sends have the same
    /// lines in the same order, and most of the others the same names.
    struct LineBefore {
        static constexpr std::size_t kBytesMax = 112;

        std::uint64_t start = 0;
        std::uint8_t size = 0;       ///< 0 where only the name is remembered: the line was longer.
        std::uint8_t name_size = 0;  ///< 0 where nothing is.
        std::uint8_t value_at = 0;
        std::uint8_t value_size = 0;
        HeaderName known = HeaderName::kOther;
        bool hop_by_hop = false;
        std::uint8_t marks = 0;
        std::array<char, kBytesMax> bytes;
    };

    static constexpr std::size_t kLinesBefore = 32;

    /// One of 64: where a name is looked for.
    static std::size_t SlotOf(std::uint64_t start, std::size_t size) noexcept {
        return ((start * 0x9e3779b97f4a7c15U) >> 58U) ^ (size & 63U);
    }

    std::array<Header, kHeadersMax> headers_;
    std::size_t count_ = 0;
    std::uint64_t slots_taken_ = 0;               ///< A bit each.
    std::array<std::uint8_t, 64> first_of_slot_;  ///< The place of the first header in each.
    std::array<LineBefore, kLinesBefore> lines_before_;
};

struct RequestHead : MessageHead {
    std::string_view method;
    std::string_view target;  ///< In origin form: path and query. "*" for OPTIONS *.
    std::string_view
        authority;  ///< Host, or the target's authority where it came in absolute form.
    bool expects_continue = false;

    BodyKind Body() const noexcept;
};

struct ResponseHead : MessageHead {
    int status = 0;
    std::string_view status_line;  ///< With its CRLF.

    /// `to_head`: the request's method was HEAD.
    BodyKind Body(bool to_head) const noexcept;
};

enum class HeadStatus : std::uint8_t { kComplete, kIncomplete, kBad };

/// Why a head is refused.
enum class HeadError : std::uint8_t {
    kNone,
    kStartLine,
    kVersion,
    kHeaderLine,  ///< A name or value with bytes that are not allowed, a folded line, a bare LF or
                  ///< CR.
    kHost,        ///< Missing in HTTP/1.1, or given twice.
    kLength,      ///< Content-Length given twice, not a number, or beside Transfer-Encoding.
    kTransferCoding,  ///< Other than chunked, or in HTTP/1.0.
    kTooLarge,
    kTooManyHeaders,
};

std::string_view ToString(HeadError error) noexcept;

struct HeadResult {
    HeadStatus status = HeadStatus::kIncomplete;
    HeadError error = HeadError::kNone;
    std::size_t bytes = 0;  ///< Of the head, where complete: what follows is the body.
};

/// Reads a request head at the start of `bytes`. `scanned` is 0 for new bytes and otherwise what an
/// earlier call left there, so that a head that comes byte by byte costs linear time. Empty lines
/// before the request line are part of `bytes`.
HeadResult ParseRequestHead(
    std::string_view bytes,
    std::size_t head_bytes_max,
    std::size_t& scanned,
    RequestHead& head
) noexcept;

/// The same for a response head.
HeadResult ParseResponseHead(
    std::string_view bytes,
    std::size_t head_bytes_max,
    std::size_t& scanned,
    ResponseHead& head
) noexcept;

/// The status that answers a refused request: 400, 431, 501 or 505.
int StatusFor(HeadError error) noexcept;

/// "Not Found"; empty for a status that is not registered.
std::string_view ReasonPhrase(int status) noexcept;

/// Calls visit(token) for each element of a comma-separated list, without white space around it and
/// without empty ones.
template <typename Visit>
void ForEachListElement(std::string_view list, Visit&& visit) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view element = list.substr(0, comma);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        while (!element.empty() && (element.front() == ' ' || element.front() == '\t')) {
            element.remove_prefix(1);
        }
        while (!element.empty() && (element.back() == ' ' || element.back() == '\t')) {
            element.remove_suffix(1);
        }
        if (!element.empty()) {
            visit(element);
        }
    }
}

}  // namespace sightglass::net

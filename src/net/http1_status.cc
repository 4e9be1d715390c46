// What is said about a message: error texts, the status that answers a refused head, reason
// phrases.
#include <array>
#include <utility>

#include "net/http1.h"

namespace sightglass::net {

int StatusFor(HeadError error) noexcept {
    switch (error) {
        case HeadError::kTooLarge:
        case HeadError::kTooManyHeaders:
            return 431;
        case HeadError::kTransferCoding:
            return 501;
        case HeadError::kVersion:
            return 505;
        default:
            return 400;
    }
}

std::string_view ToString(HeadError error) noexcept {
    switch (error) {
        case HeadError::kNone:
            return "no error";
        case HeadError::kStartLine:
            return "the first line is not one of HTTP/1.1";
        case HeadError::kVersion:
            return "only HTTP/1.0 and HTTP/1.1 are spoken here";
        case HeadError::kHeaderLine:
            return "a header line has bytes or a form that are not allowed";
        case HeadError::kHost:
            return "there must be one Host header";
        case HeadError::kLength:
            return "Content-Length must be one number, and not beside Transfer-Encoding";
        case HeadError::kTransferCoding:
            return "the only transfer coding understood is chunked";
        case HeadError::kTooLarge:
            return "the headers are larger than allowed";
        case HeadError::kTooManyHeaders:
            return "there are more headers than allowed";
    }
    return "";
}

std::string_view ReasonPhrase(int status) noexcept {
    constexpr std::array<std::pair<int, std::string_view>, 26> kPhrases{{
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {207, "Multi-Status"},
        {302, "Found"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {421, "Misdirected Request"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    }};
    for (const auto& [code, phrase] : kPhrases) {
        if (code == status) {
            return phrase;
        }
    }
    return {};
}

}  // namespace sightglass::net

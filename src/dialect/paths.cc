#include "dialect/paths.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace sightglass::dialect {
namespace {

constexpr std::size_t kEndpointBytesMax = 256;

int HexDigit(char c) noexcept {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t digit = kDigits.find(ToLower(c));
    return digit == std::string_view::npos ? -1 : static_cast<int>(digit);
}

}  // namespace

std::string_view PathOnly(std::string_view path) noexcept {
    const char* const end =
        std::find_if(path.begin(), path.end(), [](char c) { return c == '?' || c == '#'; });
    path = path.substr(0, static_cast<std::size_t>(end - path.begin()));
    while (path.size() > 1 && path.ends_with('/')) {
        path.remove_suffix(1);
    }
    return path;
}

std::string_view SegmentAfter(std::string_view path, std::string_view name) noexcept {
    path = PathOnly(path);
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(end);
        if (segment == name && !path.empty()) {
            return path.substr(1, path.find('/', 1) - 1);
        }
    }
    return {};
}

std::string_view GoogleMethodOf(std::string_view path) noexcept {
    path = PathOnly(path);
    const std::size_t colon = path.rfind(':');
    if (colon == std::string_view::npos) {
        return {};
    }
    const std::string_view method = path.substr(colon + 1);
    const bool letters = std::all_of(method.begin(), method.end(), [](char c) {
        return (ToLower(c) >= 'a' && ToLower(c) <= 'z') || c == '-';
    });
    return letters ? method : std::string_view();
}

std::string PercentDecoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '%' && at + 2 < text.size();
        const int high = escape ? HexDigit(text[at + 1]) : -1;
        const int low = escape ? HexDigit(text[at + 2]) : -1;
        if (high >= 0 && low >= 0) {
            decoded += static_cast<char>(high * 16 + low);
            at += 2;
        } else {
            decoded += text[at];
        }
    }
    return decoded;
}

std::string PercentEncoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char lower = ToLower(c);
        const bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) {
            encoded += c;
        } else {
            encoded.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
        }
    }
    return encoded;
}

std::string EndpointOf(std::string_view path, std::span<const PathId> ids) {
    path = PathOnly(path).substr(0, kEndpointBytesMax);
    std::string endpoint;
    std::string_view placeholder;
    for (const std::string_view segment : Split(path, '/')) {
        if (segment.data() != path.data()) {
            endpoint += '/';
        }
        if (placeholder.empty() || segment.empty()) {
            endpoint += segment;
        } else {
            const std::string_view method = GoogleMethodOf(segment);
            endpoint += placeholder;
            endpoint.append(method.empty() ? "" : ":").append(method);
        }
        const auto id = std::find_if(ids.begin(), ids.end(), [&](const PathId& known) {
            return placeholder.empty() && known.first == segment;
        });
        placeholder = id == ids.end() ? std::string_view() : id->second;
    }
    MakeValidUtf8(endpoint);
    return endpoint;
}

}  // namespace sightglass::dialect

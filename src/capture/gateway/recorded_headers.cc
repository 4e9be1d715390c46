#include "capture/gateway/recorded_headers.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "capture/gateway/clean_text.h"
#include "net/http1_bytes.h"

namespace sightglass::capture {
namespace {

constexpr std::size_t kRecordedBytesMax = 4U << 10;
constexpr std::size_t kNameBytesMax = 64;

struct Name {
    constexpr Name(std::string_view text) noexcept  // NOLINT(google-explicit-constructor)
        : name(text), start(net::NameStart(text)) {}

    std::string_view name;
    std::uint64_t start;
};

constexpr Name kNames[] = {
    {"accept"},
    {"accept-encoding"},
    {"anthropic-beta"},
    {"anthropic-version"},
    {"cf-ray"},
    {"content-encoding"},
    {"content-type"},
    {"idempotency-key"},
    {"request-id"},
    {"retry-after"},
    {"retry-after-ms"},
    {"server"},
    {"traceparent"},
    {"user-agent"},
    {"via"},
    {"x-client-request-id"},
    {"x-envoy-upstream-service-time"},
    {"x-request-id"},
    {"x-should-retry"},
};

/// Of at least seven characters.
constexpr Name kPrefixes[] = {
    {"openai-"},
    {"x-stainless-"},
    {"x-ratelimit-"},
    {"anthropic-ratelimit-"},
};

bool HasPrefix(const net::Header& header, const Name& prefix) noexcept {
    constexpr std::uint64_t kSevenBytes = 0x00ffffffffffffffU;
    return ((header.start ^ prefix.start) & kSevenBytes) == 0 &&
           net::SameName(prefix.name, header.name.substr(0, prefix.name.size()));
}

/// Bit n: an allowed name has n characters.
constexpr std::uint64_t NameSizes() noexcept {
    std::uint64_t sizes = 0;
    for (const Name& allowed : kNames) {
        sizes |= std::uint64_t{1} << allowed.name.size();
    }
    return sizes;
}

constexpr std::uint64_t kNameSizes = NameSizes();

bool HasRecordedPrefix(const net::Header& header) noexcept {
    return header.name.size() <= kNameBytesMax &&
           std::any_of(std::begin(kPrefixes), std::end(kPrefixes), [&](const Name& prefix) {
               return HasPrefix(header, prefix);
           });
}

/// Eight characters at a time: header names are made of tchar, in which only letters lie between 'A' and 'Z'.
void AppendLower(std::string_view name, std::string& out) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    char lower[kNameBytesMax];
    std::size_t at = 0;
    for (; at + sizeof kOnes <= name.size(); at += sizeof kOnes) {
        std::uint64_t word = 0;
        std::memcpy(&word, name.data() + at, sizeof word);
        const std::uint64_t from_a = word + kOnes * (0x80U - 'A');
        const std::uint64_t beyond_z = word + kOnes * (0x7fU - 'Z');
        word |= ((from_a & ~beyond_z) & (kOnes * 0x80U)) >> 2U;
        std::memcpy(lower + at, &word, sizeof word);
    }
    for (; at < name.size(); ++at) {
        lower[at] = ToLower(name[at]);
    }
    out.append(lower, name.size());
}

}  // namespace

bool IsRecordedHeader(const net::Header& header) noexcept {
    if (((kNameSizes >> std::min<std::size_t>(header.name.size(), 63)) & 1U) == 0) {
        return HasRecordedPrefix(header);
    }
    for (const Name& allowed : kNames) {
        if (allowed.start == header.start && allowed.name.size() == header.name.size() &&
            net::SameName(allowed.name, header.name)) {
            return true;
        }
    }
    return HasRecordedPrefix(header);
}

void WriteRecordedHeaders(const net::MessageHead& head, std::string& out) {
    out.clear();
    for (const net::Header& header : head.Headers()) {
        if (!IsRecordedHeader(header) || out.size() + header.line.size() > kRecordedBytesMax) {
            continue;
        }
        if (!out.empty()) {
            out += '\n';
        }
        AppendLower(header.name, out);
        out += ": ";
        if (IsClean(header.value)) {
            out += header.value;
        } else {
            std::string value(header.value);
            CleanText(value);
            out += value;
        }
    }
}

}  // namespace sightglass::capture

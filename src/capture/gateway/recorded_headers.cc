#include "capture/gateway/recorded_headers.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "capture/clean_text.h"
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

bool HasRecordedPrefix(const net::Header& header) noexcept {
    return header.name.size() <= kNameBytesMax &&
           std::any_of(std::begin(kPrefixes), std::end(kPrefixes), [&](const Name& prefix) {
               return HasPrefix(header, prefix);
           });
}

/// Bit n: the NameStart of an allowed name hashes to n.
constexpr std::uint64_t StartBit(std::uint64_t start) noexcept {
    return std::uint64_t{1} << ((start * 0x9e3779b97f4a7c15U) >> 58U);
}

constexpr std::uint64_t NameStarts() noexcept {
    std::uint64_t starts = 0;
    for (const Name& allowed : kNames) {
        starts |= StartBit(allowed.start);
    }
    return starts;
}

constexpr std::uint64_t kNameStarts = NameStarts();

/// Eight characters at a time: header names are made of tchar, in which only letters lie between 'A' and 'Z'.
void MakeLower(char* name, std::size_t size) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    std::size_t at = 0;
    for (; at + sizeof kOnes <= size; at += sizeof kOnes) {
        std::uint64_t word = 0;
        std::memcpy(&word, name + at, sizeof word);
        const std::uint64_t from_a = word + kOnes * (0x80U - 'A');
        const std::uint64_t beyond_z = word + kOnes * (0x7fU - 'Z');
        word |= ((from_a & ~beyond_z) & (kOnes * 0x80U)) >> 2U;
        std::memcpy(name + at, &word, sizeof word);
    }
    for (; at < size; ++at) {
        name[at] = ToLower(name[at]);
    }
}

/// Whether a header's line is "name: value\r\n", as nearly all are.
bool IsUsual(const net::Header& header) noexcept {
    return header.value.data() == header.name.data() + header.name.size() + 2 &&
           header.line.size() == header.name.size() + header.value.size() + 4 &&
           header.line[header.name.size() + 1] == ' ';
}

/// Bits of net::Header::marks.
constexpr std::uint8_t kRecorded = 1;
constexpr std::uint8_t kAsItStands = 2;

bool IsRecordedHeader(const net::Header& header) noexcept {
    if ((kNameStarts & StartBit(header.start)) == 0) {
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

void AppendHeader(const net::Header& header, std::uint8_t marks, std::string& out) {
    const std::size_t begin = out.size();
    if ((marks & kAsItStands) != 0) {
        out.append(header.line.substr(0, header.line.size() - 2));
    } else {
        std::string value(header.value);
        CleanText(value);
        out.append(header.name).append(": ").append(value);
    }
    MakeLower(out.data() + begin, header.name.size());
}

}  // namespace

std::uint8_t MarkRecorded(const net::Header& header) {
    if (!IsRecordedHeader(header)) {
        return 0;
    }
    return IsUsual(header) && IsClean(header.value) ? kRecorded | kAsItStands : kRecorded;
}

void WriteRecordedHeaders(const net::MessageHead& head, std::string& out) {
    const bool marked = head.mark == &MarkRecorded;
    out.clear();
    for (const net::Header& header : head.Headers()) {
        const std::uint8_t marks = marked ? header.marks : MarkRecorded(header);
        if ((marks & kRecorded) == 0 || out.size() + header.line.size() > kRecordedBytesMax) {
            continue;
        }
        if (!out.empty()) {
            out += '\n';
        }
        AppendHeader(header, marks, out);
    }
}

}  // namespace sightglass::capture

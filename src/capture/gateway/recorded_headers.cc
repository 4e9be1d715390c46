#include "capture/gateway/recorded_headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "capture/gateway/clean_text.h"

namespace sightglass::capture {
namespace {

constexpr std::size_t kRecordedBytesMax = 4U << 10;

constexpr std::array<std::string_view, 22> kNames{
    "accept",
    "accept-encoding",
    "anthropic-beta",
    "anthropic-version",
    "cf-ray",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "idempotency-key",
    "request-id",
    "retry-after",
    "retry-after-ms",
    "server",
    "traceparent",
    "transfer-encoding",
    "user-agent",
    "via",
    "x-client-request-id",
    "x-request-id",
    "x-should-retry",
    "x-envoy-upstream-service-time",
};

constexpr std::array<std::string_view, 4> kPrefixes{
    "openai-",
    "x-stainless-",
    "x-ratelimit-",
    "anthropic-ratelimit-"};

/// One line for each first letter that an allowed name can have.
bool MayBeAllowed(char first) noexcept {
    return std::string_view("acdiorstuvx").find(ToLower(first)) != std::string_view::npos;
}

}  // namespace

bool IsRecordedHeader(std::string_view name) noexcept {
    if (name.empty() || !MayBeAllowed(name.front())) {
        return false;
    }
    const bool listed = std::any_of(kNames.begin(), kNames.end(), [&](std::string_view allowed) {
        return allowed.size() == name.size() && EqualsIgnoreCase(allowed, name);
    });
    return listed || std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
               return StartsWithIgnoreCase(name, prefix);
           });
}

void WriteRecordedHeaders(const net::MessageHead& head, std::string& out) {
    out.clear();
    for (const net::Header& header : head.Headers()) {
        if (!IsRecordedHeader(header.name) || out.size() + header.line.size() > kRecordedBytesMax) {
            continue;
        }
        if (!out.empty()) {
            out += '\n';
        }
        for (const char c : header.name) {
            out += ToLower(c);
        }
        out += ": ";
        if (MayHoldSecret(header.value)) {
            std::string value(header.value);
            CleanText(value);
            out += value;
        } else {
            out += header.value;
        }
    }
    if (!IsAscii(out)) {
        MakeValidUtf8(out);
    }
}

}  // namespace sightglass::capture

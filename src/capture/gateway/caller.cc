#include "capture/gateway/caller.h"

#include <functional>
#include <utility>

#include "capture/clean_text.h"
#include "capture/gateway/attribution.h"
#include "capture/gateway/credential.h"
#include "capture/gateway/recorded_headers.h"

namespace sightglass::capture {
namespace {

/// Longer ones are read each time.
constexpr std::size_t kRememberedBytesMax = 4U << 10;

/// All header lines, before and after Content-Length, which differs from request to request.
struct HeaderLines {
    std::string_view before;
    std::string_view after;
};

HeaderLines LinesOf(const net::RequestHead& head) noexcept {
    if (head.Headers().empty()) {
        return {};
    }
    const char* const begin = head.Headers().front().line.data();
    const std::string_view last = head.Headers().back().line;
    const auto size = static_cast<std::size_t>(last.data() + last.size() - begin);
    const std::string_view all(begin, size);
    for (const net::Header& header : head.Headers()) {
        if (header.known == net::HeaderName::kContentLength) {
            const auto at = static_cast<std::size_t>(header.line.data() - begin);
            return {all.substr(0, at), all.substr(at + header.line.size())};
        }
    }
    return {all, {}};
}

std::size_t HashOf(std::string_view a, std::string_view b) noexcept {
    const std::hash<std::string_view> hash;
    return (hash(a) * 31 + hash(b)) | 1U;  // 0 stands for none.
}

}  // namespace

const std::array<std::string Call::*, Caller::kFields> Caller::kHeaderFields{
    &Call::organization,
    &Call::project,
    &Call::team,
    &Call::service,
    &Call::environment,
    &Call::api_key,
    &Call::api_key_label,
    &Call::user,
    &Call::session_id,
    &Call::user_agent,
    &Call::sdk,
    &Call::trace_id,
    &Call::span_id,
    &Call::parent_span_id,
    &Call::request_headers,
};

bool Caller::Remembers(std::string_view before, std::string_view after) const noexcept {
    return known_ != nullptr && known_->lines.size() == before.size() + after.size() &&
           known_->lines.starts_with(before) && known_->lines.ends_with(after);
}

void Caller::ReadHeaders(
    const net::RequestHead& head,
    const access::Fingerprinter& fingerprinter,
    Call& call
) {
    const HeaderLines lines = LinesOf(head);
    if (Remembers(lines.before, lines.after)) {
        for (std::size_t i = 0; i < kFields; ++i) {
            if (!known_->fields[i].empty()) {
                call.*kHeaderFields[i] = known_->fields[i];
            }
        }
        call.tags = known_->tags;
        secrets_ = &known_->secrets;
        return;
    }
    read_secrets_.Clear();
    secrets_ = &read_secrets_;
    AddCredentials(head, read_secrets_);
    ReadAttribution(head, call);
    ReadKey(head, fingerprinter, call);
    WriteRecordedHeaders(head, call.request_headers);
    RemoveFromCaller(read_secrets_, call);
    const std::size_t seen = HashOf(lines.before, lines.after);
    const bool again = seen == std::exchange(seen_, seen);
    if (!again || lines.before.size() + lines.after.size() > kRememberedBytesMax) {
        return;
    }
    CleanCaller(call);
    known_ = std::make_unique<Known>();
    known_->lines.append(lines.before).append(lines.after);
    for (std::size_t i = 0; i < kFields; ++i) {
        known_->fields[i] = call.*kHeaderFields[i];
    }
    known_->tags = call.tags;
    known_->secrets = read_secrets_;
}

void Caller::ReadRequestLine(const net::RequestHead& head, const Route& route, Call& call) {
    if (known_line_ != nullptr && known_line_->dialect == route.dialect &&
        known_line_->method == head.method && known_line_->path == route.path) {
        call.method = known_line_->method;
        call.operation = known_line_->operation;
        call.endpoint = known_line_->endpoint;
        return;
    }
    route.dialect->ReadRequestLine(head.method, route.path, call);
    const std::size_t seen = HashOf(head.method, route.path);
    const bool again = seen == std::exchange(seen_line_, seen);
    if (again && head.method.size() == call.method.size() &&
        route.path.size() <= kRememberedBytesMax) {
        CleanEndpoint(call.endpoint);
        known_line_ = std::make_unique<KnownLine>(KnownLine{
            std::string(head.method),
            std::string(route.path),
            route.dialect,
            call.operation,
            call.endpoint});
    }
}

}  // namespace sightglass::capture

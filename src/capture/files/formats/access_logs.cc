// Access logs of a proxy in front of an API: who asked for what, when, and how long it took. They
// know nothing of models and tokens. Requests for anything but an API of models are passed over.
#include <array>

#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr auto kMappings = std::to_array<ColumnMapping>({
    {"client", "client_ip"},
    {"forwarded_for", "client_ip"},
    {"user", "user"},
    {"start_time", "started_at"},
    {"time_local", "logged_at"},
    {"request", "request_line"},
    {"status", "http_status"},
    {"bytes_received", "request_bytes"},
    {"bytes_sent", "response_bytes"},
    {"duration_ms", "latency_ms"},
    {"request_time", "latency_s"},
    {"upstream_ms", "provider_ms"},
    {"upstream_time", "provider_s"},
    {"user_agent", "user_agent"},
    {"authority", "host"},
});

constexpr std::array<std::string_view, 4> kJsonTold = {
    "path|request_uri|uri|request",
    "method|request_method|request",
    "status|response_code",
    "duration|request_time",
};
constexpr auto kJsonMappings = std::to_array<ColumnMapping>({
    {"remote_addr", "client_ip"},
    {"downstream_remote_address", "client_ip"},
    {"x_forwarded_for", "client_ip"},
    {"remote_user", "user"},
    {"start_time", "started_at"},
    {"time_local", "logged_at"},
    {"time", "logged_at"},
    {"timestamp", "logged_at"},
    {"@timestamp", "logged_at"},
    {"msec", "logged_at"},
    {"time_iso8601", "logged_at"},
    {"method", "method"},
    {"request_method", "method"},
    {"authority", "host"},
    {"host", "host"},
    {"path", "path"},
    {"uri", "path"},
    {"request_uri", "path"},
    {"request", "request_line"},
    {"status", "http_status"},
    {"response_code", "http_status"},
    {"request_length", "request_bytes"},
    {"bytes_received", "request_bytes"},
    {"body_bytes_sent", "response_bytes"},
    {"bytes_sent", "response_bytes"},
    {"duration", "latency_ms"},
    {"request_time", "latency_s"},
    {"upstream_service_time", "provider_ms"},
    {"upstream_response_time", "provider_s"},
    {"user_agent", "user_agent"},
    {"http_user_agent", "user_agent"},
});

void Finish(CallDraft& draft) {
    constexpr std::int64_t kClientWentAway = 499;  // nginx's own.
    Call& call = draft.call;
    draft.passed_over =
        draft.passed_over || call.operation.value_or(Operation::kOther) == Operation::kOther;
    if (call.http_status == kClientWentAway || call.http_status == 0) {
        call.http_status.reset();
        call.status = CallStatus::kCancelled;
    }
}

}  // namespace

constexpr Format kAccessLogFormat{
    .name = "access-log",
    .title = "access log (nginx, Apache, Envoy)",
    .framing = Framing::kAccessLog,
    .columns = kMappings,
    .finish = Finish,
};

constexpr Format kJsonAccessLogFormat{
    .name = "access-log-json",
    .title = "access log as JSON (nginx, Envoy)",
    .told_by = kJsonTold,
    .columns = kJsonMappings,
    .finish = Finish,
};

}  // namespace sightglass::capture::files

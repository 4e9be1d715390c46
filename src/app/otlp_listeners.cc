#include "app/otlp_listeners.h"

#include <algorithm>

#include "base/log.h"
#include "net/socket.h"

namespace sightglass::app {

std::string_view TargetOf(std::string_view request) noexcept {
    const std::size_t begin = std::min(request.find(' ') + 1, request.size());
    return request.substr(begin, request.find_first_of(" \r\n", begin) - begin);
}

Result<std::optional<capture::OtlpListener>>
OtlpListenerOf(std::string_view name, const OptionalListener& wanted) {
    if (!wanted.on) {
        return std::optional<capture::OtlpListener>();
    }
    const Address& address = wanted.address;
    if (!wanted.chosen) {
        SG_ASSIGN_OR_RETURN(
            const net::SocketAddress found,
            net::ResolveToListen(address.host, address.port)
        );
        if (!net::CheckFree(found).Ok()) {
            Log(LogLevel::kWarn,
                "server",
                "there is no OTLP listener: " + found.Text() + " is taken; set " +
                    std::string(name) + " to another address, or to off");
            return std::optional<capture::OtlpListener>();
        }
    }
    return std::optional(capture::OtlpListener{
        .host = address.host,
        .port = address.port,
        .need_key = !address.IsLoopback()});
}

serve::OtlpFigures OtlpFiguresOf(const capture::OtlpStats& stats) noexcept {
    return {
        .requests = stats.requests,
        .refused_requests = stats.refused_requests,
        .postponed_requests = stats.postponed_requests,
        .calls = stats.calls,
        .run_spans = stats.run_spans,
        .other_spans = stats.other_spans,
        .rejected_spans = stats.rejected_spans,
        .repaired_spans = stats.repaired_spans,
        .malformed_attributes = stats.malformed_attributes,
        .log_records = stats.log_records,
        .data_points = stats.data_points,
        .feedback = stats.feedback,
        .connections = stats.connections};
}

std::string AddressText(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace sightglass::app

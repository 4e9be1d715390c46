// Rows of a web server's or proxy's access log in front of an API: nginx's and Apache's combined
// format, with what is often put behind it (request and upstream times), and Envoy's default format.
// Columns: client, user, time_local or start_time, request, status, flags, bytes_received,
// bytes_sent, duration_ms, upstream_ms, request_time, upstream_time, forwarded_for, user_agent,
// request_id, authority.
//
// Source: nginx.org/en/docs/http/ngx_http_log_module.html,
// envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
//
// Thread-safety: pure functions; a reader belongs to one thread.
#pragma once

#include <memory>
#include <string_view>

#include "capture/files/byte_source.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// Whether a line is one of such a log.
bool IsAccessLogLine(std::string_view line);

/// The window must outlive the reader.
std::unique_ptr<RowReader> ReadAccessLog(ByteWindow& window);

}  // namespace sightglass::capture::files

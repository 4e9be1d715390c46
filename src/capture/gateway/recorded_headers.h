// The headers that are kept with a call: those on a written allow-list, as "name: value" lines in lower case, without secrets.
// Credentials, cookies and everything unknown never get here.
#pragma once

#include <string>

#include "net/http1.h"

namespace sightglass::capture {

/// Whether a header may be kept.
/// Thread-safety: pure.
bool IsRecordedHeader(const net::Header& header) noexcept;

/// Replaces `out` by the allow-listed headers, at most 4 KiB of them.
/// Thread-safety: pure.
void WriteRecordedHeaders(const net::MessageHead& head, std::string& out);

}  // namespace sightglass::capture

// The headers that are kept with a call: those on a written allow-list, as "name: value" lines in lower case, without secrets.
// Credentials, cookies and everything unknown never get here.
#pragma once

#include <cstdint>
#include <string>

#include "net/http1.h"

namespace sightglass::capture {

/// Whether a header is kept, and whether its line can be kept as it stands: for net::MessageHead::mark.
/// Thread-safety: safe for concurrent use.
std::uint8_t MarkRecorded(const net::Header& header);

/// Replaces `out` by the allow-listed headers, at most 4 KiB of them.
/// Thread-safety: safe for concurrent use.
void WriteRecordedHeaders(const net::MessageHead& head, std::string& out);

}  // namespace sightglass::capture

// Base URLs of upstreams.
//
// Thread-safety: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sightglass::net {

struct Url {
    bool https = false;
    std::string host;  ///< Lower case; IPv6 literals without brackets.
    std::uint16_t port = 0;
    std::string path;  ///< "" or "/…" without a final slash.

    /// What a Host header says: the port only where it is not the scheme's.
    std::string Authority() const;
};

/// Reads "http(s)://host[:port][/path]". Refuses user names, queries, fragments, and bytes that no
/// URL has.
Result<Url> ParseUrl(std::string_view text);

}  // namespace sightglass::net

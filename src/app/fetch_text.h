// Fetches a text from a URL that somebody has typed on the command line.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "notify/address_rule.h"

namespace sightglass::app {

struct FetchOptions {
    notify::PrivateAddresses private_addresses = notify::PrivateAddresses::kRefused;
    std::size_t bytes_max = std::size_t{16} << 20;
};

/// The body of a GET over http or https that is answered with 200. No redirects: who typed the URL has seen who is asked. Waits a minute
/// at most. kInvalidArgument for an address that the rule forbids, kTooLarge, kTimeout, kUnavailable for all else.
/// Thread-safety: safe for concurrent use.
Result<std::string> FetchText(const std::string& url, const FetchOptions& options);

}  // namespace sightglass::app

// Carries requests and mails out, by libcurl: http, https, smtp and smtps only, no redirects, no proxy of
// the environment, addresses by the rule (address_rule.h), bounded time and answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "notify/address_rule.h"
#include "notify/channel.h"

namespace sightglass::notify {

struct SenderOptions {
    PrivateAddresses private_addresses = PrivateAddresses::kRefused;
    std::string ca_file = {};  ///< Certificates to trust in place of the system's; empty: those.
    Duration connect_timeout = std::chrono::seconds(5);
    Duration timeout = std::chrono::seconds(15);  ///< For all of it.
};

/// Many transfers at once on the caller's thread.
/// Thread-safety: one thread; Wake from any.
class Sender {
public:
    struct Finished {
        std::int64_t tag = 0;
        Answer answer;
    };

    explicit Sender(SenderOptions options);
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    /// `tag` comes back with the answer.
    void Begin(std::int64_t tag, Outgoing outgoing);

    /// Waits at most that long for something to happen, and answers what is done.
    std::vector<Finished> Wait(Duration at_most);

    /// Ends a Wait that runs, or the next one.
    void Wake();

private:
    struct Impl;

    std::unique_ptr<Impl> impl_;
};

/// One transfer, on the caller's thread, who waits for it.
/// Thread-safety: safe for concurrent use.
Answer SendAndWait(const SenderOptions& options, Outgoing outgoing);

}  // namespace sightglass::notify

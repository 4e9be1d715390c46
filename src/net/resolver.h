// Host names to addresses, asked in the background, remembered for a short while.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/event_loop.h"
#include "net/socket.h"

namespace sightglass::net {

/// One question. `signal` is raised when `done` becomes true, unless the asker has set it to null
/// before.
struct Lookup {
    Signal* signal = nullptr;
    bool done = false;
    std::vector<SocketAddress> addresses;  ///< Empty where the name could not be resolved.
    std::string error;
};

/// Thread-safety: the loop's thread.
class Resolver {
public:
    explicit Resolver(EventLoop& loop);
    ~Resolver();

    /// Addresses of a name or an IP literal. Done at once for literals and for what is remembered;
    /// the answer of an earlier question is used up to `kTtl`, and beyond that where the name
    /// service does not answer any more.
    std::shared_ptr<Lookup> Resolve(const std::string& host, std::uint16_t port, Signal& signal);

    static constexpr Duration kTtl = std::chrono::seconds(30);

private:
    struct Impl;

    void AskInBackground(const std::string& host, const std::string& port, const std::string& key);

    std::shared_ptr<Impl> impl_;
};

}  // namespace sightglass::net

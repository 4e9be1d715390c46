// /api/v1/live: calls as they end, and a summary each second, to many watchers at once. Each call is encoded once,
// however many watch; a watcher that does not keep up loses calls and is told how many.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "live/live.h"
#include "net/http_server.h"
#include "store/store.h"

namespace sightglass::serve {

/// Thread-safety: belongs to the server's thread.
class LiveFeed {
public:
    LiveFeed(const live::Live& live, Duration tick, std::size_t watchers_max);
    ~LiveFeed();
    LiveFeed(const LiveFeed&) = delete;
    LiveFeed& operator=(const LiveFeed&) = delete;

    /// False when there are as many watchers as allowed.
    bool HasRoom() const noexcept;

    /// Sends the stream what the last minute held, and from then on what comes. `filters` choose among calls.
    void Add(std::shared_ptr<net::HttpStream> stream, std::vector<store::Filter> filters);

    /// Sends everybody what happened since the last time. Called every `tick`.
    void Tick();

private:
    struct Watcher;
    struct Encoded;

    void Pull();
    std::shared_ptr<const std::string> EventsFor(const Watcher& watcher, bool with_calls);
    void Send(Watcher& watcher);
    void Welcome(Watcher& watcher);
    std::string CallEvents(const Watcher& watcher, const std::deque<Encoded>& calls) const;
    void DropGone();

    const live::Live& live_;
    const std::size_t watchers_max_;
    const std::int64_t ticks_per_ping_;
    std::vector<std::unique_ptr<Watcher>> watchers_;
    std::uint64_t cursor_ = 0;

    std::deque<Encoded> recent_calls_;         ///< The last 20.
    std::deque<live::Second> recent_seconds_;  ///< The last 60.
    std::uint64_t left_out_ = 0;               ///< By live itself, since the last summary.

    // What the current tick brought.
    std::deque<Encoded> new_calls_;
    std::vector<live::Second> new_seconds_;
    std::uint64_t new_left_out_ = 0;
    std::shared_ptr<const std::string>
        new_events_;  ///< For watchers without filters that missed nothing.
};

}  // namespace sightglass::serve

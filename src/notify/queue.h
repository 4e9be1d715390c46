// Which notice goes out next: in order for each alert, one at a time for each channel, no faster than
// the channel's rate. Times are handed in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace sightglass::notify {

/// A clock that nobody sets.
using SteadyTime = std::chrono::steady_clock::time_point;

/// A notice that waits; its text is in the database.
/// Thread-safety: plain value.
struct Waiting {
    std::int64_t id = 0;
    std::string channel_id = {};
    std::int64_t attempts = 0;
    SteadyTime not_before = {};
    std::vector<std::size_t> keys = {};  ///< Hashes of the alerts it is about.
};

/// One channel's.
/// Thread-safety: one thread at a time.
class Queue {
public:
    /// Keeps them in the order of their ids.
    void Put(Waiting waiting);

    /// The id of the next one that may go out now, which is then under way; nothing where none may. One
    /// that waits for its time holds back those after it that are about the same alert, and no others.
    std::optional<std::int64_t> Take(SteadyTime now, int rate_per_minute);

    /// Of the one under way. Null where there is none of that id.
    Waiting* UnderWay(std::int64_t id);
    /// It is done, one way or the other.
    void Remove(std::int64_t id);
    /// It goes out again, not before `when`.
    void PutBack(std::int64_t id, SteadyTime when);

    /// Nothing goes out before `when`.
    void Pause(SteadyTime when);

    /// When it is worth asking again; nothing while one is under way, or none waits.
    std::optional<SteadyTime> Next(SteadyTime now, int rate_per_minute) const;

    std::size_t size() const noexcept { return waiting_.size(); }

private:
    SteadyTime FreeAt(int rate_per_minute) const;

    std::deque<Waiting> waiting_;  ///< By id; the one under way among them.
    std::optional<std::int64_t> under_way_;
    SteadyTime paused_until_{};
    std::deque<SteadyTime> sent_;  ///< Of the last minute.
};

using Queues = std::map<std::string, Queue>;

}  // namespace sightglass::notify

// The calls that began and have not ended, as the journal tells it.
//
// A segment is kept while a begin record in it has no end. So that one long call does not hold back
// the journal, the pipeline *carries* such a begin: it appends it anew, to a stream of its own
// (kCallCarried), and when the call ends it notes that there too (kCallClosed), behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/uuid.h"

namespace sightglass::pipeline {

/// Thread-safety: one thread at a time.
class OpenCalls {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    struct Open {
        std::string begin;          ///< The begin record's payload.
        std::uint64_t segment = 0;  ///< Where that record stands.
        bool carried = false;       ///< A kCallCarried record was appended for it.
        bool carrying = false;      ///< And has not been read back yet.
        SteadyTime read_at;
    };

    /// While an earlier process's records are read, ends may stand before carried begins: the ids
    /// of ended calls are remembered until FinishRecovery.
    OpenCalls() = default;

    void Begin(const Uuid& id, std::string_view begin, std::uint64_t segment, SteadyTime now);
    /// Returns true where its end was read already and has to be noted with kCallClosed.
    bool Carried(const Uuid& id, std::string_view begin, std::uint64_t segment, SteadyTime now);

    /// Returns true where the end has to be noted with kCallClosed.
    bool End(const Uuid& id);
    void Closed(const Uuid& id);

    /// What is open now was begun by an earlier process: takes it all out.
    std::vector<Open> FinishRecovery();

    /// Takes out what was read before `time`.
    std::vector<std::pair<Uuid, Open>> TakeOlderThan(SteadyTime time);

    /// Calls whose begin record stands in this segment.
    std::size_t CountIn(std::uint64_t segment) const;

    /// Calls append(begin) for each of them that is not being carried; true says that a
    /// kCallCarried record is on its way.
    template <typename Append>
    void CarryFrom(std::uint64_t segment, Append&& append) {
        for (auto& [id, open] : open_) {
            if (open.segment == segment && !open.carrying && append(std::string_view(open.begin))) {
                open.carried = true;
                open.carrying = true;
            }
        }
    }

    std::size_t size() const noexcept { return open_.size(); }

private:
    using ById = std::unordered_map<Uuid, Open>;

    void Insert(const Uuid& id, Open open);
    void Erase(ById::iterator found);

    ById open_;
    std::unordered_map<std::uint64_t, std::size_t> count_by_segment_;
    bool recovering_ = true;
    std::unordered_set<Uuid> ended_;  // While recovering.
};

}  // namespace sightglass::pipeline

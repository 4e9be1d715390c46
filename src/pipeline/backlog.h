// How long what was appended to the journal has been waiting for answers to know it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightglass::pipeline {

/// Remembers how much had been appended at which time: records need not tell when they came, which
/// those of an import do not know.
/// Thread-safety: one thread at a time.
class Backlog {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;
    using Age = std::chrono::steady_clock::duration;

    /// Of `appended` bytes, not counting those of an earlier process, the last `waiting` wait: for how
    /// long the oldest of them has. Never too little; too much by what passes between two calls, or by
    /// kMarkInterval. Nothing where none waits. What was there at the first call counts from then on.
    Age AgeAt(SteadyTime now, std::uint64_t appended, std::uint64_t waiting);

    static constexpr auto kMarkInterval = std::chrono::milliseconds(20);

private:
    /// What follows the first `bytes` was appended later than `at`.
    struct Mark {
        std::uint64_t bytes;
        SteadyTime at;
    };

    void Thin();

    static constexpr std::size_t kMarksMax = 1'024;

    std::uint64_t left_before_ = 0;  // Bytes of an earlier process.
    std::vector<Mark> marks_;        // In order; the first is what counts.
    Age interval_ = kMarkInterval;   // Grows with the backlog, so that marks stay few.
};

}  // namespace sightglass::pipeline

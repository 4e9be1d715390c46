// Which keys the store has calls under that the window has let go: so that a call which nobody has
// told of yet costs no question to the store.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/time.h"
#include "call/call.h"

namespace sightglass::pipeline {

/// Bloom filters, one after another as they fill. Nothing before the first key. Never says no to a key that it has not forgotten; says yes to about
/// one in a hundred thousand others.
/// Thread-safety: belongs to one thread.
class KeyFilter {
public:
    /// Of so many generations, 8 MiB and 2 million keys each, the oldest is forgotten.
    explicit KeyFilter(std::size_t generations_max = 4) : generations_max_(generations_max) {}

    /// `started_at` is that of the call under the key.
    void Add(std::uint64_t key, Time started_at);

    bool MayHold(std::uint64_t key) const noexcept;

    /// Asks for the memory that MayHold will look at.
    void Prefetch(std::uint64_t key) const noexcept {
        for (const Generation& generation : generations_) {
            __builtin_prefetch(generation.words.data() + key % kBlocks * kWordsPerBlock);
        }
    }

    /// The same of Add.
    void PrefetchToAdd(std::uint64_t key) const noexcept {
        if (!generations_.empty()) {
            const auto* const words = generations_.front().words.data();
            __builtin_prefetch(words + key % kBlocks * kWordsPerBlock, 1);
        }
    }

    /// Nothing was ever added or forgotten.
    bool Empty() const noexcept { return generations_.empty() && !forgotten_up_to_; }

    /// No key of a call that started later was forgotten.
    OptionalTime ForgottenUpTo() const noexcept { return forgotten_up_to_; }

    void ForgetUpTo(Time time) noexcept;

private:
    static constexpr std::size_t kKeysMax = std::size_t{1} << 21;  // A generation.
    static constexpr std::size_t kWordsPerBlock = 8;               // One cache line.
    static constexpr std::size_t kBlocks = kKeysMax * 32 / 64 / kWordsPerBlock;

    struct Bits {
        std::size_t block;
        std::array<std::uint64_t, kWordsPerBlock> masks;
    };

    struct Generation {
        std::vector<std::uint64_t> words;
        std::size_t keys = 0;
        OptionalTime newest_start;
    };

    static Bits BitsOf(std::uint64_t key) noexcept;

    const std::size_t generations_max_;
    std::deque<Generation> generations_;  // The newest first.
    OptionalTime forgotten_up_to_;
};

}  // namespace sightglass::pipeline

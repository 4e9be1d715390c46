// Which Call a row is, whatever file it comes in: a call_id that is the same at every import.
//
// Its first 48 bits are the start in ms, as a version-7 UUID has it; 74 more come from a hash of what
// the row says. Rows of equal content within one file are separate Calls: the second counts into the
// hash that it is the second, and so on, so that a file imported twice, with its lines in another
// order, or with more lines, adds only what is new.
//
// Hash: SipHash-2-4 with 128 bits of output, under a fixed key. It never changes: ids are kept.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/uuid.h"

namespace sightglass::capture::files {

/// 128 bits that stand for a text. Thread-safety: plain value.
struct ContentHash {
    std::array<std::uint8_t, 16> bytes{};

    static ContentHash Of(std::string_view text) noexcept;

    /// Of this text standing for the `number`-th time; 0 is the first.
    ContentHash Repeated(std::uint64_t number) const noexcept;

    std::uint64_t Low() const noexcept;
};

/// A version-7 UUID of this time and hash.
Uuid IdOf(Time start, const ContentHash& hash) noexcept;

/// How often each line of a file has come. Bounded: of lines that stand more than 786,432 different
/// lines apart, the later may be taken for the earlier one again. At most 26 MB.
/// Thread-safety: one thread at a time.
class EqualLines {
public:
    EqualLines();

    /// How often it came before.
    std::uint64_t Count(const ContentHash& hash);

private:
    /// Hashes with their counts, in an open table.
    struct Table {
        std::vector<std::uint64_t> hashes;  ///< 0 is a free place.
        std::vector<std::uint32_t> counts;
        std::size_t used = 0;

        std::uint32_t* Find(std::uint64_t hash) noexcept;
        void Insert(std::uint64_t hash, std::uint32_t count);
        void Grow();
    };

    Table recent_;
    Table before_;  // What was recent when `recent_` was begun.
};

}  // namespace sightglass::capture::files

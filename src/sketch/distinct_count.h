// How many different values there were, in bounded memory: all hashes while they are few (then the
// count is exact, but for hashes of 32 bits that collide), registers beyond (HyperLogLog of
// Flajolet, Fusy, Gandouet and Meunier, 2007). Counts of parts merge into the count of the whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::sketch {

/// The same for equal texts, on every machine and for ever: it is kept on disk.
std::uint32_t DistinctHash(std::string_view text) noexcept;

/// Thread-safety: one thread at a time.
class DistinctCount {
public:
    /// So many values are counted exactly.
    static constexpr std::size_t kExactMax = 512;
    /// Beyond, the standard error of a count, in relation to it.
    static constexpr double kStandardError = 0.0163;  // 1.04 / sqrt(registers)

    void Add(std::uint32_t hash);
    void Merge(const DistinctCount& other);

    std::uint64_t Count() const;

    /// Bytes that MergeEncoded takes. Empty where nothing was counted.
    std::string Encode() const;

    /// False, and nothing else, for bytes that Encode never makes.
    bool MergeEncoded(std::string_view bytes);

private:
    static constexpr int kIndexBits = 12;
    static constexpr std::size_t kRegisters = std::size_t{1} << kIndexBits;

    void Compact();
    void Spread();
    void Raise(std::uint32_t hash);
    double EstimateCount() const;

    std::vector<std::uint32_t> hashes_;  ///< The first `compact_` sorted, each once.
    std::size_t compact_ = 0;
    std::vector<std::uint8_t> registers_;  ///< Empty while hashes_ are kept.
};

}  // namespace sightglass::sketch

// Pseudo-random numbers for the demo: the same sequence from the same seed on every machine and
// compiler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sightglass::demo {

/// Combines two seeds into one that is unrelated to both.
std::uint64_t Mix(std::uint64_t a, std::uint64_t b) noexcept;

/// FNV-1a, so that a name can take part in a seed.
std::uint64_t HashText(std::string_view text) noexcept;

/// xoshiro256** (Blackman and Vigna, public domain), with the distributions that traffic is made
/// of. Thread-safety: one thread at a time.
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept;

    std::uint64_t Next() noexcept;

    /// In [0, 1).
    double Unit() noexcept;

    bool Chance(double probability) noexcept { return Unit() < probability; }

    /// Both ends included. Precondition: low <= high.
    std::int64_t Between(std::int64_t low, std::int64_t high) noexcept;
    double Normal() noexcept;
    /// Half of the values lie below `median`; `sigma` is the spread of the logarithm.
    double LogNormal(double median, double sigma) noexcept;
    double Exponential(double mean) noexcept;
    std::int64_t Poisson(double mean) noexcept;
    /// 0 … count - 1; low numbers far more often than high ones, as among users of a service.
    std::size_t Popular(std::size_t count) noexcept;
    /// An index, with probability in proportion to its weight. Precondition: one weight is above
    /// zero.
    std::size_t Weighted(std::span<const double> weights) noexcept;

    template <typename T>
    const T& Pick(std::span<const T> items) noexcept {
        return items[static_cast<std::size_t>(Next() % items.size())];
    }

private:
    std::uint64_t state_[4];
};

}  // namespace sightglass::demo

#include "app/demo/random.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace sightglass::demo {

namespace {

std::uint64_t SplitMix(std::uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace

std::uint64_t Mix(std::uint64_t a, std::uint64_t b) noexcept {
    std::uint64_t state = a ^ std::rotl(b, 32) ^ (b * 0xd6e8feb86659fd93ULL);
    return SplitMix(state);
}

std::uint64_t HashText(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return hash;
}

Random::Random(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) {
        word = SplitMix(seed);
    }
}

std::uint64_t Random::Next() noexcept {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Random::Unit() noexcept {
    return static_cast<double>(Next() >> 11) * 0x1.0p-53;
}

std::int64_t Random::Between(std::int64_t low, std::int64_t high) noexcept {
    const auto range = static_cast<double>(high - low + 1);
    return low + static_cast<std::int64_t>(Unit() * range);
}

double Random::Normal() noexcept {
    const double radius = std::sqrt(-2 * std::log(1 - Unit()));
    return radius * std::cos(2 * std::numbers::pi * Unit());
}

double Random::LogNormal(double median, double sigma) noexcept {
    return median * std::exp(sigma * Normal());
}

double Random::Exponential(double mean) noexcept {
    return -mean * std::log(1 - Unit());
}

std::int64_t Random::Poisson(double mean) noexcept {
    if (mean > 60) {  // Near enough to normal, and the product below would underflow.
        const double value = std::round(mean + std::sqrt(mean) * Normal());
        return value < 0 ? 0 : static_cast<std::int64_t>(value);
    }
    const double limit = std::exp(-mean);
    double product = Unit();
    std::int64_t count = 0;
    while (product > limit) {
        product *= Unit();
        ++count;
    }
    return count;
}

std::size_t Random::Popular(std::size_t count) noexcept {
    const double unit = Unit();
    const auto index = static_cast<std::size_t>(unit * unit * static_cast<double>(count));
    return index < count ? index : count - 1;
}

std::size_t Random::Weighted(std::span<const double> weights) noexcept {
    double total = 0;
    for (double weight : weights) {
        total += weight;
    }
    double left = Unit() * total;
    std::size_t last = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0) {
            continue;
        }
        last = i;
        left -= weights[i];
        if (left < 0) {
            break;
        }
    }
    return last;
}

}  // namespace sightglass::demo

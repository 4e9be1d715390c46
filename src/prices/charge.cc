#include "prices/charge.h"

#include <algorithm>
#include <limits>

namespace sightglass::prices {
namespace {

__extension__ using Atoms = __int128;

constexpr std::size_t kParts = static_cast<std::size_t>(Part::kCount_);
constexpr std::size_t kRatesMax = 64;

/// More than this is no amount that Money could hold.
constexpr Atoms kAtomsMax = Atoms{std::numeric_limits<std::int64_t>::max()} * kAtomsPerNanoUsd;

Atoms Sum(Atoms a, Atoms b) noexcept {
    return std::min(std::min(a, kAtomsMax) + std::min(b, kAtomsMax), kAtomsMax);
}

/// Below it, a factor's numerator fits in as well.
Atoms Multiply(Atoms amount, const Factor* factor) noexcept {
    return factor == nullptr ? amount : std::min(amount, kAtomsMax) * factor->times / factor->over;
}

std::int64_t ToNano(Atoms atoms) noexcept {
    return static_cast<std::int64_t>(std::min(atoms, kAtomsMax) / kAtomsPerNanoUsd);
}

/// Half to even.
std::int64_t Round(Atoms atoms) noexcept {
    const std::int64_t nano = ToNano(atoms);
    const Atoms twice_the_rest = 2 * (std::min(atoms, kAtomsMax) - Atoms{nano} * kAtomsPerNanoUsd);
    const bool up =
        twice_the_rest > kAtomsPerNanoUsd || (twice_the_rest == kAtomsPerNanoUsd && nano % 2 == 1);
    return up ? nano + 1 : nano;
}

/// Rounds the sum, and hands what it has more than its parts to those that lost most.
Cost RoundParts(const std::array<Atoms, kParts>& atoms) noexcept {
    Atoms sum = 0;
    std::array<std::int64_t, kParts> nano{};
    std::array<Atoms, kParts> rest{};
    std::int64_t missing = 0;
    for (std::size_t i = 0; i < kParts; ++i) {
        sum = Sum(sum, atoms[i]);
        nano[i] = ToNano(atoms[i]);
        rest[i] = atoms[i] - Atoms{nano[i]} * kAtomsPerNanoUsd;
        missing -= nano[i];
    }
    Cost cost;
    cost.total = Money::FromNanoUsd(Round(sum));
    if (sum < kAtomsMax) {
        for (missing += cost.total.nano_usd(); missing > 0; --missing) {
            const auto most = std::max_element(rest.begin(), rest.end()) - rest.begin();
            ++nano[static_cast<std::size_t>(most)];
            rest[static_cast<std::size_t>(most)] = -1;
        }
    }
    for (std::size_t i = 0; i < kParts; ++i) {
        cost.parts[i] = Money::FromNanoUsd(nano[i]);
    }
    return cost;
}

}  // namespace

Cost Charge(const PriceEntry& prices, const Usage& usage, const Adjustment& adjustment) noexcept {
    static const UnitNumber input_unit = *FindUnit("input_tokens");
    const auto units = Units();
    const std::int64_t input = usage.input_of_each.value_or(usage.Of(input_unit));
    std::array<std::int64_t, kRatesMax> own{};  // By rate: what no more special one has taken.
    std::array<Atoms, kParts> atoms{};
    for (std::size_t i = 0; i < prices.rates.size(); ++i) {
        const Rate& rate = prices.rates[i];
        std::int64_t count = usage.Of(rate.unit);
        for (std::uint64_t left = rate.more_special; left != 0 && count > 0; left &= left - 1) {
            count -= own[static_cast<std::size_t>(__builtin_ctzll(left))];
        }
        if (count <= 0) {
            continue;
        }
        own[i] = count;
        const Unit& unit = units[rate.unit];
        Atoms amount = Atoms{count} * rate.At(input);
        if (unit.IsTokens()) {
            amount = Multiply(amount, adjustment.tokens);
        }
        Atoms& part = atoms[static_cast<std::size_t>(PartOf(unit))];
        part = Sum(part, amount);
    }
    for (Atoms& part : atoms) {
        part = Multiply(part, adjustment.everything);
    }
    return RoundParts(atoms);
}

}  // namespace sightglass::prices

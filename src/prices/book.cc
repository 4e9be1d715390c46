#include "prices/book.h"

#include <algorithm>

namespace sightglass::prices {

std::int64_t Rate::At(std::int64_t input_tokens) const noexcept {
    std::int64_t price = atoms;
    for (const Tier& tier : tiers) {
        if (input_tokens > tier.above_tokens) {
            price = tier.atoms;
        }
    }
    return price;
}

bool Period::Holds(Time at) const noexcept {
    return (!starts_at || at >= *starts_at) && (!ends_at || at < *ends_at);
}

bool PriceEntry::HoldsAt(Time at) const noexcept {
    if (!period.Holds(at)) {
        return false;
    }
    if (!between) {
        return true;
    }
    const Duration of_day = at - std::chrono::floor<std::chrono::days>(at);
    const auto [start, end] = *between;
    return end < start ? of_day >= start || of_day < end : of_day >= start && of_day < end;
}

const PriceEntry* Model::PriceAt(Time at) const noexcept {
    const auto found = std::find_if(prices.rbegin(), prices.rend(), [at](const PriceEntry& entry) {
        return entry.HoldsAt(at);
    });
    if (found != prices.rend()) {
        return &*found;
    }
    // As the data's own calculator has it: nobody knows better what a model cost before its first date.
    return prices.empty() || prices.front().period.ends_at ? nullptr : &prices.front();
}

const Provider* Book::FindProvider(std::string_view name) const noexcept {
    const auto find = [this](auto&& accepts) -> const Provider* {
        const auto found = std::find_if(providers.begin(), providers.end(), accepts);
        return found == providers.end() ? nullptr : &*found;
    };
    const Provider* same = find([name](const Provider& provider) { return provider.id == name; });
    return same != nullptr
               ? same
               : find([name](const Provider& provider) { return provider.name.Accepts(name); });
}

}  // namespace sightglass::prices

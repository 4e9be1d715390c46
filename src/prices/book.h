// The price book as data. Format and reading: book_reader.h, docs/formats/price-book.md.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "prices/match.h"
#include "prices/unit.h"

namespace sightglass::prices {

/// What a rate is counted in: a ninth of 1e-18 US dollars. In it, each decimal of at most nine places is a whole number for one
/// token, one millisecond and one request.
inline constexpr std::int64_t kAtomsPerNanoUsd = 9'000'000'000;

/// What one of a unit costs.
struct Rate {
    /// For requests with more than `above_tokens` of input in all: the whole request is charged at it.
    struct Tier {
        std::int64_t above_tokens = 0;
        std::int64_t atoms = 0;
    };

    UnitNumber unit = 0;
    std::int64_t atoms = 0;
    std::vector<Tier> tiers;  ///< Rising.
    std::uint64_t
        more_special{};  ///< Rates of the same entry for what this one holds as well: bits by place.

    std::int64_t At(std::int64_t input_tokens) const noexcept;
};

/// From a day on, up to before another; either may be open. UTC.
struct Period {
    std::string from;  ///< "2026-08-21", or empty.
    std::optional<Time> starts_at;
    std::optional<Time> ends_at;

    bool Holds(Time at) const noexcept;
};

/// Prices that hold for a time, or always.
struct PriceEntry {
    Period period;
    /// Of each day, UTC, from the first to before the second; may pass midnight.
    std::optional<std::array<Duration, 2>> between;
    std::vector<Rate> rates;  ///< The most special ones first.

    bool HoldsAt(Time at) const noexcept;
};

struct Model {
    std::string id;
    Match match;
    std::vector<PriceEntry> prices;   ///< The last one that holds is the price.
    std::int64_t least_audio_ms = 0;  ///< Shorter audio is charged as if it were as long.

    /// The entry for a call at `at`. Before the first of them holds, the first; null where prices have ended.
    const PriceEntry* PriceAt(Time at) const noexcept;
};

/// Two numbers to multiply and divide by.
struct Factor {
    std::int64_t times = 1;
    std::int64_t over = 1;
    std::string text = "1";  ///< As it stands in the book.
};

/// What tokens cost in another service tier than the standard one.
struct TierRule {
    std::string tier;  ///< "batch", "flex", "priority", …
    Factor factor;
    Period period;
    Match match;  ///< Of the model's id; all where it is empty.
};

/// What somebody has agreed with a provider: everything costs so much of the list price.
struct DiscountRule {
    Factor factor;
    Period period;
    Match match;  ///< Of the model's id; all where it is empty.
};

struct Provider {
    std::string id;
    Match name;                           ///< Other names of the provider.
    Match makes;                          ///< Models that are its own wherever they run.
    std::vector<std::string> fallback;    ///< Whose models it offers too.
    std::vector<Model> models;            ///< The first that matches is the one.
    std::vector<TierRule> tiers;          ///< The last that holds is the one.
    std::vector<DiscountRule> discounts;  ///< The last that holds is the one.
};

struct Book {
    std::string source;            ///< "genai-prices".
    std::string version;           ///< Of its source: "0.1.8".
    std::string currency = "USD";  ///< That amounts are shown in.
    double per_usd = 1;            ///< Of that currency.
    std::vector<Provider> providers;

    /// By its id, else by its other names; null where there is none.
    const Provider* FindProvider(std::string_view name) const noexcept;
};

}  // namespace sightglass::prices

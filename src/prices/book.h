// The price book as data, and reading it. Format: docs/formats/price-book.md.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "prices/match.h"

namespace sightglass::prices {

/// What is charged for. Stands in the book by its name: "input", "cache_read", …
enum class Charge : std::uint8_t {
    kInput,
    kCacheRead,
    kCacheWrite,
    kCacheWrite1h,
    kOutput,
    kReasoning,
    kInputAudio,
    kOutputAudio,
    kInputImage,
    kOutputImage,
    kRequests,
    kCount_
};

/// Pico-dollars (1e-12 USD) a token, or a request.
struct Rate {
    /// For requests with more than `above_tokens` of input in all: the whole request is charged at it.
    struct Tier {
        std::int64_t above_tokens = 0;
        std::int64_t pico_usd = 0;
    };

    std::int64_t pico_usd = 0;
    std::vector<Tier> tiers;  ///< Rising.

    std::int64_t At(std::int64_t input_tokens) const noexcept;
};

/// Prices that hold from a date on, at a time of day, or always.
struct PriceEntry {
    std::string from;  ///< "2026-08-21", or empty.
    std::optional<Time> starts_at;
    /// Minutes of the day, UTC, from the first to before the second; may pass midnight.
    std::optional<std::array<int, 2>> between_minutes;
    std::array<std::optional<Rate>, static_cast<std::size_t>(Charge::kCount_)> rates;

    const std::optional<Rate>& Of(Charge charge) const noexcept {
        return rates[static_cast<std::size_t>(charge)];
    }

    bool HasRates() const noexcept;
};

struct Model {
    std::string id;
    Match match;
    std::vector<PriceEntry> prices;  ///< The last one that holds is the price.

    /// The entry for a call at `at`; where that is unknown, the newest one that holds all day.
    const PriceEntry* PriceAt(std::optional<Time> at) const noexcept;
};

struct Provider {
    std::string id;
    Match name;                         ///< Other names of the provider.
    Match makes;                        ///< Models that are its own wherever they run.
    std::vector<std::string> fallback;  ///< Whose models it offers too.
    std::vector<Model> models;          ///< The first that matches is the one.
};

struct Book {
    std::string version;  ///< Of its source: "0.1.8".
    std::vector<Provider> providers;
};

/// kInvalidArgument names the line that cannot be read.
Result<Book> ParseBook(std::string_view text);

}  // namespace sightglass::prices

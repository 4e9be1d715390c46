// Prices: what a Call costs. An unknown price is a value, never zero.
//
// The book is text, one statement a line (docs/formats/price-book.md), made at build time from published data.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "call/call.h"
#include "prices/book.h"
#include "prices/charge.h"
#include "prices/unit.h"

namespace sightglass::prices {

/// Something used, and what is known of who was asked for it.
struct Use {
    std::string_view provider;
    std::string_view model;
    std::string_view service_tier;  ///< As the provider calls it; empty is its usual one.
    OptionalTime at;  ///< When; where it is unknown, no price is that of its time (kRates).
    Usage usage;
};

/// Why there is no price.
enum class Unpriced : std::uint8_t {
    kNot,     ///< There is.
    kModel,   ///< No book has the model at that provider.
    kRates,   ///< A book has the model, but no price of it, or none of that time.
    kTier,    ///< What it costs in that service tier is unknown.
    kTokens,  ///< How many tokens there were is unknown.
};

/// "model", "rates", "tier", "tokens"; empty for kNot.
std::string_view ToString(Unpriced why) noexcept;

struct Quote {
    Unpriced why = Unpriced::kModel;
    Cost cost;             ///< Where there is a price.
    std::string price_id;  ///< The same; see PriceBook::Price.
};

/// The texts that a price book is made of. What is earlier here wins.
struct BookTexts {
    std::string_view own;    ///< Somebody's own prices and discounts; may be empty.
    std::string_view list;   ///< List prices.
    std::string_view tiers;  ///< What their service tiers cost; may be empty.
};

/// Thread-safety: immutable once made; safe for concurrent use.
class PriceBook {
public:
    /// kInvalidArgument names the text ("own prices: ") and the line that cannot be read.
    static Result<std::shared_ptr<const PriceBook>> Make(const BookTexts& texts);

    /// Of list prices alone.
    static Result<std::shared_ptr<const PriceBook>> Parse(std::string_view list);

    /// The book built into the program.
    static std::shared_ptr<const PriceBook> BuiltIn();

    /// The texts that it is made of; they live as long as the program.
    static BookTexts BuiltInTexts() noexcept;

    virtual ~PriceBook() = default;

    /// Fills the money fields, price_id and cost_source from the tokens, unless the provider stated a cost. A call without
    /// tokens that nobody bills (an error, a list of models) costs nothing and is priced. Unpriced are those of Unpriced.
    ///
    /// price_id is "openai/gpt-4o@0.1.8": provider, model, and the date from which the price holds or the book's version; then
    /// "+flex" where it was another service tier, and "*0.85" where a discount holds.
    virtual void Price(Call& call) const = 0;

    /// Why a Call that has no cost has none.
    virtual Unpriced WhyUnpriced(const Call& call) const = 0;

    virtual Quote Calculate(const Use& use) const = 0;

    /// What it knows: own prices first.
    virtual std::span<const Book> Books() const noexcept = 0;
};

}  // namespace sightglass::prices

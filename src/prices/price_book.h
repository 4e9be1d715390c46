// Prices: what a Call costs. An unknown price is a value, never zero.
//
// The book is text, one row a line (docs/formats/price-book.md), made at build time from published data.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "call/call.h"

namespace sightglass::prices {

/// Thread-safety: immutable once parsed; safe for concurrent use.
class PriceBook {
public:
    /// kInvalidArgument names the line that cannot be read.
    static Result<std::shared_ptr<const PriceBook>> Parse(std::string_view text);

    /// The book built into the program.
    static std::shared_ptr<const PriceBook> BuiltIn();

    virtual ~PriceBook() = default;

    /// Fills the money fields, price_id ("openai/gpt-4o@0.1.8": provider, model, and the date from which the price holds or the
    /// book's version) and cost_source from the tokens, unless the provider stated a cost. A call without tokens that
    /// nobody bills (an error, a list of models) costs nothing and is priced. Unpriced are a model that the book does not know,
    /// and an answer of a model whose tokens are unknown.
    virtual void Price(Call& call) const = 0;
};

}  // namespace sightglass::prices

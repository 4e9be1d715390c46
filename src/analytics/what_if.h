// What the same calls would cost on another model, or with more of their input read from a cache:
// their tokens, summed, priced by the book of today.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/result.h"
#include "base/time.h"
#include "prices/price_book.h"
#include "store/store.h"

namespace sightglass::analytics {

struct WhatIfText {
    std::string model = "";
    std::string provider = "";
    std::string cached_share = "";  ///< "0.6"
    std::string from = "";
    std::string to = "";
    std::vector<std::string> filters = {};
};

struct WhatIfQuestion {
    std::string model;     ///< Empty: each call's own.
    std::string provider;  ///< Empty: that of the call, or else who made the model.
    std::optional<double> cached_share;
    Time from;
    Time to;
    Time now;  ///< Whose prices hold.
    std::vector<store::Filter> filters;
};

/// kInvalidArgument as ParseQuestion.
Result<WhatIfQuestion>
ParseWhatIf(const WhatIfText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

struct WhatIfItem {
    std::string provider;
    std::string model;
    std::string service_tier;
    std::int64_t calls = 0;
    OptionalInt input_tokens;
    OptionalInt cached_input_tokens;
    OptionalInt output_tokens;
    OptionalMoney cost;     ///< As recorded.
    OptionalMoney what_if;  ///< Of calls that have a recorded cost.
    prices::Unpriced why = prices::Unpriced::kNot;
};

struct WhatIf {
    std::int64_t calls = 0;
    Money cost;      ///< As recorded, of all calls.
    Money compared;  ///< As recorded, of the calls that have a price in both worlds.
    Money what_if;   ///< Of the same calls.
    std::int64_t unpriced_calls = 0;
    std::vector<WhatIfItem> items;  ///< By recorded cost, the largest first.
    double took_ms = 0;
};

Result<WhatIf>
AskWhatIf(const WhatIfQuestion& question, const store::Store& store, const prices::PriceBook& book);

}  // namespace sightglass::analytics

#include "analytics/what_if.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/time_range.h"
#include "base/text.h"
#include "call/call.h"
#include "prices/lookup.h"
#include "prices/usage_of_call.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kGroupsMax = 2'000;
constexpr std::size_t kStepsMax = 16;  ///< Of input tokens, by which prices differ.

/// A sum, and the field of a Call that it is put into to be priced.
struct TokenSum {
    Quantity quantity;
    OptionalInt Call::*field;
};

constexpr std::array<TokenSum, 12> kTokenSums = {
    {{Quantity::kFreshInputTokens, &Call::fresh_input_tokens},
     {Quantity::kCachedInputTokens, &Call::cached_input_tokens},
     {Quantity::kCacheWrite5mTokens, &Call::cache_write_5m_tokens},
     {Quantity::kCacheWrite30mTokens, &Call::cache_write_30m_tokens},
     {Quantity::kCacheWrite1hTokens, &Call::cache_write_1h_tokens},
     {Quantity::kCacheWrite12hTokens, &Call::cache_write_12h_tokens},
     {Quantity::kOutputTokens, &Call::output_tokens},
     {Quantity::kReasoningTokens, &Call::reasoning_tokens},
     {Quantity::kAudioInputTokens, &Call::audio_input_tokens},
     {Quantity::kAudioOutputTokens, &Call::audio_output_tokens},
     {Quantity::kImageInputTokens, &Call::image_input_tokens},
     {Quantity::kImageOutputTokens, &Call::image_output_tokens}}};

/// provider, model, service_tier.
using Key = std::array<std::string, 3>;

struct Group {
    std::int64_t calls = 0;
    std::int64_t with_cost = 0;
    OptionalInt cost;
    Call tokens;  ///< Their sums in its fields; nothing else of it counts.
};

using Groups = std::map<Key, Group>;

Metric WholeSum(Quantity quantity) {
    return {
        .name = "sum",
        .unit = "",
        .aggregate = Aggregate::kSum,
        .quantity = quantity,
        .integer = true};
}

OptionalInt Whole(const store::Cell& cell) {
    const auto* const value = std::get_if<std::int64_t>(&cell);
    return value != nullptr ? OptionalInt(*value) : std::nullopt;
}

std::string Text(const store::Cell& cell) {
    const auto* const text = std::get_if<std::string>(&cell);
    return text != nullptr ? *text : std::string();
}

store::Filter Of(Quantity quantity, store::Comparison comparison, std::int64_t value) {
    store::Filter filter;
    filter.quantity = quantity;
    filter.comparison = comparison;
    if (comparison != store::Comparison::kIsNotNull) {
        filter.values = {std::to_string(value)};
    }
    return filter;
}

/// One look at the calls.
Result<Groups> AskGroups(
    const WhatIfQuestion& question,
    std::vector<store::Filter> more,
    const store::Store& store
) {
    store::Plan plan;
    plan.from = question.from;
    plan.to = question.to;
    plan.filters = question.filters;
    plan.filters.insert(plan.filters.end(), more.begin(), more.end());
    for (const char* name : {"provider", "model", "service_tier"}) {
        store::Filter dimension;
        dimension.dimension.field = FindField(name);
        plan.group_by.push_back(std::move(dimension));
    }
    const Metric cost = WholeSum(Quantity::kCostNanoUsd);
    Metric with_cost = cost;
    with_cost.aggregate = Aggregate::kKnown;
    std::array<Metric, kTokenSums.size()> sums;
    plan.metrics = {FindMetric("calls"), &with_cost, &cost};
    for (std::size_t i = 0; i < sums.size(); ++i) {
        sums[i] = WholeSum(kTokenSums[i].quantity);
        plan.metrics.push_back(&sums[i]);
    }
    plan.limit = kGroupsMax;
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    Groups groups;
    for (const std::vector<store::Cell>& row : table.rows) {
        Group& group = groups[{Text(row[0]), Text(row[1]), Text(row[2])}];
        group.calls = Whole(row[3]).value_or(0);
        group.with_cost = Whole(row[4]).value_or(0);
        group.cost = Whole(row[5]);
        for (std::size_t i = 0; i < kTokenSums.size(); ++i) {
            group.tokens.*kTokenSums[i].field = Whole(row[6 + i]);
        }
    }
    return groups;
}

/// The name to price at, and by whom.
std::array<std::string_view, 2> Priced(const WhatIfQuestion& question, const Key& key) {
    if (question.model.empty()) {
        return {question.provider.empty() ? key[0] : question.provider, key[1]};
    }
    return {question.provider, question.model};
}

/// Counts of input tokens above which some of these calls have another rate.
std::vector<std::int64_t>
StepsOf(const WhatIfQuestion& question, const Groups& groups, const prices::PriceBook& book) {
    std::set<std::int64_t> steps;
    for (const auto& [key, group] : groups) {
        const auto [provider, model] = Priced(question, key);
        const prices::Found found = prices::Find(book.Books(), provider, model);
        const prices::PriceEntry* const entry =
            found.model != nullptr ? found.model->PriceAt(question.now) : nullptr;
        if (entry == nullptr) {
            continue;
        }
        for (const prices::Rate& rate : entry->rates) {
            for (const prices::Rate::Tier& tier : rate.tiers) {
                steps.insert(tier.above_tokens);
            }
        }
    }
    std::vector<std::int64_t> all(steps.begin(), steps.end());
    all.resize(std::min(all.size(), kStepsMax));
    return all;
}

/// Reads more of the input from the cache, where it is not so much already.
void CacheMore(Call& tokens, double cached_share) {
    const std::int64_t input = tokens.InputTokens().value_or(0);
    const std::int64_t cached = tokens.cached_input_tokens.value_or(0);
    const std::int64_t fresh = tokens.fresh_input_tokens.value_or(0);
    const std::int64_t wanted = std::llround(cached_share * static_cast<double>(input));
    const std::int64_t more = std::clamp<std::int64_t>(wanted - cached, 0, fresh);
    if (more > 0) {
        tokens.cached_input_tokens = cached + more;
        tokens.fresh_input_tokens = fresh - more;
    }
}

prices::Quote PriceOf(
    const WhatIfQuestion& question,
    const Key& key,
    const Group& group,
    std::int64_t input_of_each,
    const prices::PriceBook& book
) {
    static const prices::UnitNumber requests = *prices::FindUnit("requests");
    Call tokens = group.tokens;
    if (question.cached_share) {
        CacheMore(tokens, *question.cached_share);
    }
    prices::Use use;
    const auto [provider, model] = Priced(question, key);
    use.provider = provider;
    use.model = model;
    use.service_tier = key[2];
    use.at = question.now;
    use.usage = prices::UsageOf(tokens);
    use.usage.counts[requests] = group.calls;
    use.usage.input_of_each = input_of_each;
    prices::Quote quote = book.Calculate(use);
    if (quote.why == prices::Unpriced::kTier && !question.model.empty()) {
        use.service_tier = {};  // The other model has no such tier.
        quote = book.Calculate(use);
    }
    return quote;
}

/// An item that is not priced yet: what does not depend on tokens costs what it did.
WhatIfItem ItemOf(const Key& key, const Group& group) {
    WhatIfItem item;
    item.provider = key[0];
    item.model = key[1];
    item.service_tier = key[2];
    item.calls = group.calls;
    item.input_tokens = group.tokens.InputTokens();
    item.cached_input_tokens = group.tokens.cached_input_tokens;
    item.output_tokens = group.tokens.output_tokens;
    if (group.cost) {
        item.cost = Money::FromNanoUsd(*group.cost);
        item.what_if = item.cost;
    }
    return item;
}

/// Puts the price of some of an item's calls in the place of their recorded cost.
void Reprice(WhatIfItem& item, const Group& some, const prices::Quote& quote) {
    if (quote.why != prices::Unpriced::kNot) {
        item.why = quote.why;
        item.what_if.reset();
    } else if (item.what_if) {
        item.what_if = Money::FromNanoUsd(
            item.what_if->nano_usd() - some.cost.value_or(0) + quote.cost.total.nano_usd()
        );
    }
}

void SumUp(WhatIf& answer, const Groups& groups) {
    for (const WhatIfItem& item : answer.items) {
        const Group& group = groups.at({item.provider, item.model, item.service_tier});
        answer.calls += group.calls;
        answer.cost += item.cost.value_or(Money());
        if (item.what_if) {
            answer.compared += *item.cost;
            answer.what_if += *item.what_if;
            answer.unpriced_calls += group.calls - group.with_cost;
        } else {
            answer.unpriced_calls += group.calls;
        }
    }
    std::stable_sort(
        answer.items.begin(),
        answer.items.end(),
        [](const WhatIfItem& a, const WhatIfItem& b) {
            return a.cost.value_or(Money()) > b.cost.value_or(Money());
        }
    );
}

/// Calls with a cost and tokens, whose input lies above the step before and not above this one.
std::vector<store::Filter> FiltersOfStep(const std::vector<std::int64_t>& steps, std::size_t i) {
    using store::Comparison;
    std::vector<store::Filter> filters = {
        Of(Quantity::kCostNanoUsd, Comparison::kIsNotNull, 0),
        Of(Quantity::kTotalTokens, Comparison::kIsNotNull, 0)};
    if (i > 0) {
        filters.push_back(Of(Quantity::kInputTokens, Comparison::kAtLeast, steps[i - 1] + 1));
    }
    if (i < steps.size()) {
        filters.push_back(Of(Quantity::kInputTokens, Comparison::kAtMost, steps[i]));
        if (i == 0) {
            // Calls of which the input is unknown had none to pay for.
            store::Filter unknown;
            unknown.quantity = Quantity::kInputTokens;
            unknown.comparison = Comparison::kIsNull;
            filters.back().or_else.push_back(std::move(unknown));
        }
    }
    return filters;
}

Result<WhatIf>
Ask(const WhatIfQuestion& question, const store::Store& store, const prices::PriceBook& book) {
    SG_ASSIGN_OR_RETURN(const Groups groups, AskGroups(question, {}, store));
    std::map<Key, WhatIfItem> items;
    for (const auto& [key, group] : groups) {
        items.emplace(key, ItemOf(key, group));
    }
    const std::vector<std::int64_t> steps = StepsOf(question, groups, book);
    for (std::size_t i = 0; i <= steps.size(); ++i) {
        SG_ASSIGN_OR_RETURN(
            const Groups found,
            AskGroups(question, FiltersOfStep(steps, i), store)
        );
        const std::int64_t least = i == 0 ? 0 : steps[i - 1] + 1;
        for (const auto& [key, group] : found) {
            if (const auto item = items.find(key); item != items.end()) {
                Reprice(item->second, group, PriceOf(question, key, group, least, book));
            }
        }
    }
    WhatIf answer;
    for (auto& [key, item] : items) {
        answer.items.push_back(std::move(item));
    }
    SumUp(answer, groups);
    return answer;
}

}  // namespace

Result<WhatIfQuestion>
ParseWhatIf(const WhatIfText& text, Time now, std::vector<std::string_view>* allowed) {
    WhatIfQuestion question;
    if (text.model.size() > kNameBytesMax || text.provider.size() > kNameBytesMax) {
        return Refuse("model", "a name has at most 200 bytes");
    }
    question.model = text.model;
    question.provider = text.provider;
    if (!text.cached_share.empty()) {
        question.cached_share = ParseDouble(text.cached_share);
        if (!question.cached_share || !(*question.cached_share >= 0) ||
            *question.cached_share > 1) {
            return Refuse(
                "cached_share",
                Quote(text.cached_share) + " is not a number from 0 to 1"
            );
        }
    }
    SG_ASSIGN_OR_RETURN(const TimeRange range, ParseTimeRange(text.from, text.to, now));
    question.from = range.from;
    question.to = range.to;
    question.now = now;
    SG_ASSIGN_OR_RETURN(question.filters, ParseFilters(text.filters, {}, allowed));
    return question;
}

Result<WhatIf> AskWhatIf(
    const WhatIfQuestion& question,
    const store::Store& store,
    const prices::PriceBook& book
) {
    const auto start = std::chrono::steady_clock::now();
    Result<WhatIf> answer = Ask(question, store, book);
    if (answer.Ok()) {
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        answer->took_ms = took.count();
    }
    return answer;
}

}  // namespace sightglass::analytics

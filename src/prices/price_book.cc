#include "prices/price_book.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/log.h"
#include "prices/book_reader.h"
#include "prices/lookup.h"
#include "prices/service_tier.h"
#include "prices/usage_of_call.h"

// What the build puts into this library (prices.cmake).
extern "C" const char sightglass_price_book_begin[];   // NOLINT(readability-identifier-naming)
extern "C" const char sightglass_price_book_end[];     // NOLINT(readability-identifier-naming)
extern "C" const char sightglass_price_tiers_begin[];  // NOLINT(readability-identifier-naming)
extern "C" const char sightglass_price_tiers_end[];    // NOLINT(readability-identifier-naming)

namespace sightglass::prices {
namespace {

/// Answers without tokens that are no reason to think of a cost: failures, and what is not billed.
bool IsFree(const Call& call) noexcept {
    if (call.status == CallStatus::kError || call.status == CallStatus::kBlocked) {
        return true;
    }
    return call.operation == Operation::kOther || call.operation == Operation::kBatch ||
           call.operation == Operation::kModeration;
}

/// Whether the name asked for is the one that answered with more before it, such as the region in
/// "us.anthropic.claude-sonnet-4-5-20250929-v1:0" of "claude-sonnet-4-5-20250929": it says more of the price.
bool IsFuller(std::string_view requested, std::string_view model) noexcept {
    const std::size_t at = model.empty() ? std::string_view::npos : requested.find(model);
    return at != std::string_view::npos && at > 0 &&
           (requested[at - 1] == '.' || requested[at - 1] == '/');
}

bool HasTokens(const Call& call) noexcept {
    return call.InputTokens().has_value() || call.output_tokens.has_value();
}

bool WroteToCache(const Call& call) noexcept {
    return call.cache_write_5m_tokens.has_value() || call.cache_write_30m_tokens.has_value() ||
           call.cache_write_1h_tokens.has_value() || call.cache_write_12h_tokens.has_value();
}

/// Whether what it charges for can be told without tokens: it charges for none, or for something else that is known.
bool CanTellWithoutTokens(const PriceEntry& prices, const Usage& usage) noexcept {
    const auto units = Units();
    bool charges_tokens = false;
    bool has_count = false;
    bool has_measure = false;
    for (const Rate& rate : prices.rates) {
        const Unit& unit = units[rate.unit];
        const bool is_known = usage.Of(rate.unit) > 0;
        charges_tokens = charges_tokens || unit.IsTokens();
        has_count = has_count || is_known;
        has_measure = has_measure || (is_known && unit.IsDuration());
    }
    return charges_tokens ? has_measure : has_count;
}

void ClearMoney(Call& call) {
    call.cost.reset();
    call.input_cost.reset();
    call.cached_cost.reset();
    call.cache_write_cost.reset();
    call.output_cost.reset();
    call.other_cost.reset();
    call.price_id.clear();
}

/// A part is known where what it is for is known.
void SetMoney(const Cost& cost, bool has_other, Call& call) {
    const auto set = [&cost](OptionalMoney& field, bool known, Part part) {
        field = known || cost.Of(part) != Money() ? OptionalMoney(cost.Of(part)) : std::nullopt;
    };
    set(call.input_cost, call.fresh_input_tokens.has_value(), Part::kInput);
    set(call.cached_cost, call.cached_input_tokens.has_value(), Part::kCached);
    set(call.cache_write_cost, WroteToCache(call), Part::kCacheWrite);
    set(call.output_cost, call.output_tokens.has_value(), Part::kOutput);
    set(call.other_cost, has_other, Part::kOther);
    call.cost = cost.total;
    call.cost_source = CostSource::kPriced;
}

bool ChargesRequests(const PriceEntry& prices) noexcept {
    static const UnitNumber requests = *FindUnit("requests");
    return std::any_of(prices.rates.begin(), prices.rates.end(), [](const Rate& rate) {
        return rate.unit == requests;
    });
}

/// Whisper at Groq: a second is charged as ten.
void Lengthen(const Model& model, Usage& usage) noexcept {
    if (model.least_audio_ms == 0) {
        return;
    }
    static const UnitNumber audio = *FindUnit("audio_seconds");
    static const UnitNumber input_audio = *FindUnit("input_audio_seconds");
    const std::int64_t heard = usage.Of(audio) > 0 ? usage.Of(audio) : usage.Of(input_audio);
    if (heard > 0) {
        usage.counts[audio] = usage.counts[input_audio] = std::max(heard, model.least_audio_ms);
    }
}

template <typename Rule>
const Rule* LastThatHolds(const std::vector<Rule>& rules, Time at, std::string_view model) {
    const auto found = std::find_if(rules.rbegin(), rules.rend(), [&](const Rule& rule) {
        return rule.period.Holds(at) && (rule.match.empty() || rule.match.Accepts(model));
    });
    return found == rules.rend() ? nullptr : &*found;
}

/// What a price is made of, for one use.
struct Offer {
    Unpriced why = Unpriced::kModel;
    Found found;
    const PriceEntry* entry = nullptr;
    const TierRule* tier = nullptr;
    const DiscountRule* discount = nullptr;

    Adjustment Adjusting() const noexcept {
        return {
            tier == nullptr ? nullptr : &tier->factor,
            discount == nullptr ? nullptr : &discount->factor};
    }
};

class CombinedPriceBook final : public PriceBook {
public:
    explicit CombinedPriceBook(std::vector<Book> books) : books_(std::move(books)) {
        for (const Book& book : books_) {
            has_discounts_ = has_discounts_ || std::any_of(
                                                   book.providers.begin(),
                                                   book.providers.end(),
                                                   [](const Provider& provider) {
                                                       return !provider.discounts.empty();
                                                   }
                                               );
        }
    }

    void Price(Call& call) const override;
    Unpriced WhyUnpriced(const Call& call) const override;
    Quote Calculate(const Use& use) const override;

    std::span<const Book> Books() const noexcept override { return books_; }

private:
    Found Remembered(std::string_view provider, std::string_view model) const;
    Found FindFor(const Call& call) const;
    Offer OfferOf(const Call& call, const Usage& usage) const;
    void Complete(
        Offer& offer,
        std::string_view provider,
        std::string_view tier,
        const OptionalTime& when
    ) const;
    const TierRule* FindTier(const Found& found, std::string_view tier, Time at) const;
    const DiscountRule* FindDiscount(const Found& found, std::string_view provider, Time at) const;
    static void WriteId(const Offer& offer, std::string& id);

    static std::uint64_t NextNumber() noexcept {
        static std::atomic<std::uint64_t> last{0};
        return last.fetch_add(1, std::memory_order_relaxed) + 1;
    }

    const std::vector<Book> books_;  // Own prices first.
    bool has_discounts_ = false;
    const std::uint64_t number_ = NextNumber();  // Tells books apart in the threads' memories.
};

/// Looks each pair of names up once a thread: a look-up walks over hundreds of rules.
Found CombinedPriceBook::Remembered(std::string_view provider, std::string_view model) const {
    constexpr std::size_t kEntriesMax = 1024;

    struct Memory {
        std::uint64_t book = 0;
        std::string key;
        std::unordered_map<std::string, Found> found;
    };

    thread_local Memory memory;
    if (memory.book != number_ || memory.found.size() >= kEntriesMax) {
        memory.found.clear();
        memory.book = number_;
    }
    memory.key.assign(provider).append(1, '\n').append(model);
    const auto known = memory.found.find(memory.key);
    if (known != memory.found.end()) {
        return known->second;
    }
    const Found found = Find(books_, provider, model);
    memory.found.emplace(memory.key, found);
    return found;
}

Found CombinedPriceBook::FindFor(const Call& call) const {
    const std::string* first = &call.model;
    const std::string* second = &call.model_requested;
    if (IsFuller(*second, *first)) {
        std::swap(first, second);
    }
    for (const std::string* name : {first, second}) {
        if (!name->empty()) {
            if (const Found found = Remembered(call.provider, *name); found.model != nullptr) {
                return found;
            }
        }
    }
    return {};
}

/// Of the provider whose price it is; own rules before others'.
const TierRule* CombinedPriceBook::FindTier(const Found& found, std::string_view tier, Time at)
    const {
    for (const Book& book : books_) {
        for (const Provider& provider : book.providers) {
            if (provider.id != found.provider->id) {
                continue;
            }
            const auto rule =
                std::find_if(provider.tiers.rbegin(), provider.tiers.rend(), [&](const auto& one) {
                    return one.tier == tier && one.period.Holds(at) &&
                           (one.match.empty() || one.match.Accepts(found.model->id));
                });
            if (rule != provider.tiers.rend()) {
                return &*rule;
            }
        }
    }
    return nullptr;
}

/// Of the provider that is paid, which may be another than the one whose list it is.
const DiscountRule*
CombinedPriceBook::FindDiscount(const Found& found, std::string_view provider, Time at) const {
    const std::string id = provider.empty() ? found.provider->id : LowerCase(provider);
    for (const Book& book : books_) {
        if (const Provider* paid = book.FindProvider(id); paid != nullptr) {
            const DiscountRule* rule = LastThatHolds(paid->discounts, at, found.model->id);
            if (rule != nullptr) {
                return rule;
            }
        }
    }
    return nullptr;
}

/// `offer.found` is what was looked up.
void CombinedPriceBook::Complete(
    Offer& offer,
    std::string_view provider,
    std::string_view tier,
    const OptionalTime& when
) const {
    if (offer.found.model == nullptr) {
        offer.why = Unpriced::kModel;
        return;
    }
    if (!when) {
        offer.why = Unpriced::kRates;
        return;
    }
    const Time at = *when;
    offer.entry = offer.found.model->PriceAt(at);
    if (offer.entry == nullptr || offer.entry->rates.empty()) {
        offer.why = Unpriced::kRates;
        return;
    }
    if (!tier.empty()) {
        offer.tier = FindTier(offer.found, tier, at);
        if (offer.tier == nullptr) {
            offer.why = Unpriced::kTier;
            return;
        }
    }
    if (has_discounts_) {
        offer.discount = FindDiscount(offer.found, provider, at);
    }
    offer.why = Unpriced::kNot;
}

Offer CombinedPriceBook::OfferOf(const Call& call, const Usage& usage) const {
    Offer offer;
    offer.found = FindFor(call);
    const OptionalTime& when = call.started_at ? call.started_at : call.ended_at;
    Complete(offer, call.provider, TierOf(call.service_tier), when);
    if (offer.why == Unpriced::kNot && !HasTokens(call) &&
        !CanTellWithoutTokens(*offer.entry, usage)) {
        offer.why = Unpriced::kTokens;
    }
    return offer;
}

void CombinedPriceBook::WriteId(const Offer& offer, std::string& id) {
    const Found& found = offer.found;
    id.assign(found.provider->id).append(1, '/').append(found.model->id).append(1, '@');
    if (!offer.entry->period.from.empty()) {
        id += offer.entry->period.from;
    } else {
        id += found.book->version.empty() ? "own" : found.book->version;
    }
    if (offer.tier != nullptr) {
        id.append(1, '+').append(offer.tier->tier);
    }
    if (offer.discount != nullptr) {
        id.append(1, '*').append(offer.discount->factor.text);
    }
}

void CombinedPriceBook::Price(Call& call) const {
    if (call.cost_source == CostSource::kProvider && call.cost.has_value()) {
        return;
    }
    ClearMoney(call);
    call.cost_source = CostSource::kUnpriced;
    if (!HasTokens(call) && IsFree(call)) {
        call.cost = Money();
        call.cost_source = CostSource::kPriced;
        return;
    }
    Usage usage = UsageOf(call);
    const Offer offer = OfferOf(call, usage);
    if (offer.why != Unpriced::kNot) {
        return;
    }
    Lengthen(*offer.found.model, usage);
    SetMoney(Charge(*offer.entry, usage, offer.Adjusting()), ChargesRequests(*offer.entry), call);
    WriteId(offer, call.price_id);
}

Unpriced CombinedPriceBook::WhyUnpriced(const Call& call) const {
    return OfferOf(call, UsageOf(call)).why;
}

Quote CombinedPriceBook::Calculate(const Use& use) const {
    Offer offer;
    offer.found = Remembered(use.provider, use.model);
    Complete(offer, use.provider, TierOf(use.service_tier), use.at);
    Quote quote;
    quote.why = offer.why;
    if (offer.why == Unpriced::kNot) {
        Usage usage = use.usage;
        Lengthen(*offer.found.model, usage);
        quote.cost = Charge(*offer.entry, usage, offer.Adjusting());
        WriteId(offer, quote.price_id);
    }
    return quote;
}

std::string_view Between(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view ToString(Unpriced why) noexcept {
    switch (why) {
        case Unpriced::kNot:
            return "";
        case Unpriced::kModel:
            return "model";
        case Unpriced::kRates:
            return "rates";
        case Unpriced::kTier:
            return "tier";
        case Unpriced::kTokens:
            break;
    }
    return "tokens";
}

Result<std::shared_ptr<const PriceBook>> PriceBook::Make(const BookTexts& texts) {
    std::vector<Book> books;
    const std::pair<std::string_view, std::string_view> all[] = {
        {"own prices", texts.own},
        {"list prices", texts.list},
        {"service tiers", texts.tiers},
    };
    for (const auto& [name, text] : all) {
        if (text.empty()) {
            continue;
        }
        Result<Book> book = ReadBook(text);
        if (!book.Ok()) {
            return std::move(book).error().In(name);
        }
        books.push_back(std::move(*book));
    }
    return std::shared_ptr<const PriceBook>(std::make_shared<CombinedPriceBook>(std::move(books)));
}

Result<std::shared_ptr<const PriceBook>> PriceBook::Parse(std::string_view list) {
    SG_ASSIGN_OR_RETURN(Book book, ReadBook(list));
    std::vector<Book> books;
    books.push_back(std::move(book));
    return std::shared_ptr<const PriceBook>(std::make_shared<CombinedPriceBook>(std::move(books)));
}

BookTexts PriceBook::BuiltInTexts() noexcept {
    return {
        {},
        Between(sightglass_price_book_begin, sightglass_price_book_end),
        Between(sightglass_price_tiers_begin, sightglass_price_tiers_end)};
}

std::shared_ptr<const PriceBook> PriceBook::BuiltIn() {
    static const std::shared_ptr<const PriceBook> book = [] {
        Result<std::shared_ptr<const PriceBook>> made = Make(BuiltInTexts());
        if (made.Ok()) {
            return *made;
        }
        Log(LogLevel::kError, "prices", "the built-in price book: " + made.error().message);
        return std::shared_ptr<const PriceBook>(
            std::make_shared<CombinedPriceBook>(std::vector<Book>())
        );
    }();
    return book;
}

}  // namespace sightglass::prices

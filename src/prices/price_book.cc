#include "prices/price_book.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "prices/book.h"
#include "prices/charge.h"

// The book that the build makes, put into this library by prices.cmake.
extern "C" const char sightglass_price_book_begin[];  // NOLINT(readability-identifier-naming)
extern "C" const char sightglass_price_book_end[];    // NOLINT(readability-identifier-naming)

namespace sightglass::prices {
namespace {

struct Found {
    const Provider* provider = nullptr;
    const Model* model = nullptr;
};

std::string Lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
    return lower;
}

bool AllDigits(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Without "-2024-08-06", "-20240806" or "@20240806" at the end.
std::string_view WithoutDate(std::string_view name) noexcept {
    constexpr std::size_t kDashed = 11;
    constexpr std::size_t kPlain = 9;
    if (name.size() > kDashed) {
        const std::string_view end = name.substr(name.size() - kDashed);
        if (end[0] == '-' && end[5] == '-' && end[8] == '-' && AllDigits(end.substr(1, 4)) &&
            AllDigits(end.substr(6, 2)) && AllDigits(end.substr(9))) {
            return name.substr(0, name.size() - kDashed);
        }
    }
    if (name.size() > kPlain) {
        const std::string_view end = name.substr(name.size() - kPlain);
        if ((end[0] == '-' || end[0] == '@') && AllDigits(end.substr(1))) {
            return name.substr(0, name.size() - kPlain);
        }
    }
    return name;
}

/// Other names under which the same model may stand in the book, the most exact first. All lower case.
std::vector<std::string> NamesOf(std::string name) {
    std::vector<std::string> names = {name};
    const auto add = [&names](std::string other) {
        if (!other.empty() && std::find(names.begin(), names.end(), other) == names.end()) {
            names.push_back(std::move(other));
        }
    };
    if (name.starts_with("ft:")) {
        const std::string_view base = std::string_view(name).substr(3);
        name = base.substr(0, base.find(':'));
        add(name);
    }
    if (const std::size_t slash = name.rfind('/'); slash != std::string::npos) {
        name.erase(0, slash + 1);
        add(name);
    }
    if (name.starts_with("gpt-35-")) {
        name.replace(0, 7, "gpt-3.5-");
        add(name);
    }
    add(std::string(WithoutDate(name)));
    return names;
}

Found FindModel(const Provider& provider, std::string_view name) {
    const auto model = std::find_if(
        provider.models.begin(),
        provider.models.end(),
        [name](const Model& candidate) { return candidate.match.Accepts(name); }
    );
    return model == provider.models.end() ? Found() : Found{&provider, &*model};
}

class ParsedPriceBook final : public PriceBook {
public:
    explicit ParsedPriceBook(Book book) : book_(std::move(book)) {}

    void Price(Call& call) const override;

private:
    Found Look(const std::string& provider, const std::string& model) const;
    Found Remembered(const std::string& provider, const std::string& model) const;
    const Provider* FindProvider(std::string_view name) const;
    Found FindAt(const Provider& provider, std::string_view name) const;
    Found FindMaker(std::string_view name) const;

    static std::uint64_t NextNumber() noexcept {
        static std::atomic<std::uint64_t> last{0};
        return last.fetch_add(1, std::memory_order_relaxed) + 1;
    }

    Book book_;
    std::uint64_t number_ = NextNumber();  // Tells books apart in the threads' memories.
};

const Provider* ParsedPriceBook::FindProvider(std::string_view name) const {
    const auto find = [this](auto&& accepts) -> const Provider* {
        const auto found = std::find_if(book_.providers.begin(), book_.providers.end(), accepts);
        return found == book_.providers.end() ? nullptr : &*found;
    };
    const Provider* same = find([name](const Provider& provider) { return provider.id == name; });
    return same != nullptr
               ? same
               : find([name](const Provider& provider) { return provider.name.Accepts(name); });
}

Found ParsedPriceBook::FindAt(const Provider& provider, std::string_view name) const {
    Found found = FindModel(provider, name);
    for (const std::string& id : provider.fallback) {
        const Provider* other = found.model == nullptr ? FindProvider(id) : nullptr;
        if (other != nullptr) {
            found = FindModel(*other, name);
        }
    }
    return found;
}

/// For a provider that the book does not know: the price of whoever made the model.
Found ParsedPriceBook::FindMaker(std::string_view name) const {
    for (const Provider& provider : book_.providers) {
        if (provider.makes.Accepts(name)) {
            if (const Found found = FindModel(provider, name); found.model != nullptr) {
                return found;
            }
        }
    }
    return {};
}

Found ParsedPriceBook::Look(const std::string& provider_name, const std::string& model) const {
    const Provider* provider = provider_name.empty() ? nullptr : FindProvider(Lower(provider_name));
    for (const std::string& name : NamesOf(Lower(model))) {
        const Found found = provider != nullptr ? FindAt(*provider, name) : FindMaker(name);
        if (found.model != nullptr) {
            return found;
        }
    }
    return {};
}

/// Looks each pair of names up once a thread: a look-up walks over hundreds of rules.
Found ParsedPriceBook::Remembered(const std::string& provider, const std::string& model) const {
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
    const Found found = Look(provider, model);
    memory.found.emplace(memory.key, found);
    return found;
}

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

void ClearMoney(Call& call) {
    call.cost.reset();
    call.input_cost.reset();
    call.cached_cost.reset();
    call.cache_write_cost.reset();
    call.output_cost.reset();
    call.other_cost.reset();
    call.price_id.clear();
}

void ParsedPriceBook::Price(Call& call) const {
    if (call.cost_source == CostSource::kProvider && call.cost.has_value()) {
        return;
    }
    ClearMoney(call);
    call.cost_source = CostSource::kUnpriced;
    if (!call.InputTokens().has_value() && !call.output_tokens.has_value()) {
        if (IsFree(call)) {
            call.cost = Money();
            call.cost_source = CostSource::kPriced;
        }
        return;
    }
    Found found;
    const std::string* first = &call.model;
    const std::string* second = &call.model_requested;
    if (IsFuller(*second, *first)) {
        std::swap(first, second);
    }
    for (const std::string* name : {first, second}) {
        if (found.model == nullptr && !name->empty()) {
            found = Remembered(call.provider, *name);
        }
    }
    const PriceEntry* entry =
        found.model == nullptr ? nullptr : found.model->PriceAt(call.started_at);
    if (entry == nullptr || !entry->HasRates()) {
        return;
    }
    ChargeTokens(*entry, call);
    call.cost_source = CostSource::kPriced;
    call.price_id.assign(found.provider->id).append(1, '/').append(found.model->id).append(1, '@');
    call.price_id += entry->from.empty() ? book_.version : entry->from;
}

}  // namespace

Result<std::shared_ptr<const PriceBook>> PriceBook::Parse(std::string_view text) {
    SG_ASSIGN_OR_RETURN(Book book, ParseBook(text));
    return std::shared_ptr<const PriceBook>(std::make_shared<ParsedPriceBook>(std::move(book)));
}

std::shared_ptr<const PriceBook> PriceBook::BuiltIn() {
    static const std::shared_ptr<const PriceBook> book = [] {
        const auto size =
            static_cast<std::size_t>(sightglass_price_book_end - sightglass_price_book_begin);
        Result<std::shared_ptr<const PriceBook>> parsed =
            Parse({sightglass_price_book_begin, size});
        if (parsed.Ok()) {
            return *parsed;
        }
        Log(LogLevel::kError, "prices", "the built-in price book: " + parsed.error().message);
        return std::shared_ptr<const PriceBook>(std::make_shared<ParsedPriceBook>(Book()));
    }();
    return book;
}

}  // namespace sightglass::prices

#include "prices/book.h"

#include <algorithm>

#include "base/text.h"

namespace sightglass::prices {
namespace {

constexpr std::string_view kFormat = "sightglass-prices 1";
constexpr std::array<std::string_view, static_cast<std::size_t>(Charge::kCount_)> kChargeNames = {
    "input",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "output",
    "reasoning",
    "input_audio",
    "output_audio",
    "input_image",
    "output_image",
    "requests"};

/// A decimal with at most `decimals` digits behind the point, as an integer of its last place. Never negative.
std::optional<std::int64_t> ParseDecimal(std::string_view text, int decimals) {
    constexpr std::int64_t kMax = 1'000'000'000'000'000;
    const std::size_t point = text.find('.');
    const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
    std::string digits(text.substr(0, point));
    digits += fraction;
    const bool wrong = digits.empty() || digits.size() > 15 ||
                       fraction.size() > static_cast<std::size_t>(decimals) ||
                       digits.find_first_not_of("0123456789") != std::string::npos;
    if (wrong) {
        return std::nullopt;
    }
    std::int64_t value = ParseInt(digits).value_or(kMax);
    for (auto place = static_cast<int>(fraction.size()); place < decimals && value < kMax;
         ++place) {
        value *= 10;
    }
    return value < kMax ? std::optional<std::int64_t>(value) : std::nullopt;
}

/// "16:30" as minutes.
std::optional<int> ParseMinutes(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') {
        return std::nullopt;
    }
    const auto hours = ParseInt(text.substr(0, 2));
    const auto minutes = ParseInt(text.substr(3));
    if (!hours.has_value() || !minutes.has_value() || *hours < 0 || *hours > 23 || *minutes < 0 ||
        *minutes > 59) {
        return std::nullopt;
    }
    return static_cast<int>(*hours * 60 + *minutes);
}

Error Wrong(std::string what) {
    return {ErrorCode::kInvalidArgument, std::move(what)};
}

/// Reads line by line; each line belongs to the last provider, model and price before it.
class BookReader {
public:
    Status ReadLine(std::string_view line) {
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view key = line.substr(0, space);
        const std::string_view rest = line.substr(std::min(space + 1, line.size()));
        if (key == "source") {
            book_.version = rest.substr(rest.rfind(' ') + 1);
            return {};
        }
        if (key == "provider") {
            book_.providers.push_back({});
            book_.providers.back().id = rest;
            return rest.empty() ? Wrong("provider without a name") : Status();
        }
        if (book_.providers.empty()) {
            return Wrong("expected a provider before \"" + EscapeForDisplay(key) + "\"");
        }
        return ReadProviderLine(key, rest);
    }

    Book Take() { return std::move(book_); }

private:
    Status ReadProviderLine(std::string_view key, std::string_view rest) {
        Provider& provider = book_.providers.back();
        if (key == "name") {
            return ReadMatch(rest, provider.name);
        }
        if (key == "makes") {
            return ReadMatch(rest, provider.makes);
        }
        if (key == "fallback") {
            for (const std::string_view id : Split(rest, ' ')) {
                provider.fallback.emplace_back(id);
            }
            return {};
        }
        if (key == "model") {
            provider.models.push_back({});
            provider.models.back().id = rest;
            return rest.empty() ? Wrong("model without a name") : Status();
        }
        if (provider.models.empty()) {
            return Wrong("expected a model before \"" + EscapeForDisplay(key) + "\"");
        }
        return ReadModelLine(key, rest, provider.models.back());
    }

    static Status ReadModelLine(std::string_view key, std::string_view rest, Model& model) {
        if (key == "match") {
            return ReadMatch(rest, model.match);
        }
        if (key == "price") {
            model.prices.push_back({});
            return ReadCondition(rest, model.prices.back());
        }
        if (key == "rate" && !model.prices.empty()) {
            return ReadRate(rest, model.prices.back());
        }
        return Wrong("unexpected \"" + EscapeForDisplay(key) + "\"");
    }

    static Status ReadMatch(std::string_view text, Match& match) {
        SG_ASSIGN_OR_RETURN(match, Match::Parse(text));
        return {};
    }

    static Status ReadCondition(std::string_view text, PriceEntry& entry) {
        const std::vector<std::string_view> words = Split(text, ' ');
        if (text.empty()) {
            return {};
        }
        if (words.size() == 2 && words[0] == "from") {
            const Result<Time> at = ParseTime(std::string(words[1]) + "T00:00:00Z", Time());
            if (!at.Ok()) {
                return Wrong("not a date: \"" + EscapeForDisplay(words[1]) + "\"");
            }
            entry.from = words[1];
            entry.starts_at = *at;
            return {};
        }
        if (words.size() == 3 && words[0] == "between") {
            const auto start = ParseMinutes(words[1]);
            const auto end = ParseMinutes(words[2]);
            if (start.has_value() && end.has_value()) {
                entry.between_minutes = {*start, *end};
                return {};
            }
        }
        return Wrong("price conditions are \"from YYYY-MM-DD\" and \"between HH:MM HH:MM\"");
    }

    static Status ReadRate(std::string_view text, PriceEntry& entry) {
        const std::vector<std::string_view> words = Split(text, ' ');
        const auto* const name = std::find(kChargeNames.begin(), kChargeNames.end(), words[0]);
        if (name == kChargeNames.end() || words.size() < 2) {
            return Wrong("not a rate: \"" + EscapeForDisplay(text) + "\"");
        }
        // Dollars a million tokens have six decimals, dollars a thousand requests nine, for pico-dollars a piece.
        const auto index = static_cast<std::size_t>(name - kChargeNames.begin());
        const int decimals = static_cast<Charge>(index) == Charge::kRequests ? 9 : 6;
        Rate rate;
        for (std::size_t i = 1; i < words.size(); ++i) {
            const std::size_t colon = words[i].find(':');
            const bool tier = i > 1;
            const auto above = tier ? ParseDecimal(words[i].substr(0, colon), 0) : std::nullopt;
            const auto price = ParseDecimal(
                tier ? words[i].substr(std::min(colon, words[i].size() - 1) + 1) : words[i],
                decimals
            );
            if (!price.has_value() ||
                (tier && (!above.has_value() || colon == std::string_view::npos))) {
                return Wrong("not a price: \"" + EscapeForDisplay(words[i]) + "\"");
            }
            if (tier) {
                rate.tiers.push_back({*above, *price});
            } else {
                rate.pico_usd = *price;
            }
        }
        entry.rates[index] = std::move(rate);
        return {};
    }

    Book book_;
};

bool HoldsAt(const PriceEntry& entry, std::optional<Time> at) noexcept {
    if (entry.between_minutes.has_value()) {
        if (!at.has_value()) {
            return false;
        }
        const auto of_day = *at - std::chrono::floor<std::chrono::days>(*at);
        const auto minute = std::chrono::duration_cast<std::chrono::minutes>(of_day).count();
        const auto [start, end] = *entry.between_minutes;
        return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
    }
    return !entry.starts_at.has_value() || !at.has_value() || *at >= *entry.starts_at;
}

}  // namespace

std::int64_t Rate::At(std::int64_t input_tokens) const noexcept {
    std::int64_t price = pico_usd;
    for (const Tier& tier : tiers) {
        if (input_tokens > tier.above_tokens) {
            price = tier.pico_usd;
        }
    }
    return price;
}

bool PriceEntry::HasRates() const noexcept {
    return std::any_of(rates.begin(), rates.end(), [](const auto& rate) {
        return rate.has_value();
    });
}

const PriceEntry* Model::PriceAt(std::optional<Time> at) const noexcept {
    const auto found = std::find_if(prices.rbegin(), prices.rend(), [at](const PriceEntry& entry) {
        return HoldsAt(entry, at);
    });
    return found == prices.rend() ? nullptr : &*found;
}

Result<Book> ParseBook(std::string_view text) {
    BookReader reader;
    std::size_t number = 0;
    for (std::string_view line : Split(text, '\n')) {
        ++number;
        line = Trim(line);
        if (number == 1) {
            if (line != kFormat) {
                return Wrong("line 1: expected \"" + std::string(kFormat) + "\"");
            }
            continue;
        }
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        if (Status status = reader.ReadLine(line); !status.Ok()) {
            return std::move(status).error().In("line " + std::to_string(number));
        }
    }
    return reader.Take();
}

}  // namespace sightglass::prices

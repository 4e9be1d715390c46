#include "prices/book_reader.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/text.h"

namespace sightglass::prices {
namespace {

__extension__ using Wide = __int128;

constexpr std::string_view kFormat = "sightglass-prices 2";
constexpr std::size_t kBytesMax = std::size_t{16} << 20;
constexpr std::size_t kLinesMax = 200'000;
constexpr std::size_t kRatesMax = 63;
constexpr std::size_t kDigitsMax = 18;

Error Wrong(std::string what) {
    return {ErrorCode::kInvalidArgument, std::move(what)};
}

std::string Shown(std::string_view text) {
    return "\"" + EscapeForDisplay(text) + "\"";
}

/// What a dollar is, in atoms, for one of a unit whose price is for so many.
std::int64_t AtomsPerUsd(Per per) noexcept {
    switch (per) {
        case Per::kMillion:
            return 9'000'000'000'000;
        case Per::kThousand:
            return 9'000'000'000'000'000;
        case Per::kHour:
            return 2'500'000'000'000;  // Of milliseconds.
        case Per::kBillion:
            break;
    }
    return 9'000'000'000;
}

/// A decimal without sign and exponent times `scale`, rounded; nothing where it is none, or is too large.
std::optional<std::int64_t> ParseDecimal(std::string_view text, std::int64_t scale) {
    const std::size_t point = text.find('.');
    const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
    std::string digits(text.substr(0, point));
    const bool has_whole = !digits.empty();
    digits += fraction;
    if (!has_whole || digits.size() > kDigitsMax ||
        (point != std::string_view::npos && fraction.empty()) ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
        return std::nullopt;
    }
    Wide divisor = 1;
    for (std::size_t i = 0; i < fraction.size(); ++i) {
        divisor *= 10;
    }
    const Wide value = (Wide{*ParseInt(digits)} * scale + divisor / 2) / divisor;
    return value <= std::numeric_limits<std::int64_t>::max()
               ? std::optional<std::int64_t>(static_cast<std::int64_t>(value))
               : std::nullopt;
}

/// "0.85" or "5/3", more than nothing and at most a hundred.
std::optional<Factor> ParseFactor(std::string_view text) {
    constexpr std::int64_t kOver = 1'000'000;
    constexpr std::int64_t kMost = 100;
    Factor factor;
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        factor.times = ParseInt(text.substr(0, slash)).value_or(0);
        factor.over = ParseInt(text.substr(slash + 1)).value_or(0);
    } else {
        factor.times = ParseDecimal(text, kOver).value_or(0);
        factor.over = kOver;
    }
    factor.text = text;
    const bool right = factor.times > 0 && factor.over > 0 && factor.over <= kOver &&
                       factor.times <= factor.over * kMost;
    return right ? std::optional<Factor>(factor) : std::nullopt;
}

/// "16:30" or "16:30:05".
std::optional<Duration> ParseTimeOfDay(std::string_view text) {
    const bool has_seconds = text.size() == 8 && text[5] == ':';
    if ((text.size() != 5 && !has_seconds) || text[2] != ':') {
        return std::nullopt;
    }
    const auto hours = ParseInt(text.substr(0, 2)).value_or(-1);
    const auto minutes = ParseInt(text.substr(3, 2)).value_or(-1);
    const auto seconds = has_seconds ? ParseInt(text.substr(6)).value_or(-1) : 0;
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) {
        return std::nullopt;
    }
    return std::chrono::seconds(hours * 3600 + minutes * 60 + seconds);
}

std::optional<Time> ParseDay(std::string_view text) {
    constexpr std::size_t kLength = 10;
    if (text.size() != kLength) {
        return std::nullopt;
    }
    const Result<Time> at = ParseTime(std::string(text) + "T00:00:00Z", Time());
    return at.Ok() ? std::optional<Time>(*at) : std::nullopt;
}

/// Takes "from DAY" and "until DAY" from the front of `words`.
Status TakePeriod(std::span<std::string_view>& words, Period& period) {
    while (words.size() >= 2 && (words[0] == "from" || words[0] == "until")) {
        const std::optional<Time> day = ParseDay(words[1]);
        if (!day) {
            return Wrong("not a date: " + Shown(words[1]));
        }
        if (words[0] == "from") {
            period.from = words[1];
            period.starts_at = day;
        } else {
            period.ends_at = day;
        }
        words = words.subspan(2);
    }
    if (period.starts_at && period.ends_at && *period.starts_at >= *period.ends_at) {
        return Wrong("it ends before it begins");
    }
    return {};
}

/// A rule out of what is left of a line; where that is nothing, it stays empty.
Status TakeMatch(std::span<const std::string_view> words, Match& match) {
    if (words.empty()) {
        return {};
    }
    std::string text;
    for (const std::string_view word : words) {
        text.append(text.empty() ? "" : " ").append(word);
    }
    SG_ASSIGN_OR_RETURN(match, Match::Parse(text));
    return {};
}

/// Sorts the rates, and says of each which of the others are more special.
void Arrange(PriceEntry& entry) {
    const auto units = Units();
    std::stable_sort(
        entry.rates.begin(),
        entry.rates.end(),
        [&units](const Rate& a, const Rate& b) {
            return Depth(units[a.unit]) > Depth(units[b.unit]);
        }
    );
    for (std::size_t i = 0; i < entry.rates.size(); ++i) {
        entry.rates[i].more_special = 0;
        for (std::size_t j = 0; j < i; ++j) {
            if (Holds(units[entry.rates[i].unit], units[entry.rates[j].unit])) {
                entry.rates[i].more_special |= std::uint64_t{1} << j;
            }
        }
    }
}

/// Reads line by line; each line belongs to the last provider, model and price before it.
class Reader {
public:
    Status ReadLine(std::string_view line) {
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view key = line.substr(0, space);
        const std::string_view rest = line.substr(std::min(space + 1, line.size()));
        if (key == "source") {
            const std::size_t last = rest.rfind(' ');
            if (last == std::string_view::npos) {
                return Wrong("a source is a name and a version");
            }
            book_.source = rest.substr(0, last);
            book_.version = rest.substr(last + 1);
            return {};
        }
        if (key == "currency") {
            return ReadCurrency(rest);
        }
        if (key == "provider") {
            return ReadProvider(rest);
        }
        if (provider_ == nullptr) {
            return Wrong("expected a provider before " + Shown(key));
        }
        return ReadProviderLine(key, rest);
    }

    Book Take() {
        for (Provider& provider : book_.providers) {
            for (Model& model : provider.models) {
                std::for_each(model.prices.begin(), model.prices.end(), Arrange);
            }
        }
        return std::move(book_);
    }

private:
    Status ReadCurrency(std::string_view rest) {
        const std::vector<std::string_view> words = Split(rest, ' ');
        const bool has_code =
            words.size() == 2 && words[0].size() == 3 &&
            words[0].find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
        const auto per_usd = has_code ? ParseDouble(words[1]) : std::nullopt;
        if (!per_usd || !(*per_usd > 0) || !(*per_usd < 1e9)) {
            return Wrong("a currency is three capital letters and how much of it a dollar is");
        }
        book_.currency = words[0];
        book_.per_usd = *per_usd;
        return {};
    }

    /// One that was there before goes on.
    Status ReadProvider(std::string_view id) {
        if (id.empty() || id.find(' ') != std::string_view::npos) {
            return Wrong("a provider's name is one word");
        }
        auto& all = book_.providers;
        auto found = std::find_if(all.begin(), all.end(), [id](const Provider& provider) {
            return provider.id == id;
        });
        if (found == all.end()) {
            all.push_back({});
            all.back().id = id;
            found = all.end() - 1;
        }
        provider_ = &*found;
        in_model_ = false;
        return {};
    }

    Status ReadProviderLine(std::string_view key, std::string_view rest) {
        Provider& provider = *provider_;
        if (key == "name" || key == "makes") {
            SG_ASSIGN_OR_RETURN(
                (key == "name" ? provider.name : provider.makes),
                Match::Parse(rest)
            );
            return {};
        }
        if (key == "fallback") {
            for (const std::string_view id : Split(rest, ' ')) {
                provider.fallback.emplace_back(id);
            }
            return {};
        }
        if (key == "tier" || key == "discount") {
            return ReadFactorLine(key, rest);
        }
        if (key == "model") {
            provider.models.push_back({});
            provider.models.back().id = rest;
            in_model_ = true;
            return rest.empty() || rest.find(' ') != std::string_view::npos
                       ? Wrong("a model's name is one word")
                       : Status();
        }
        if (!in_model_) {
            return Wrong("expected a model before " + Shown(key));
        }
        return ReadModelLine(key, rest, provider.models.back());
    }

    Status ReadFactorLine(std::string_view key, std::string_view rest) {
        const std::vector<std::string_view> all = Split(rest, ' ');
        std::span<const std::string_view> given(all);
        TierRule rule;
        if (key == "tier") {
            rule.tier = given.front();
            given = given.subspan(1);
        }
        const auto factor = given.empty() ? std::nullopt : ParseFactor(given.front());
        if (!factor) {
            return Wrong("expected a factor such as 0.5 or 5/3");
        }
        rule.factor = *factor;
        std::vector<std::string_view> words(given.begin() + 1, given.end());
        std::span<std::string_view> left(words);
        SG_TRY(TakePeriod(left, rule.period));
        SG_TRY(TakeMatch(left, rule.match));
        if (key == "tier") {
            provider_->tiers.push_back(std::move(rule));
        } else {
            provider_->discounts.push_back(
                {rule.factor, std::move(rule.period), std::move(rule.match)}
            );
        }
        return {};
    }

    static Status ReadModelLine(std::string_view key, std::string_view rest, Model& model) {
        if (key == "match") {
            SG_ASSIGN_OR_RETURN(model.match, Match::Parse(rest));
            return {};
        }
        if (key == "price") {
            model.prices.push_back({});
            return ReadCondition(rest, model.prices.back());
        }
        if (key == "rate" && !model.prices.empty()) {
            return ReadRate(rest, model.prices.back());
        }
        if (key == "least" && rest.starts_with("audio_seconds ")) {
            constexpr std::int64_t kPerSecond = 1000;
            const auto least = ParseDecimal(rest.substr(rest.find(' ') + 1), kPerSecond);
            model.least_audio_ms = least.value_or(0);
            return least ? Status() : Wrong("not a number of seconds");
        }
        return Wrong("unexpected " + Shown(key));
    }

    static Status ReadCondition(std::string_view text, PriceEntry& entry) {
        if (text.empty()) {
            return {};
        }
        std::vector<std::string_view> words = Split(text, ' ');
        std::span<std::string_view> left(words);
        SG_TRY(TakePeriod(left, entry.period));
        if (left.size() == 3 && left[0] == "between") {
            const auto start = ParseTimeOfDay(left[1]);
            const auto end = ParseTimeOfDay(left[2]);
            if (start && end) {
                entry.between = {*start, *end};
                left = left.subspan(3);
            }
        }
        return left.empty() ? Status()
                            : Wrong(
                                  "price conditions are \"from YYYY-MM-DD\", \"until YYYY-MM-DD\" "
                                  "and \"between HH:MM HH:MM\""
                              );
    }

    static Status ReadRate(std::string_view text, PriceEntry& entry) {
        const std::vector<std::string_view> words = Split(text, ' ');
        const std::optional<UnitNumber> unit = FindUnitOfPrice(words[0]);
        if (!unit || words.size() < 2) {
            return Wrong("not a rate: " + Shown(text));
        }
        const std::int64_t scale = AtomsPerUsd(Units()[*unit].per);
        Rate rate;
        rate.unit = *unit;
        const auto base = ParseDecimal(words[1], scale);
        if (!base) {
            return Wrong("not a price: " + Shown(words[1]));
        }
        rate.atoms = *base;
        for (const std::string_view word : std::span(words).subspan(2)) {
            const std::size_t colon = word.find(':');
            const bool whole = colon != std::string_view::npos;
            const auto above = whole ? ParseDecimal(word.substr(0, colon), 1) : std::nullopt;
            const auto price = whole ? ParseDecimal(word.substr(colon + 1), scale) : std::nullopt;
            const bool rises =
                above && (rate.tiers.empty() || rate.tiers.back().above_tokens < *above);
            if (!rises || !price) {
                return Wrong("not a price: " + Shown(word));
            }
            rate.tiers.push_back({*above, *price});
        }
        std::erase_if(entry.rates, [&](const Rate& other) { return other.unit == rate.unit; });
        entry.rates.push_back(std::move(rate));
        return entry.rates.size() > kRatesMax ? Wrong("too many rates") : Status();
    }

    Book book_;
    Provider* provider_ = nullptr;  // Of book_: set again wherever that grows.
    bool in_model_ = false;
};

}  // namespace

Result<Book> ReadBook(std::string_view text) {
    if (text.size() > kBytesMax) {
        return Error{ErrorCode::kTooLarge, "a price book has at most 16 MiB"};
    }
    Reader reader;
    std::size_t number = 0;
    for (std::string_view line : Split(text, '\n')) {
        if (++number > kLinesMax) {
            return Error{ErrorCode::kTooLarge, "a price book has at most 200,000 lines"};
        }
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

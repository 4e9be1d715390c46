#include "access/limiter.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace sightglass::access {
namespace {

/// What a person calls a key's own limits.
constexpr std::string_view kKeyLimits = "key";

std::uint64_t IdentityOf(const LimitRule& rule) noexcept {
    constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kKey{};
    std::string text = rule.name;
    for (const LimitBy by : rule.per) {
        text.append("\n").append(ToString(by));
    }
    std::uint64_t identity = 0;
    crypto_shorthash(
        reinterpret_cast<unsigned char*>(&identity),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        kKey.data()
    );
    return identity;
}

std::string AmountText(Quantity quantity, std::int64_t most) {
    switch (quantity) {
        case Quantity::kRequestsPerMinute:
            return std::to_string(most) + " requests a minute";
        case Quantity::kTokensPerMinute:
            return std::to_string(most) + " tokens a minute";
        case Quantity::kConcurrent:
            return std::to_string(most) + " calls at a time";
        case Quantity::kUsdPerDay:
            return FormatUsd(Money::FromNanoUsd(most)) + " USD a day";
        case Quantity::kUsdPerMonth:
            return FormatUsd(Money::FromNanoUsd(most)) + " USD a month";
        case Quantity::kCount_:
            break;
    }
    return {};
}

LimitRefusal RefusalOf(
    std::string_view name,
    Quantity quantity,
    const LimitSeries& series,
    const LimitValues& values,
    const Wanted& wanted
) {
    const std::int64_t most = values[quantity].value_or(0);
    LimitRefusal refusal;
    refusal.quantity = quantity;
    refusal.retry_after_s = series.RetryAfter(quantity, values, wanted);
    refusal.message.append("Sightglass: the limit \"").append(name).append("\" allows ");
    refusal.message += AmountText(quantity, most);
    if (quantity == Quantity::kTokensPerMinute && wanted.tokens > most) {
        refusal.message += ", and this request alone may take " + std::to_string(wanted.tokens) +
                           ": ask for fewer output tokens";
        refusal.retry_after_s = 0;  // It will never fit.
    } else {
        refusal.message += ". Try again in " + std::to_string(refusal.retry_after_s) + " s";
    }
    return refusal;
}

void AppendShadow(std::string& text, std::string_view name, Quantity quantity) {
    text.append(text.empty() ? "" : ",").append(name).append("/").append(ToString(quantity));
}

std::int64_t TokensOf(const Call& call) noexcept {
    return call.InputTokens().value_or(0) + call.output_tokens.value_or(0);
}

}  // namespace

Limiter::Limiter(const Published<KeyTable>& keys)
    : keys_(keys), rules_(std::make_shared<const RuleSet>()) {}

std::shared_ptr<const RuleSet> Limiter::Prepare(std::vector<LimitRule> rules) const {
    const std::shared_ptr<const RuleSet> current = rules_.Get();
    auto next = std::make_shared<RuleSet>();
    for (LimitRule& rule : rules) {
        ActiveRule active;
        active.identity = IdentityOf(rule);
        const auto same = std::find_if(
            current->rules.begin(),
            current->rules.end(),
            [&active](const ActiveRule& other) { return other.identity == active.identity; }
        );
        active.is_new = same == current->rules.end();
        if (!active.is_new) {
            active.series = same->series;
        } else if (rule.per.empty()) {
            active.series = std::make_shared<LimitSeries>();
        }
        active.rule = std::move(rule);
        next->rules.push_back(std::move(active));
    }
    return next;
}

void Limiter::Publish(std::shared_ptr<const RuleSet> rules) {
    rules_.Set(std::move(rules));
}

LimitSeries& Limiter::SeriesOf(
    const ActiveRule& rule,
    const LimitSubject& subject,
    const Moment& now,
    Reservation& scratch
) {
    if (rule.series != nullptr) {
        return *rule.series;
    }
    scratch.subject_.clear();
    scratch.label_.clear();
    for (const LimitBy by : rule.rule.per) {
        const std::string_view value = subject.values[static_cast<std::size_t>(by)];
        // The size tells ("a", "bc") from ("ab", "c").
        scratch.subject_.append(std::to_string(value.size())).append(":").append(value);
        scratch.label_.append(scratch.label_.empty() ? "" : " ").append(ToString(by));
        scratch.label_.append("=").append(value.substr(0, SeriesTable::kLabelBytesMax));
    }
    return table_.Find(rule.identity, scratch.subject_, scratch.label_, now);
}

std::optional<LimitRefusal> Limiter::TakeEnforced(
    const KeyRecord* key,
    const LimitSubject& subject,
    const Wanted& wanted,
    Reservation& reservation
) {
    const auto take = [&](LimitSeries& series, const LimitValues& values, std::string_view name
                      ) -> std::optional<LimitRefusal> {
        Taken taken;
        if (const auto lacking = series.TryTake(values, wanted, taken)) {
            series.CountRefusal(*lacking);
            return RefusalOf(name, *lacking, series, values, wanted);
        }
        reservation.parts_.push_back({&series, taken});
        return std::nullopt;
    };
    if (key != nullptr && !key->limits.Empty() && !key->shadow_limits) {
        reservation.key_series_ = key->series;
        const std::string_view name =
            key->name.empty() ? "of the key" : std::string_view(key->name);
        if (auto refusal = take(*key->series, key->limits, name)) {
            return refusal;
        }
    }
    for (const ActiveRule& active : reservation.rules_->rules) {
        if (active.rule.shadow || !Matches(active.rule, subject)) {
            continue;
        }
        LimitSeries& series = SeriesOf(active, subject, wanted.now, reservation);
        if (auto refusal = take(series, active.rule.values, active.rule.name)) {
            return refusal;
        }
    }
    return std::nullopt;
}

std::optional<LimitRefusal> Limiter::Take(
    const std::shared_ptr<const RuleSet>& rules,
    const KeyRecord* key,
    const LimitSubject& subject,
    const Wanted& wanted,
    Reservation& reservation
) {
    reservation.shadow_.clear();
    reservation.rules_ = rules;
    if (auto refusal = TakeEnforced(key, subject, wanted, reservation)) {
        Cancel(reservation);
        return refusal;
    }
    const auto note = [&](LimitSeries& series, const LimitValues& values, std::string_view name) {
        Taken taken;
        if (const auto lacking = series.TryTake(values, wanted, taken)) {
            series.CountRefusal(*lacking);
            AppendShadow(reservation.shadow_, name, *lacking);
        } else {
            reservation.parts_.push_back({&series, taken});
        }
    };
    if (key != nullptr && !key->limits.Empty() && key->shadow_limits) {
        reservation.key_series_ = key->series;
        note(*key->series, key->limits, kKeyLimits);
    }
    for (const ActiveRule& active : rules->rules) {
        if (active.rule.shadow && Matches(active.rule, subject)) {
            note(
                SeriesOf(active, subject, wanted.now, reservation),
                active.rule.values,
                active.rule.name
            );
        }
    }
    return std::nullopt;
}

void Limiter::Cancel(Reservation& reservation) noexcept {
    for (const Reservation::Part& part : reservation.parts_) {
        part.series->GiveBack(part.taken);
    }
    reservation.parts_.clear();
    reservation.rules_ = nullptr;
    reservation.key_series_ = nullptr;
}

void Limiter::Settle(Reservation& reservation, OptionalInt tokens) noexcept {
    for (const Reservation::Part& part : reservation.parts_) {
        part.series->Settle(part.taken, tokens);
    }
    reservation.parts_.clear();
    reservation.rules_ = nullptr;
    reservation.key_series_ = nullptr;
}

void Limiter::Charge(std::span<const Call> calls, const Counts& counts) {
    const std::shared_ptr<const RuleSet> rules = rules_.Get();
    const std::shared_ptr<const KeyTable> keys = keys_.Get();
    const bool wanted =
        !keys->Empty() ||
        std::any_of(rules->rules.begin(), rules->rules.end(), [](const ActiveRule& active) {
            return active.rule.values.HasBudget();
        });
    if (!wanted) {
        return;
    }
    Reservation scratch;
    const Moment now = Moment::Now(Clock::System());  // Of series, only when they were used last.
    for (const Call& call : calls) {
        const bool is_spent = call.source.value_or(Source::kGateway) == Source::kGateway &&
                              call.started_at && call.cost.value_or(Money()).nano_usd() > 0;
        if (!is_spent || (counts && !counts(call))) {
            continue;
        }
        const LimitSubject subject = LimitSubject::Of(call);
        for (const ActiveRule& active : rules->rules) {
            if (active.rule.values.HasBudget() && Matches(active.rule, subject)) {
                SeriesOf(active, subject, now, scratch)
                    .AddCost(*call.started_at, call.cost->nano_usd());
            }
        }
        const KeyRecord* const key = keys->FindFingerprint(call.api_key);
        if (key != nullptr) {
            key->series->AddCost(*call.started_at, call.cost->nano_usd());
        }
    }
}

void Limiter::Remember(const RuleSet& rules, bool keys, const Call& call, const Moment& now) {
    if (!call.started_at || call.status == CallStatus::kBlocked) {
        return;
    }
    Reservation scratch;
    const LimitSubject subject = LimitSubject::Of(call);
    for (const ActiveRule& active : rules.rules) {
        if (active.is_new && Matches(active.rule, subject)) {
            SeriesOf(active, subject, now, scratch).Remember(now, *call.started_at, TokensOf(call));
        }
    }
    const KeyRecord* const key = keys ? keys_.Get()->FindFingerprint(call.api_key) : nullptr;
    if (key != nullptr && !key->limits.Empty()) {
        key->series->Remember(now, *call.started_at, TokensOf(call));
    }
}

void Limiter::RememberCost(const RuleSet& rules, bool keys, const Call& sum, const Moment& when) {
    if (!sum.cost) {
        return;
    }
    Reservation scratch;
    const LimitSubject subject = LimitSubject::Of(sum);
    for (const ActiveRule& active : rules.rules) {
        if (active.is_new && active.rule.values.HasBudget() && Matches(active.rule, subject)) {
            SeriesOf(active, subject, when, scratch).AddCost(when.wall, sum.cost->nano_usd());
        }
    }
    const KeyRecord* const key = keys ? keys_.Get()->FindFingerprint(sum.api_key) : nullptr;
    if (key != nullptr) {
        key->series->AddCost(when.wall, sum.cost->nano_usd());
    }
}

namespace {

void AddLines(
    const LimitUse& like,
    const LimitValues& values,
    LimitSeries& series,
    const Moment& now,
    std::vector<LimitUse>& lines
) {
    for (std::size_t i = 0; i < kQuantities; ++i) {
        const auto quantity = static_cast<Quantity>(i);
        if (const OptionalInt& most = values[quantity]) {
            LimitUse& line = lines.emplace_back(like);
            line.quantity = quantity;
            line.most = *most;
            line.used = series.Used(quantity, now);
            line.refusals = series.Refusals(quantity);
        }
    }
}

}  // namespace

std::vector<LimitUse> Limiter::Use(const Moment& now, std::size_t most) {
    const std::shared_ptr<const RuleSet> rules = rules_.Get();
    std::vector<LimitUse> lines;
    for (const ActiveRule& active : rules->rules) {
        if (active.series != nullptr) {
            const LimitUse like{
                .name = active.rule.name,
                .subject = {},
                .shadow = active.rule.shadow};
            AddLines(like, active.rule.values, *active.series, now, lines);
        }
    }
    table_.ForEach([&](std::uint64_t identity, const std::string& label, LimitSeries& series) {
        for (const ActiveRule& active : rules->rules) {
            if (active.identity == identity) {
                const LimitUse like{
                    .name = active.rule.name,
                    .subject = label,
                    .shadow = active.rule.shadow};
                AddLines(like, active.rule.values, series, now, lines);
            }
        }
    });
    const std::shared_ptr<const KeyTable> keys = keys_.Get();
    for (const auto& key : keys->All()) {
        if (!key->limits.Empty() && !key->IsRevoked()) {
            const LimitUse like{
                .name = std::string(kKeyLimits),
                .subject = "key=" + key->name + " " + key->id,
                .shadow = key->shadow_limits};
            AddLines(like, key->limits, *key->series, now, lines);
        }
    }
    const std::size_t kept = std::min(most, lines.size());
    const auto nearer = [](const LimitUse& a, const LimitUse& b) {
        return a.Fraction() > b.Fraction();
    };
    std::partial_sort(
        lines.begin(),
        lines.begin() + static_cast<std::ptrdiff_t>(kept),
        lines.end(),
        nearer
    );
    lines.resize(kept);
    return lines;
}

}  // namespace sightglass::access

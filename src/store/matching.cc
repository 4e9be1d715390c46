#include "store/matching.h"

#include <algorithm>

#include "base/text.h"

namespace sightglass::store {
namespace {

constexpr Duration kDay = std::chrono::hours(24);
constexpr Duration kWeek = 7 * kDay;

bool ContainsIgnoreCase(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) { return ToLower(a) == ToLower(b); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

struct NumberReader {
    const Call& call;

    std::optional<Number> operator()(OptionalInt Call::*member) const {
        const OptionalInt& value = call.*member;
        return value ? std::optional<Number>(*value) : std::nullopt;
    }

    std::optional<Number> operator()(OptionalMoney Call::*member) const {
        const OptionalMoney& value = call.*member;
        return value ? std::optional<Number>(value->nano_usd()) : std::nullopt;
    }

    std::optional<Number> operator()(std::optional<double> Call::*member) const {
        const std::optional<double>& value = call.*member;
        return value ? std::optional<Number>(*value) : std::nullopt;
    }

    template <typename T>
    std::optional<Number> operator()(T Call::*) const {
        return std::nullopt;
    }
};

std::optional<Number> NumberOf(const Field& field, const Call& call) {
    return std::visit(NumberReader{call}, field.member);
}

bool Less(const Number& a, const Number& b) {
    if (a.index() == 0 && b.index() == 0) {
        return std::get<0>(a) < std::get<0>(b);
    }
    const auto as_double = [](const Number& n) {
        return n.index() == 0 ? static_cast<double>(std::get<0>(n)) : std::get<1>(n);
    };
    return as_double(a) < as_double(b);
}

/// The known value as text; nothing where unknown.
std::optional<std::string> TextOf(const Filter& filter, const Call& call) {
    if (filter.quantity != Quantity::kNone) {
        const OptionalInt value = Evaluate(filter.quantity, call);
        return value ? std::optional(std::to_string(*value)) : std::nullopt;
    }
    if (filter.dimension.field != nullptr) {
        std::string text = DisplayText(*filter.dimension.field, call);
        return text.empty() ? std::nullopt : std::optional<std::string>(std::move(text));
    }
    for (const auto& [name, value] : call.tags) {
        if (name == filter.tag && !value.empty()) {
            return value;
        }
    }
    return std::nullopt;
}

/// The number that a filter compares; nothing where it is unknown, or text.
std::optional<Number> NumberOf(const Filter& filter, const Call& call) {
    if (filter.quantity != Quantity::kNone) {
        const OptionalInt value = Evaluate(filter.quantity, call);
        return value ? std::optional<Number>(*value) : std::nullopt;
    }
    return filter.dimension.field != nullptr ? NumberOf(*filter.dimension.field, call)
                                             : std::nullopt;
}

bool EqualsAny(const Filter& filter, const Call& call, const std::string& text) {
    if (IsNumeric(filter)) {
        const std::optional<Number> number = NumberOf(filter, call);
        return std::any_of(
            filter.values.begin(),
            filter.values.end(),
            [&](const std::string& value) {
                const std::optional<Number> wanted = ParseNumber(value);
                return number && wanted && !Less(*number, *wanted) && !Less(*wanted, *number);
            }
        );
    }
    return std::find(filter.values.begin(), filter.values.end(), text) != filter.values.end();
}

bool InRange(const Filter& filter, const Call& call) {
    const std::optional<Number> number = NumberOf(filter, call);
    const bool at_least = filter.comparison == Comparison::kAtLeast;
    return number &&
           std::any_of(filter.values.begin(), filter.values.end(), [&](const std::string& value) {
               const std::optional<Number> bound = ParseNumber(value);
               return bound && (at_least ? !Less(*number, *bound) : !Less(*bound, *number));
           });
}

}  // namespace

std::optional<Number> ParseNumber(std::string_view text) noexcept {
    if (const std::optional<std::int64_t> whole = ParseInt(text)) {
        return Number(*whole);
    }
    if (const std::optional<double> fraction = ParseDouble(text)) {
        return Number(*fraction);
    }
    return std::nullopt;
}

bool IsNumeric(const Filter& filter) noexcept {
    return filter.quantity != Quantity::kNone ||
           (filter.dimension.field != nullptr && IsNumeric(*filter.dimension.field));
}

bool IsNumeric(const Field& field) noexcept {
    return std::holds_alternative<OptionalInt Call::*>(field.member) ||
           std::holds_alternative<OptionalMoney Call::*>(field.member) ||
           std::holds_alternative<std::optional<double> Call::*>(field.member);
}

namespace {

bool MatchesItself(const Filter& filter, const Call& call) {
    const std::optional<std::string> text = TextOf(filter, call);
    switch (filter.comparison) {
        case Comparison::kIs:
            return text && EqualsAny(filter, call, *text);
        case Comparison::kIsNot:
            return !text || !EqualsAny(filter, call, *text);
        case Comparison::kContains:
            return text &&
                   std::any_of(
                       filter.values.begin(),
                       filter.values.end(),
                       [&](const std::string& part) { return ContainsIgnoreCase(*text, part); }
                   );
        case Comparison::kAtLeast:
        case Comparison::kAtMost:
            return InRange(filter, call);
        case Comparison::kIsNull:
            return !text;
        case Comparison::kIsNotNull:
            return text.has_value();
    }
    return false;
}

}  // namespace

bool Matches(const Filter& filter, const Call& call) {
    return MatchesItself(filter, call) ||
           std::any_of(filter.or_else.begin(), filter.or_else.end(), [&](const Filter& other) {
               return Matches(other, call);
           });
}

bool MatchesAll(std::span<const Filter> filters, const Call& call) {
    return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
        return Matches(filter, call);
    });
}

bool MatchesText(std::string_view text, const Call& call, const Content* content) {
    if (content != nullptr &&
        (ContainsIgnoreCase(content->input, text) || ContainsIgnoreCase(content->output, text))) {
        return true;
    }
    const std::string call_id = ToString(call.call_id);
    const std::string_view searched[] = {
        call_id,
        call.provider_response_id,
        call.provider_request_id,
        call.trace_id,
        call.session_id,
        call.error_message};
    return std::any_of(std::begin(searched), std::end(searched), [&](std::string_view value) {
        return ContainsIgnoreCase(value, text);
    });
}

Cell GroupValue(const Filter& dimension, const Call& call) {
    if (IsNumeric(dimension)) {
        const std::optional<Number> number = NumberOf(dimension, call);
        if (!number) {
            return std::monostate();
        }
        return number->index() == 0 ? Cell(std::get<0>(*number)) : Cell(std::get<1>(*number));
    }
    std::optional<std::string> text = TextOf(dimension, call);
    return text ? Cell(std::move(*text)) : Cell();
}

Time BucketOrigin(Duration interval) noexcept {
    // 1970-01-01 was a Thursday.
    return interval.count() % kWeek.count() == 0 ? Time(4 * kDay) : Time();
}

Time BucketStart(Time time, Duration interval) noexcept {
    const Duration since = time - BucketOrigin(interval);
    Duration into = since % interval;
    if (into.count() < 0) {
        into += interval;
    }
    return time - into;
}

}  // namespace sightglass::store

#include "analytics/filter_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "analytics/names.h"
#include "store/matching.h"

namespace sightglass::analytics {
namespace {

using store::Comparison;
using store::Filter;

constexpr std::string_view kParameter = "filter";
constexpr std::string_view kTagPrefix = "tag:";
constexpr std::size_t kTextBytesMax = 16'384;
constexpr std::size_t kFiltersMax = 100;
constexpr std::size_t kValuesMax = 1'000;

/// Numbers worked out of several fields.
constexpr std::array<std::pair<std::string_view, Quantity>, 2> kQuantities = {
    {{"input_tokens", Quantity::kInputTokens}, {"total_tokens", Quantity::kTotalTokens}}};

constexpr std::array<std::pair<std::string_view, Comparison>, 7> kOperators = {{
    {"is", Comparison::kIs},
    {"is_not", Comparison::kIsNot},
    {"contains", Comparison::kContains},
    {"at_least", Comparison::kAtLeast},
    {"at_most", Comparison::kAtMost},
    {"is_null", Comparison::kIsNull},
    {"is_not_null", Comparison::kIsNotNull},
}};

const std::vector<std::string_view>& FilterNames() {
    static const auto* const names = [] {
        const auto dimensions = DimensionNames();
        auto* made = new std::vector<std::string_view>(
            dimensions.begin(),
            dimensions.end()
        );  // Lives as long as the program.
        const auto& measures = MeasureNames();
        made->insert(made->end(), measures.begin(), measures.end());
        return made;
    }();
    return *names;
}

/// A filter without comparison and values, or nothing for a name that cannot be filtered by.
std::optional<Filter> FindName(std::string_view name) {
    Filter filter;
    if (const std::optional<Dimension> dimension = FindDimension(name)) {
        filter.dimension.field = dimension->field;
        filter.tag = std::string(dimension->tag);
        return filter;
    }
    for (const auto& [quantity_name, quantity] : kQuantities) {
        if (name == quantity_name) {
            filter.quantity = quantity;
            return filter;
        }
    }
    const Field* field = FindField(name);
    if (field == nullptr || field->role != FieldRole::kMeasure) {
        return std::nullopt;
    }
    filter.dimension.field = field;
    return filter;
}

/// The length of the name in "name:…" or "tag:<name>:…"; nothing where no colon ends one.
std::optional<std::size_t> NameLength(std::string_view text) {
    const std::size_t from =
        text.substr(0, kTagPrefix.size()) == kTagPrefix ? kTagPrefix.size() : 0;
    const std::size_t colon = text.find(':', from);
    return colon == std::string_view::npos || colon == from ? std::nullopt : std::optional(colon);
}

/// Whether a filter starts here: that is what makes a comma before it the end of another.
bool StartsFilter(std::string_view text) {
    text.remove_prefix(!text.empty() && text.front() == '-' ? 1 : 0);
    const std::optional<std::size_t> length = NameLength(text);
    const std::string_view name = text.substr(0, length.value_or(0));
    return length && name.find(',') == std::string_view::npos && FindName(name).has_value();
}

/// Takes the first filter off a text that may hold several.
std::string_view TakeFilter(std::string_view& text) {
    const std::optional<std::size_t> name = NameLength(text);
    const bool is_literal = name && text.substr(*name + 1, 1) == "\\";
    std::size_t end = is_literal ? std::string_view::npos : text.find(',');
    while (end != std::string_view::npos && !StartsFilter(text.substr(end + 1))) {
        end = text.find(',', end + 1);
    }
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

/// One filter of the text form, taken apart; its name is not looked up yet.
Result<FilterText> TakeApart(std::string_view text) {
    const std::string_view whole = text;
    const bool negated = TakePrefix(text, "-");
    const std::optional<std::size_t> length = NameLength(text);
    if (!length) {
        return Refuse(kParameter, Quote(whole) + " is not name:value");
    }
    FilterText filter;
    filter.dimension = std::string(text.substr(0, *length));
    std::string_view value = text.substr(*length + 1);
    if (value == "*") {
        filter.op = negated ? "is_null" : "is_not_null";
        return filter;
    }
    const bool is_literal = TakePrefix(value, "\\");
    filter.op = negated ? "is_not" : "is";
    if (!is_literal && value.empty()) {
        return Refuse(
            kParameter,
            Quote(whole) + " has no value; '-" + filter.dimension + ":*' asks for unknown ones"
        );
    }
    for (const auto& [sign, op] :
         {std::pair{"~", "contains"}, std::pair{">=", "at_least"}, std::pair{"<=", "at_most"}}) {
        if (!is_literal && TakePrefix(value, sign)) {
            if (negated) {
                return Refuse(
                    kParameter,
                    Quote(whole) + ": '-' goes with a value, not with " + sign
                );
            }
            filter.op = op;
            break;
        }
    }
    filter.values.emplace_back(value);
    return filter;
}

/// The names that a value of this field can have; empty where any text will do.
struct VocabularyLister {
    std::vector<std::string_view> operator()(std::optional<bool> Call::*) const {
        return {"true", "false"};
    }

    template <typename Enum>
    requires std::is_enum_v<Enum> std::vector<std::string_view>

    operator()(std::optional<Enum> Call::*) const {
        std::vector<std::string_view> names;
        for (int i = 0; i < static_cast<int>(Enum::kCount_); ++i) {
            names.push_back(ToString(static_cast<Enum>(i)));
        }
        return names;
    }

    template <typename T>
    std::vector<std::string_view> operator()(T Call::*) const {
        return {};
    }
};

Status CheckNumber(std::string_view name, const std::string& value) {
    if (!store::ParseNumber(value)) {
        return Refuse(
            kParameter,
            std::string(name) + " is a number, and " + Quote(value) + " is not"
        );
    }
    return {};
}

Status CheckValue(
    const Field& field,
    Comparison comparison,
    const std::string& value,
    std::vector<std::string_view>* allowed
) {
    if (store::IsNumeric(field)) {
        return CheckNumber(field.name, value);
    }
    if (comparison == Comparison::kAtLeast || comparison == Comparison::kAtMost) {
        if (allowed != nullptr) {
            *allowed = MeasureNames();
        }
        return Refuse(
            kParameter,
            std::string(field.name) + " is not a number: >= and <= do not go with it"
        );
    }
    const std::vector<std::string_view> names = std::visit(VocabularyLister{}, field.member);
    if (!names.empty() && std::find(names.begin(), names.end(), value) == names.end()) {
        return UnknownName(
            kParameter,
            "a value of " + std::string(field.name),
            value,
            names,
            allowed
        );
    }
    return {};
}

/// Checks the values against the field; an empty one asks for unknown.
Status TakeValues(Filter& filter, const FilterText& text, std::vector<std::string_view>* allowed) {
    const bool needs_none =
        filter.comparison == Comparison::kIsNull || filter.comparison == Comparison::kIsNotNull;
    if (needs_none != text.values.empty()) {
        return Refuse(
            kParameter,
            text.dimension + " " + text.op + (needs_none ? " takes no value" : " needs a value")
        );
    }
    for (const std::string& value : text.values) {
        const Field* field = filter.dimension.field;
        if (filter.quantity != Quantity::kNone) {
            if (filter.comparison != Comparison::kContains && !value.empty()) {
                SG_TRY(CheckNumber(text.dimension, value));
            }
            continue;
        }
        if (field == nullptr && (filter.comparison == Comparison::kAtLeast ||
                                 filter.comparison == Comparison::kAtMost)) {
            return Refuse(kParameter, text.dimension + " is text: >= and <= do not go with it");
        }
        if (field != nullptr && filter.comparison != Comparison::kContains && !value.empty()) {
            SG_TRY(CheckValue(*field, filter.comparison, value, allowed));
        }
    }
    filter.values = text.values;
    const bool is_empty = filter.values.size() == 1 && filter.values.front().empty();
    if (is_empty &&
        (filter.comparison == Comparison::kIs || filter.comparison == Comparison::kIsNot)) {
        filter.comparison =
            filter.comparison == Comparison::kIs ? Comparison::kIsNull : Comparison::kIsNotNull;
        filter.values.clear();
    }
    return {};
}

Result<Filter> Check(const FilterText& text, std::vector<std::string_view>* allowed) {
    std::optional<Filter> filter = FindName(text.dimension);
    if (!filter) {
        return UnknownName(
            kParameter,
            "a name to filter by",
            text.dimension,
            FilterNames(),
            allowed
        );
    }
    const auto* const op =
        std::find_if(kOperators.begin(), kOperators.end(), [&](const auto& known) {
            return known.first == text.op;
        });
    if (op == kOperators.end()) {
        std::vector<std::string_view> names;
        for (const auto& [name, comparison] : kOperators) {
            names.push_back(name);
        }
        return UnknownName(kParameter, "an op", text.op, names, allowed);
    }
    filter->comparison = op->second;
    SG_TRY(TakeValues(*filter, text, allowed));
    return std::move(*filter);
}

/// Comparisons of one name of which any may be met; of the others all must be.
bool IsAlternative(Comparison comparison) {
    return comparison == Comparison::kIs || comparison == Comparison::kContains ||
           comparison == Comparison::kIsNull;
}

bool IsSameName(const Filter& a, const Filter& b) {
    return a.dimension.field == b.dimension.field && a.tag == b.tag && a.quantity == b.quantity;
}

/// The one of the same name and comparison, or null.
Filter* FindSame(std::vector<Filter>& filters, const Filter& wanted) {
    const auto found = std::find_if(filters.begin(), filters.end(), [&](const Filter& filter) {
        return IsSameName(filter, wanted) && filter.comparison == wanted.comparison;
    });
    return found != filters.end() ? &*found : nullptr;
}

/// Adds the values to a filter that compares the same, or the filter to the others.
void Add(std::vector<Filter>& filters, Filter added) {
    if (Filter* same = FindSame(filters, added)) {
        same->values.insert(same->values.end(), added.values.begin(), added.values.end());
    } else {
        filters.push_back(std::move(added));
    }
}

/// Adds to the filters of the same name where that means "any of", else beside them.
void Merge(std::vector<Filter>& filters, Filter added) {
    if (added.comparison == Comparison::kAtLeast || added.comparison == Comparison::kAtMost) {
        filters.push_back(std::move(added));
        return;
    }
    const auto other = std::find_if(filters.begin(), filters.end(), [&](const Filter& filter) {
        return IsSameName(filter, added) && IsAlternative(filter.comparison);
    });
    const bool joins = other != filters.end() && IsAlternative(added.comparison);
    if (joins && other->comparison != added.comparison) {
        Add(other->or_else, std::move(added));
    } else {
        Add(filters, std::move(added));
    }
}

}  // namespace

const std::vector<std::string_view>& MeasureNames() {
    static const auto* const names = [] {
        auto* made = new std::vector<std::string_view>;  // Lives as long as the program.
        for (const Field& field : Fields()) {
            if (field.role == FieldRole::kMeasure) {
                made->push_back(field.name);
            }
        }
        for (const auto& [name, quantity] : kQuantities) {
            made->push_back(name);
        }
        return made;
    }();
    return *names;
}

Result<std::vector<Filter>> ParseFilters(
    const std::vector<std::string>& texts,
    const std::vector<FilterText>& conditions,
    std::vector<std::string_view>* allowed
) {
    std::vector<FilterText> all;
    for (const std::string& text : texts) {
        if (text.size() > kTextBytesMax) {
            return Refuse(kParameter, "is longer than " + std::to_string(kTextBytesMax) + " bytes");
        }
        for (std::string_view rest = text; !rest.empty();) {
            SG_ASSIGN_OR_RETURN(FilterText taken, TakeApart(TakeFilter(rest)));
            all.push_back(std::move(taken));
        }
    }
    all.insert(all.end(), conditions.begin(), conditions.end());
    std::size_t values = 0;
    std::vector<Filter> filters;
    for (const FilterText& text : all) {
        SG_ASSIGN_OR_RETURN(Filter filter, Check(text, allowed));
        values += filter.values.size();
        Merge(filters, std::move(filter));
    }
    if (filters.size() > kFiltersMax || values > kValuesMax) {
        return Refuse(
            kParameter,
            "at most " + std::to_string(kFiltersMax) + " filters and " +
                std::to_string(kValuesMax) + " values are allowed"
        );
    }
    return filters;
}

}  // namespace sightglass::analytics

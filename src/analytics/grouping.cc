#include "analytics/grouping.h"

#include <algorithm>
#include <array>

#include "analytics/names.h"
#include "call/catalogue.h"

namespace sightglass::analytics {
namespace {

constexpr std::array<std::string_view, 3> kBandNames = {"input_tokens", "output_tokens", "hour"};
constexpr std::string_view kParameter = "dimensions";
constexpr std::size_t kTagNameBytesMax = 200;

std::optional<store::GroupBy> FindBand(std::string_view name) {
    store::GroupBy by;
    if (name == "hour") {
        by.band = store::Band::kHourOfDay;
        return by;
    }
    by.band = store::Band::kQuantity;
    if (name == "input_tokens") {
        by.of.quantity = Quantity::kInputTokens;
        return by;
    }
    if (name == "output_tokens") {
        by.of.quantity = Quantity::kOutputTokens;
        return by;
    }
    return std::nullopt;
}

std::optional<store::GroupBy> FindGroupBy(std::string_view name, bool bands) {
    if (bands) {
        if (auto band = FindBand(name)) {
            return band;
        }
    }
    const std::optional<Dimension> found = FindDimension(name);
    if (!found || found->tag.size() > kTagNameBytesMax) {
        return std::nullopt;
    }
    store::GroupBy by;
    by.of.dimension.field = found->field;
    by.of.tag = std::string(found->tag);
    return by;
}

/// The last value of a band that starts here; nothing for the last band.
std::optional<std::int64_t> BandEnd(std::int64_t edge) {
    const auto edges = store::BandEdges();
    const auto next = std::upper_bound(edges.begin(), edges.end(), edge);
    return next == edges.end() ? std::nullopt : std::optional(*next - 1);
}

std::string Text(const store::Cell& cell) {
    if (const auto* const number = std::get_if<std::int64_t>(&cell)) {
        return std::to_string(*number);
    }
    const auto* const text = std::get_if<std::string>(&cell);
    return text != nullptr ? *text : std::string();
}

/// Whether the filter syntax would read the value as something else.
bool NeedsBackslash(std::string_view value) {
    return value.find_first_of("*~><\\") == 0 || value.find(',') != std::string_view::npos;
}

std::vector<std::string_view> AllowedNames(bool bands) {
    const auto dimensions = DimensionNames();
    std::vector<std::string_view> names(dimensions.begin(), dimensions.end());
    if (bands) {
        names.insert(names.end(), kBandNames.begin(), kBandNames.end());
    }
    return names;
}

}  // namespace

std::span<const std::string_view> BandNames() noexcept {
    return kBandNames;
}

Result<std::vector<Grouping>> ParseGroupings(
    const std::vector<std::string>& lists,
    std::span<const std::string_view> otherwise,
    bool bands,
    std::vector<std::string_view>* allowed
) {
    std::vector<std::string> names = SplitLists(lists);
    if (names.empty()) {
        names.assign(otherwise.begin(), otherwise.end());
    }
    std::vector<Grouping> groupings;
    for (std::string& name : names) {
        const auto by = FindGroupBy(name, bands);
        if (!by) {
            return UnknownName(kParameter, "a dimension", name, AllowedNames(bands), allowed);
        }
        if (std::none_of(groupings.begin(), groupings.end(), [&name](const Grouping& known) {
                return known.name == name;
            })) {
            groupings.push_back({std::move(name), *by});
        }
    }
    if (groupings.size() > kDimensionsMax) {
        return Refuse(
            kParameter,
            "at most " + std::to_string(kDimensionsMax) + " dimensions are allowed"
        );
    }
    return groupings;
}

GroupValue ValueOf(const Grouping& grouping, const store::Cell& cell) {
    GroupValue value{grouping.name, std::nullopt};
    if (std::holds_alternative<std::monostate>(cell)) {
        return value;
    }
    value.value = Text(cell);
    if (grouping.by.band == store::Band::kQuantity) {
        const auto end = BandEnd(std::get<std::int64_t>(cell));
        *value.value += "-" + (end ? std::to_string(*end) : std::string());
    }
    return value;
}

std::vector<std::string> FilterOf(const Grouping& grouping, const store::Cell& cell) {
    if (grouping.by.band == store::Band::kHourOfDay) {
        return {};
    }
    if (std::holds_alternative<std::monostate>(cell)) {
        return {"-" + grouping.name + ":*"};
    }
    const std::string value = Text(cell);
    if (grouping.by.band == store::Band::kNone) {
        return {grouping.name + (NeedsBackslash(value) ? ":\\" : ":") + value};
    }
    std::vector<std::string> filters = {grouping.name + ":>=" + value};
    if (const auto end = BandEnd(std::get<std::int64_t>(cell))) {
        filters.push_back(grouping.name + ":<=" + std::to_string(*end));
    }
    return filters;
}

}  // namespace sightglass::analytics

#include "analytics/user_rows.h"

#include <cmath>
#include <utility>

#include "call/catalogue.h"

namespace sightglass::analytics {

store::Filter UserFilter(store::Comparison comparison, std::vector<std::string> users) {
    store::Filter filter;
    filter.dimension = *FindDimension("user");
    filter.comparison = comparison;
    filter.values = std::move(users);
    return filter;
}

store::Plan UserPlan(const std::vector<store::Filter>& filters, Time from, Time to) {
    store::Plan plan;
    plan.from = from;
    plan.to = to;
    plan.group_by = {UserFilter(store::Comparison::kIs, {})};
    plan.filters = filters;
    plan.filters.push_back(UserFilter(store::Comparison::kIsNotNull, {}));
    return plan;
}

std::string TextOfCell(const store::Cell& cell) {
    const auto* const text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::string() : *text;
}

std::optional<double> NumberOfCell(const store::Cell& cell) {
    if (const auto* const whole = std::get_if<std::int64_t>(&cell)) {
        return static_cast<double>(*whole);
    }
    const auto* const number = std::get_if<double>(&cell);
    return number == nullptr ? std::nullopt : std::optional<double>(*number);
}

std::int64_t CountOfCell(const store::Cell& cell) {
    return std::llround(NumberOfCell(cell).value_or(0));
}

}  // namespace sightglass::analytics

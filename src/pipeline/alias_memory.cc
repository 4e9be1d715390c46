#include "pipeline/alias_memory.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "call/catalogue.h"

namespace sightglass::pipeline {
namespace {

constexpr Duration kRemembered = std::chrono::weeks(1);
constexpr std::size_t kRowsMax = 20'000;

struct Column {
    std::string_view name;
    std::string Call::*field;
};

constexpr std::array<Column, 4> kColumns{{
    {"upstream", &Call::upstream},
    {"provider", &Call::provider},
    {"model_requested", &Call::model_requested},
    {"model", &Call::model},
}};

/// The successes of a time, newest first.
store::Plan PlanOf(Time from, Time to) {
    store::Plan plan;
    plan.from = from;
    plan.to = to;
    plan.metrics = {FindMetric("calls")};
    plan.interval = std::chrono::hours(1);
    plan.order_by = {{"time", true}};
    plan.limit = kRowsMax;
    store::Filter succeeded;
    succeeded.dimension = *FindDimension("status");
    succeeded.values = {std::string(ToString(CallStatus::kOk))};
    plan.filters = {succeeded};
    for (const Column& column : kColumns) {
        store::Filter by;
        by.dimension = *FindDimension(column.name);
        plan.group_by.push_back(std::move(by));
    }
    return plan;
}

}  // namespace

Status RememberAliases(const store::Store& store, refine::ModelAliases& aliases) {
    SG_ASSIGN_OR_RETURN(const store::StoreStats stats, store.GetStats());
    if (!stats.newest) {
        return {};
    }
    SG_ASSIGN_OR_RETURN(
        const store::Table table,
        store.Select(PlanOf(*stats.newest - kRemembered, *stats.newest + Duration(1)))
    );
    for (const auto& row : table.rows) {
        Call asked;
        const Time* const hour = std::get_if<Time>(&row.front());
        for (std::size_t i = 0; i < kColumns.size(); ++i) {
            const auto* const text = std::get_if<std::string>(&row[i + 1]);
            asked.*kColumns[i].field = text == nullptr ? std::string() : *text;
        }
        if (hour != nullptr) {
            aliases.Learn(asked, *hour);
        }
    }
    return {};
}

}  // namespace sightglass::pipeline

#include "pipeline/limit_memory.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/log.h"
#include "call/catalogue.h"

namespace sightglass::pipeline {
namespace {

constexpr Duration kWindow = std::chrono::seconds(access::SlidingWindow::kSeconds + 1);
constexpr std::size_t kPageCalls = 10'000;
/// More calls a minute than this are not remembered one by one.
constexpr std::size_t kCallsMax = 1'000'000;
constexpr std::size_t kSumsMax = 1'000'000;
constexpr double kNanoPerUsd = 1e9;

/// What money is summed by, and where a sum's row goes.
struct Column {
    std::string_view name;
    std::string Call::*field;
};

constexpr std::array<Column, 6> kColumns{{
    {"api_key", &Call::api_key},
    {"api_key_label", &Call::api_key_label},
    {"user", &Call::user},
    {"team", &Call::team},
    {"service", &Call::service},
    {"model_requested", &Call::model_requested},
}};

/// Limits hold for what the gateway lets through: what others tell of is no use of them.
store::Filter OfGateway() {
    store::Filter filter;
    filter.dimension = *FindDimension("source");
    filter.values = {std::string(ToString(Source::kGateway))};
    return filter;
}

struct Memory {
    const store::Store& store;
    access::Limiter& limiter;
    const access::RuleSet& rules;
    bool keys;
    access::Moment now;
};

Status RememberLastMinute(const Memory& memory) {
    store::CallQuery query;
    query.from = memory.now.wall - kWindow;
    query.to = memory.now.wall + Duration(1);
    query.filters = {OfGateway()};
    query.limit = kPageCalls;
    std::size_t seen = 0;
    std::vector<Call> calls;
    do {
        SG_ASSIGN_OR_RETURN(calls, memory.store.List(query));
        for (const Call& call : calls) {
            memory.limiter.Remember(memory.rules, memory.keys, call, memory.now);
        }
        if (!calls.empty()) {
            query.before = {calls.back().started_at.value_or(query.from), calls.back().call_id};
        }
        seen += calls.size();
    } while (calls.size() == kPageCalls && seen < kCallsMax);
    return {};
}

std::string TextOf(const store::Cell& cell) {
    const auto* const text = std::get_if<std::string>(&cell);
    return text != nullptr ? *text : std::string();
}

OptionalMoney MoneyOf(const store::Cell& cell) {
    double usd = 0;
    if (const auto* const number = std::get_if<double>(&cell)) {
        usd = *number;
    } else if (const auto* const whole = std::get_if<std::int64_t>(&cell)) {
        usd = static_cast<double>(*whole);
    } else {
        return std::nullopt;
    }
    return Money::FromNanoUsd(std::llround(usd * kNanoPerUsd));
}

/// The columns that the rules tell apart or match.
std::vector<Column> ColumnsOf(const Memory& memory) {
    std::array<bool, access::kLimitBys> used{};
    for (const access::ActiveRule& active : memory.rules.rules) {
        if (!active.rule.values.HasBudget()) {
            continue;
        }
        for (std::size_t by = 0; by < used.size(); ++by) {
            used[by] = used[by] || !active.rule.match[by].empty();
        }
        for (const access::LimitBy by : active.rule.per) {
            used[static_cast<std::size_t>(by)] = true;
        }
    }
    used[static_cast<std::size_t>(access::LimitBy::kKey)] =
        used[static_cast<std::size_t>(access::LimitBy::kKey)] || memory.keys;
    std::vector<Column> columns;
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        if (used[i < 2 ? 0 : i - 1]) {  // The key has two columns.
            columns.push_back(kColumns[i]);
        }
    }
    return columns;
}

/// Counts what was spent between two times as spent at `when`.
Status RememberMoney(const Memory& memory, Time from, Time to, Time when) {
    store::Plan plan;
    plan.from = from;
    plan.to = to;
    plan.filters = {OfGateway()};
    plan.limit = kSumsMax;
    plan.metrics = {FindMetric("cost_usd")};
    const std::vector<Column> columns = ColumnsOf(memory);
    for (const Column& column : columns) {
        store::Filter by;
        by.dimension = *FindDimension(column.name);
        plan.group_by.push_back(std::move(by));
    }
    SG_ASSIGN_OR_RETURN(const store::Table table, memory.store.Select(plan));
    for (const std::vector<store::Cell>& row : table.rows) {
        Call sum;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            sum.*columns[i].field = TextOf(row[i]);
        }
        sum.cost = MoneyOf(row[columns.size()]);
        memory.limiter.RememberCost(memory.rules, memory.keys, sum, {when, memory.now.second});
    }
    return {};
}

Time StartOfMonth(Time time) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return std::chrono::sys_days(date.year() / date.month() / std::chrono::day(1));
}

bool CountsMoney(const access::ActiveRule& active) {
    return active.is_new && active.rule.values.HasBudget();
}

/// What the store knows of limits that are new, and of keys at the start.
Status RememberAll(const Memory& memory) {
    const auto& all = memory.rules.rules;
    const bool any_new = std::any_of(all.begin(), all.end(), [](const access::ActiveRule& active) {
        return active.is_new;
    });
    if (any_new || memory.keys) {
        SG_TRY(RememberLastMinute(memory));
    }
    if (memory.keys || std::any_of(all.begin(), all.end(), CountsMoney)) {
        const Time now = memory.now.wall;
        const Time today = std::chrono::floor<std::chrono::days>(now);
        const Time month = StartOfMonth(now);
        if (month < today) {
            SG_TRY(RememberMoney(memory, month, today, today - Duration(1)));
        }
        SG_TRY(RememberMoney(memory, today, now + Duration(1), now));
    }
    return {};
}

}  // namespace

Status SetLimits(
    const store::Store& store,
    access::Limiter& limiter,
    std::vector<access::LimitRule> rules,
    LimitsSet when,
    const access::Moment& now
) {
    SG_TRY(access::CheckLimitRules(rules));
    const std::shared_ptr<const access::RuleSet> before = limiter.Rules().Get();
    const std::shared_ptr<const access::RuleSet> next = limiter.Prepare(std::move(rules));
    const bool keys = when == LimitsSet::kAtStart && limiter.HasKeys();
    // First the limits, then the sum: what is priced while the store adds up is charged to them.
    limiter.Publish(next);
    Status remembered = RememberAll({store, limiter, *next, keys, now});
    if (!remembered.Ok()) {
        limiter.Publish(before);
    }
    return remembered;
}

}  // namespace sightglass::pipeline

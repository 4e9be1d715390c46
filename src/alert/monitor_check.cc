#include <algorithm>
#include <cmath>

#include "alert/monitor.h"
#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "analytics/question.h"
#include "call/catalogue.h"

namespace sightglass::alert {
namespace {

using analytics::Refuse;

constexpr std::size_t kTextBytesMax = 4'000;
constexpr std::size_t kNameBytesMax = 200;
constexpr Duration kWindowMin = std::chrono::seconds(5);
constexpr Duration kWindowMax = std::chrono::hours(24 * 31);
constexpr Duration kHoldMax = std::chrono::hours(24 * 7);

bool IsOneOf(std::string_view name, const std::vector<std::string_view>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsId(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

Status CheckTexts(const Monitor& monitor) {
    if (!IsId(monitor.id)) {
        return Refuse("id", "up to 64 of a-z, 0-9, - and _ are allowed");
    }
    if (monitor.name.empty() || monitor.name.size() > kNameBytesMax) {
        return Refuse("name", "a text of 1 to 200 bytes is needed");
    }
    if (monitor.message.size() > kTextBytesMax) {
        return Refuse("message", "at most 4,000 bytes are allowed");
    }
    if (monitor.team.size() > kNameBytesMax || monitor.service.size() > kNameBytesMax) {
        return Refuse("team", "at most 200 bytes are allowed, of service too");
    }
    return {};
}

Status CheckTimes(const Monitor& monitor) {
    if (monitor.window < kWindowMin || monitor.window > kWindowMax) {
        return Refuse("window", "5s to 31d are allowed");
    }
    if (monitor.hold_for > kHoldMax || monitor.recover_for > kHoldMax) {
        return Refuse("for", "at most 7d is allowed, of recover_for too");
    }
    if (monitor.kind == Kind::kAnomaly &&
        (monitor.window < std::chrono::minutes(15) ||
         std::chrono::hours(24) % monitor.window != Duration(0))) {
        return Refuse("window", "an anomaly's is a part of a day: 15m, 30m, 1h, 2h … are allowed");
    }
    return {};
}

Status CheckQuestion(const Monitor& monitor) {
    if (monitor.kind == Kind::kHeadroom) {
        const bool plain = monitor.filter.empty() && monitor.group_by.empty();
        if (!IsOneOf(monitor.metric, HeadroomMetrics())) {
            return analytics::UnknownName(
                "metric",
                "a metric of headroom",
                monitor.metric,
                HeadroomMetrics(),
                nullptr
            );
        }
        return plain ? Status()
                     : Refuse("group_by", "headroom is by limit; no filter and group_by");
    }
    if (IsOneOf(monitor.metric, OwnMetrics())) {
        const bool plain = monitor.filter.empty() && monitor.group_by.empty();
        return plain && monitor.kind == Kind::kThreshold
                   ? Status()
                   : Refuse("metric", monitor.metric + " has no groups, and only a threshold");
    }
    const analytics::QuestionText text{
        .metrics = {monitor.metric},
        .group_by = monitor.group_by,
        .filters = {monitor.filter},
    };
    const auto question = analytics::ParseQuestion(text, Time(std::chrono::hours(24 * 365)));
    if (!question.Ok()) {
        return question.error();
    }
    if (monitor.kind == Kind::kNew && monitor.group_by.empty()) {
        return Refuse("group_by", "what may be new is needed, such as api_key or model");
    }
    return {};
}

Status CheckBurnRate(const Monitor& monitor) {
    const AlertCondition& condition = monitor.condition;
    const bool errors = condition.objective > 0;
    if (errors == (condition.limit > 0)) {
        return Refuse("condition", "either objective or limit is needed");
    }
    if (errors && (condition.objective >= 1 || monitor.metric != "error_rate")) {
        return Refuse(
            "condition.objective",
            "a share below 1 of calls that go well, of error_rate"
        );
    }
    if (!errors && condition.period < std::chrono::hours(1)) {
        return Refuse("condition.period", "1h or more is needed");
    }
    if (condition.short_window < kWindowMin || condition.short_window >= monitor.window) {
        return Refuse("condition.short_window", "5s or more, and less than window");
    }
    return {};
}

Status CheckCondition(const Monitor& monitor) {
    const AlertCondition& condition = monitor.condition;
    if (!std::isfinite(condition.value)) {
        return Refuse("condition.value", "a number is needed");
    }
    if (condition.recovery) {
        const bool beyond = condition.above ? *condition.recovery > condition.value
                                            : *condition.recovery < condition.value;
        if (beyond) {
            return Refuse("condition.recovery", "it lies on the alarming side of the threshold");
        }
    }
    if (monitor.kind == Kind::kAnomaly && condition.value <= 0) {
        return Refuse("condition.value", "how many spreads; more than 0");
    }
    if (monitor.kind == Kind::kChange && condition.period < monitor.window) {
        return Refuse("condition.period", "at least the window is needed");
    }
    if (monitor.kind == Kind::kForecast &&
        (condition.limit <= 0 || condition.period < std::chrono::hours(1))) {
        return Refuse("condition", "a limit, and a period of 1h or more, are needed");
    }
    return monitor.kind == Kind::kBurnRate ? CheckBurnRate(monitor) : Status();
}

}  // namespace

const std::vector<std::string_view>& OwnMetrics() {
    static const std::vector<std::string_view> names{
        "journal_lag_s",
        "dropped",
        "unrecorded_calls",
        "disk_used_ratio",
        "in_flight"};
    return names;
}

const std::vector<std::string_view>& HeadroomMetrics() {
    static const std::vector<std::string_view> names{"limit_used_percent", "minutes_to_429"};
    return names;
}

Status Check(const Monitor& monitor) {
    SG_TRY(CheckTexts(monitor));
    SG_TRY(CheckTimes(monitor));
    SG_TRY(CheckQuestion(monitor));
    return CheckCondition(monitor);
}

}  // namespace sightglass::alert

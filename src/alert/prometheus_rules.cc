#include "alert/prometheus_rules.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "alert/alert_text.h"
#include "analytics/filter_text.h"
#include "analytics/names.h"
#include "call/catalogue.h"
#include "codec/json_writer.h"

namespace sightglass::alert {
namespace {

constexpr std::array<std::string_view, 8> kLabels{
    "provider",
    "upstream",
    "operation",
    "model",
    "service",
    "team",
    "status",
    "error_type"};

/// The histograms call some by other names, and do not have all.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kGenAiLabels{{
    {"provider", "gen_ai_provider_name"},
    {"operation", "gen_ai_operation_name"},
    {"model", "gen_ai_response_model"},
    {"service", "service"},
    {"team", "team"},
    {"error_type", "error_type"},
}};

Error CannotTell(std::string_view what) {
    return Error{ErrorCode::kInvalidArgument, "/metrics does not tell " + std::string(what)};
}

std::string Number(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.12g", value);
    return text.data();
}

std::string Seconds(Duration duration) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(duration).count()) + "s";
}

/// In double quotes, as PromQL reads it.
std::string Quoted(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c == '\n' ? ' ' : c;
    }
    return quoted + '"';
}

/// As part of a regular expression of RE2.
std::string Literal(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

Result<std::string> LabelOf(std::string_view dimension, bool gen_ai) {
    if (gen_ai) {
        for (const auto& [name, label] : kGenAiLabels) {
            if (name == dimension) {
                return std::string(label);
            }
        }
    } else if (std::find(kLabels.begin(), kLabels.end(), dimension) != kLabels.end()) {
        return std::string(dimension);
    }
    return CannotTell("calls by " + std::string(dimension));
}

/// What Prometheus calls a comparison of a filter; empty where there is none.
std::string Selected(const store::Filter& filter, const std::string& label) {
    std::string values;
    for (const std::string& value : filter.values) {
        values += (values.empty() ? "" : "|") + Literal(value);
    }
    switch (filter.comparison) {
        case store::Comparison::kIs:
            return label + "=~" + Quoted(values);
        case store::Comparison::kIsNot:
            return label + "!~" + Quoted(values);
        case store::Comparison::kIsNull:
            return label + "=\"\"";
        case store::Comparison::kIsNotNull:
            return label + "!=\"\"";
        default:
            return {};
    }
}

/// Metrics of one monitor in PromQL.
class Expressions {
public:
    explicit Expressions(const Monitor& monitor) : monitor_(monitor) {}

    /// Over the time before `offset` ago.
    Result<std::string> Of(std::string_view metric, Duration window, Duration offset) const;

private:
    struct Range {
        Duration window;
        Duration offset;
    };

    Result<std::string> Selector(bool gen_ai, const std::string& more) const;
    Result<std::string> By(bool gen_ai, std::string_view more = {}) const;
    Result<std::string> Sum(std::string_view family, const std::string& more, Range range) const;
    Result<std::string> Quantile(const Metric& metric, Range range) const;

    const Monitor& monitor_;
};

Result<std::string> Expressions::Selector(bool gen_ai, const std::string& more) const {
    std::string selector = more;
    SG_ASSIGN_OR_RETURN(
        const std::vector<store::Filter> filters,
        analytics::ParseFilters({monitor_.filter}, {})
    );
    for (const store::Filter& filter : filters) {
        const std::string name = filter.dimension.field == nullptr
                                     ? "tag:" + filter.tag
                                     : std::string(filter.dimension.field->name);
        SG_ASSIGN_OR_RETURN(const std::string label, LabelOf(name, gen_ai));
        const std::string selected = Selected(filter, label);
        if (selected.empty() || !filter.or_else.empty()) {
            return CannotTell("what this filter asks for");
        }
        selector += (selector.empty() ? "" : ",") + selected;
    }
    return selector.empty() ? selector : "{" + selector + "}";
}

Result<std::string> Expressions::By(bool gen_ai, std::string_view more) const {
    std::string labels(more);
    for (const std::string& dimension : monitor_.group_by) {
        SG_ASSIGN_OR_RETURN(const std::string label, LabelOf(dimension, gen_ai));
        labels += (labels.empty() ? "" : ",") + label;
    }
    return "sum by (" + labels + ") ";
}

Result<std::string> Expressions::Sum(std::string_view family, const std::string& more, Range range)
    const {
    const bool gen_ai = family.starts_with("gen_ai");
    SG_ASSIGN_OR_RETURN(const std::string by, By(gen_ai));
    SG_ASSIGN_OR_RETURN(const std::string selector, Selector(gen_ai, more));
    std::string text = by + "(increase(" + std::string(family) + selector;
    text += "[" + Seconds(range.window) + "]";
    text += range.offset > Duration(0) ? " offset " + Seconds(range.offset) : "";
    return text + "))";
}

Result<std::string> Expressions::Quantile(const Metric& metric, Range range) const {
    const bool latency = metric.quantity == Quantity::kLatencyUs;
    if (!latency && metric.quantity != Quantity::kTtftUs) {
        return CannotTell(metric.name);
    }
    const std::string family = latency ? "gen_ai_client_operation_duration_seconds"
                                       : "gen_ai_server_time_to_first_token_seconds";
    SG_ASSIGN_OR_RETURN(const std::string selector, Selector(true, ""));
    const std::string time = selector + "[" + Seconds(range.window) + "]" +
                             (range.offset > Duration(0) ? " offset " + Seconds(range.offset) : "");
    if (metric.aggregate == Aggregate::kAverage) {
        SG_ASSIGN_OR_RETURN(const std::string by, By(true));
        return "1000 * " + by + "(increase(" + family + "_sum" + time + ")) / " + by +
               "(increase(" + family + "_count" + time + "))";
    }
    SG_ASSIGN_OR_RETURN(const std::string by, By(true, "le"));
    const double quantile = metric.aggregate == Aggregate::kMax ? 1.0 : metric.quantile;
    return "1000 * histogram_quantile(" + Number(quantile) + ", " + by + "(increase(" + family +
           "_bucket" + time + ")))";
}

Result<std::string> Expressions::Of(std::string_view name, Duration window, Duration offset) const {
    const Metric* const metric = FindMetric(name);
    const Range range{window, offset};
    if (metric == nullptr) {
        return CannotTell(name);
    }
    if (metric->aggregate == Aggregate::kRatio || metric->aggregate == Aggregate::kPerMinute) {
        SG_ASSIGN_OR_RETURN(const std::string over, Of(metric->numerator, window, offset));
        if (metric->aggregate == Aggregate::kPerMinute) {
            return over + " * 60 / " +
                   std::to_string(std::chrono::ceil<std::chrono::seconds>(window).count());
        }
        SG_ASSIGN_OR_RETURN(const std::string under, Of(metric->denominator, window, offset));
        // A group without any is 0 of what there is, not nothing.
        return "((" + over + ") or 0 * (" + under + ")) / (" + under + ")";
    }
    static const std::map<std::string_view, std::pair<std::string_view, std::string>> sums{
        {"calls", {"sightglass_calls_total", ""}},
        {"errors", {"sightglass_calls_total", R"(status=~"error|interrupted")"}},
        {"rate_limited",
         {"sightglass_calls_total", R"(error_type=~"provider_rate_limited|policy_limited")"}},
        {"cost_usd", {"sightglass_cost_usd_total", ""}},
        {"input_tokens", {"sightglass_tokens_total", R"(type="input")"}},
        {"cached_input_tokens", {"sightglass_tokens_total", R"(type="cached_input")"}},
        {"output_tokens", {"sightglass_tokens_total", R"(type="output")"}},
        {"reasoning_tokens", {"sightglass_tokens_total", R"(type="reasoning")"}},
        {"total_tokens", {"sightglass_tokens_total", R"(type=~"input|output")"}},
    };
    const auto found = sums.find(metric->name);
    if (found != sums.end()) {
        return Sum(found->second.first, found->second.second, range);
    }
    const bool spread = metric->aggregate == Aggregate::kQuantile ||
                        metric->aggregate == Aggregate::kMax ||
                        metric->aggregate == Aggregate::kAverage;
    return spread ? Quantile(*metric, range) : CannotTell(name);
}

std::string Compared(const std::string& left, const AlertCondition& condition, double value) {
    return "(" + left + ")" + (condition.above ? " > " : " < ") + Number(value);
}

Result<std::string> BurnRate(const Monitor& monitor, const Expressions& of) {
    const AlertCondition& condition = monitor.condition;
    std::string both;
    for (const Duration window : {monitor.window, condition.short_window}) {
        SG_ASSIGN_OR_RETURN(const std::string value, of.Of(monitor.metric, window, Duration(0)));
        double allowed = 1.0 - condition.objective;
        if (condition.objective <= 0) {
            allowed = condition.limit * static_cast<double>(window.count()) /
                      static_cast<double>(condition.period.count());
        }
        both +=
            (both.empty() ? "" : " and ") + Compared(value, condition, condition.value * allowed);
    }
    return both;
}

Result<std::string> OwnMetric(const Monitor& monitor) {
    const std::string window =
        "[" + Seconds(std::max(monitor.window, Duration(std::chrono::minutes(1)))) + "]";
    const std::map<std::string_view, std::string> own{
        {"journal_lag_s", "sightglass_pipeline_lag_seconds"},
        {"in_flight", "sightglass_gateway_in_flight_calls"},
        {"dropped",
         R"(sum(increase(sightglass_dropped_total{reason=~"derive_.*"})" + window + "))"},
        {"unrecorded_calls",
         R"(increase(sightglass_dropped_total{reason="unrecorded_call"})" + window + ")"},
    };
    const auto found = own.find(monitor.metric);
    if (found == own.end()) {
        return CannotTell(monitor.metric);
    }
    return Compared(found->second, monitor.condition, monitor.condition.value);
}

Result<std::string>
WithEnoughCalls(const Monitor& monitor, const Expressions& of, std::string text) {
    if (monitor.condition.min_calls == 0) {
        return text;
    }
    const Metric* const metric = FindMetric(monitor.metric);
    const bool gen_ai = metric != nullptr && (metric->aggregate == Aggregate::kQuantile ||
                                              metric->aggregate == Aggregate::kAverage ||
                                              metric->aggregate == Aggregate::kMax);
    if (gen_ai) {
        return text;  // Its labels have other names: they would not meet.
    }
    SG_ASSIGN_OR_RETURN(const std::string calls, of.Of("calls", monitor.window, Duration(0)));
    return text + " and (" + calls + ") >= " + std::to_string(monitor.condition.min_calls);
}

/// JSON is YAML: a text in double quotes, braces for Prometheus' templates out of the way.
std::string YamlText(std::string_view text) {
    std::string plain(text);
    for (std::size_t at = plain.find("{{"); at != std::string::npos; at = plain.find("{{", at)) {
        plain.replace(at, 2, "{ {");
    }
    std::string quoted;
    codec::AppendJsonString(plain, quoted);
    return quoted;
}

void AppendRule(const Monitor& monitor, const std::string& expression, std::string& out) {
    const Duration least = std::chrono::seconds(0);
    out += "      - alert: " + YamlText(monitor.name) + "\n";
    out += "        expr: " + YamlText(expression) + "\n";
    out += "        for: " + Seconds(std::max(monitor.hold_for, least)) + "\n";
    if (monitor.recover_for > Duration(0)) {
        out += "        keep_firing_for: " + Seconds(monitor.recover_for) + "\n";
    }
    out += "        labels: {severity: " + std::string(ToString(monitor.severity)) +
           ", monitor: " + YamlText(monitor.id);
    if (!monitor.team.empty()) {
        out += ", owner: " + YamlText(monitor.team);
    }
    out += "}\n        annotations:\n";
    out += "          summary: " + YamlText(monitor.name) + "\n";
    const std::string said =
        monitor.metric + (monitor.condition.above ? " above " : " below ") + ThresholdText(monitor);
    out += "          description: \"{{ $value }}: " + YamlText(said).substr(1) + "\n";
}

}  // namespace

Result<std::string> PromQlOf(const Monitor& monitor) {
    const auto& names = OwnMetrics();
    if (std::find(names.begin(), names.end(), monitor.metric) != names.end()) {
        return OwnMetric(monitor);
    }
    const Expressions of(monitor);
    const AlertCondition& condition = monitor.condition;
    std::string text;
    if (monitor.kind == Kind::kBurnRate) {
        SG_ASSIGN_OR_RETURN(text, BurnRate(monitor, of));
    } else if (monitor.kind == Kind::kThreshold || monitor.kind == Kind::kChange) {
        SG_ASSIGN_OR_RETURN(std::string now, of.Of(monitor.metric, monitor.window, Duration(0)));
        if (monitor.kind == Kind::kChange) {
            SG_ASSIGN_OR_RETURN(
                const std::string before,
                of.Of(monitor.metric, monitor.window, condition.period)
            );
            now = "(" + now + ") / (" + before + ") - 1";
        }
        text = Compared(now, condition, condition.value);
    } else if (monitor.metric == "limit_used_percent") {
        text = Compared(
            "100 * (1 - sightglass_remaining / sightglass_limit)",
            condition,
            condition.value
        );
    } else {
        return CannotTell(
            "what a monitor of the kind " + std::string(ToString(monitor.kind)) + " needs"
        );
    }
    return WithEnoughCalls(monitor, of, std::move(text));
}

std::string PrometheusRules(const std::vector<Monitor>& monitors) {
    std::string rules;
    std::string left_out;
    for (const Monitor& monitor : monitors) {
        if (!monitor.enabled) {
            continue;
        }
        const auto expression = PromQlOf(monitor);
        if (expression.Ok()) {
            AppendRule(monitor, *expression, rules);
        } else {
            left_out += "# " + monitor.id + " is left out: " + expression.error().message + "\n";
        }
    }
    std::string text = "# Made of Sightglass' monitors: sightglass monitors export --prometheus\n";
    text += left_out;
    text += "groups:\n  - name: sightglass\n    rules:";
    return text + (rules.empty() ? " []\n" : "\n" + rules);
}

}  // namespace sightglass::alert

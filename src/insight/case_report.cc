#include "insight/case_report.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "insight/case_texts.h"
#include "notify/digest.h"

namespace sightglass::insight {
namespace {

using analytics::CaseAnswer;
using analytics::CaseFinding;
using analytics::CaseVerdict;
using notify::EscapeEntities;

constexpr double kChartWidth = 720;
constexpr double kChartHeight = 150;

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--ink:#1b2530;--dim:#5c6a78;--line:#d5dde4;--ground:#fff;"
    "--good:#0b6b4f;--bad:#a3291f;--bar:#3a7ca5}"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6ecf1;--dim:#9fb0bf;--line:#33414e;"
    "--ground:#12181e;--good:#5fd0a8;--bad:#ff9a8d;--bar:#6fb3dc}}"
    "body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);"
    "max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}p.dim,small{color:var(--dim)}"
    "div.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line)}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "td.better{color:var(--good);font-weight:600}td.worse{color:var(--bad);font-weight:600}"
    "td.changed{font-weight:600}"
    "svg{width:100%;height:auto}svg .b{fill:var(--bar)}svg .m{stroke:var(--ink);"
    "stroke-dasharray:4 3}svg text{fill:var(--dim);font-size:11px}";

/// Text with {name} in it, and what stands there instead.
std::string Fill(
    std::string_view text,
    std::initializer_list<std::pair<std::string_view, std::string>> values
) {
    std::string filled(text);
    for (const auto& [name, value] : values) {
        const std::size_t place = filled.find(name);
        if (place != std::string::npos) {
            filled.replace(place, name.size(), value);
        }
    }
    return filled;
}

std::string Percent(const std::optional<double>& share) {
    return share ? fmt::format("{:.1f} %", *share * 100) : "–";
}

std::string Value(const Metric& metric, const std::optional<double>& value) {
    if (!value) {
        return "–";
    }
    if (metric.unit == "ms") {
        return *value >= 1'000 ? fmt::format("{:.2f} s", *value / 1'000)
                               : fmt::format("{:.0f} ms", *value);
    }
    if (metric.unit == "usd") {
        return fmt::format("${:.5f}", *value);
    }
    if (metric.unit == "ratio") {
        return Percent(value);
    }
    return metric.unit == "s" ? fmt::format("{:.0f} s", *value) : fmt::format("{:.2f}", *value);
}

std::string Change(const CaseFinding& finding, double change, std::string_view points) {
    return finding.relative ? fmt::format("{:+.1f} %", change * 100)
                            : fmt::format("{:+.1f} {}", change * 100, points);
}

std::string_view ClassOf(CaseVerdict verdict) {
    return verdict == CaseVerdict::kTooLittle ? "chance" : analytics::ToString(verdict);
}

std::string Row(const CaseFinding& finding, notify::Language language) {
    const CaseTexts& texts = CaseTextsIn(language);
    const bool known = finding.change && finding.low && finding.high;
    return fmt::format(
        "<tr><td>{}</td><td class=n>{}</td><td class=n>{}</td><td class=n>{}</td>"
        "<td class=n>{}</td><td class=\"{}\">{}</td></tr>\n",
        MetricNameIn(language, finding.metric->name),
        Value(*finding.metric, finding.before),
        Value(*finding.metric, finding.after),
        known ? Change(finding, *finding.change, texts.points) : "–",
        known ? fmt::format(
                    "{} … {}",
                    Change(finding, *finding.low, texts.points),
                    Change(finding, *finding.high, texts.points)
                )
              : "–",
        ClassOf(finding.verdict),
        VerdictNameIn(language, finding.verdict)
    );
}

/// Bars of a figure, one a day, with a line where it changed.
std::string Chart(const CaseReport& report, std::string_view metric, notify::Language language) {
    const CaseAnswer& answer = report.answer;
    const auto finding =
        std::find_if(answer.findings.begin(), answer.findings.end(), [&](const auto& one) {
            return one.metric->name == metric;
        });
    const auto place = static_cast<std::size_t>(finding - answer.findings.begin());
    double most = 0;
    for (const analytics::CaseDay& day : answer.days) {
        most = std::max(most, day.values[place].value_or(0));
    }
    if (most <= 0 || answer.days.empty()) {
        return "";
    }
    const double step = kChartWidth / static_cast<double>(answer.days.size());
    std::string svg = fmt::format(
        "<h3>{}</h3><svg viewBox=\"0 -14 {} {}\" role=img aria-label=\"{}\">",
        MetricNameIn(language, metric),
        kChartWidth,
        kChartHeight + 30,
        MetricNameIn(language, metric)
    );
    double x = 0;
    for (const analytics::CaseDay& day : answer.days) {
        const double height = day.values[place].value_or(0) / most * kChartHeight;
        svg += fmt::format(
            "<rect class=b x={:.1f} y={:.1f} width={:.1f} height={:.1f}><title>{} "
            "{}</title></rect>",
            x + 1,
            kChartHeight - height,
            std::max(1.0, step - 2),
            height,
            FormatTime(day.from).substr(0, 10),
            Value(*finding->metric, day.values[place])
        );
        if (day.from == report.question.after_from) {
            svg += fmt::format(
                "<line class=m x1={0:.1f} x2={0:.1f} y1=-14 y2={1}></line>",
                x,
                kChartHeight
            );
        }
        x += step;
    }
    return svg + fmt::format(
                     "<text x=0 y={0}>{1}</text><text x={2} y={0} text-anchor=end>{3}</text>"
                     "<text x=0 y=-3>{4}</text></svg>\n",
                     kChartHeight + 13,
                     FormatTime(answer.days.front().from).substr(0, 10),
                     kChartWidth,
                     FormatTime(answer.days.back().from).substr(0, 10),
                     Value(*finding->metric, most)
                 );
}

std::string Found(const CaseReport& report, const CaseTexts& texts) {
    const analytics::CaseSlow& slow = report.answer.slow;
    std::string html = fmt::format("<h2>1. {}</h2>\n", texts.found);
    if (!slow.threshold_ms) {
        return html + fmt::format("<p>{}</p>\n", texts.nothing_found);
    }
    html += fmt::format(
        "<p>{}</p>\n",
        Fill(
            texts.slow_shares,
            {{"{before}", Percent(slow.share_before)},
             {"{limit}", fmt::format("{:.1f} s", *slow.threshold_ms / 1'000)},
             {"{after}", Percent(slow.share_after)}}
        )
    );
    if (slow.satisfaction_slow && slow.satisfaction_fast) {
        html += fmt::format(
            "<p>{}</p>\n",
            Fill(
                texts.waiting,
                {{"{slow}", Percent(slow.satisfaction_slow)},
                 {"{fast}", Percent(slow.satisfaction_fast)}}
            )
        );
    }
    if (!slow.groups.empty()) {
        html += fmt::format("<p>{}:</p>\n<ul>", texts.slow_groups);
        for (const analytics::SlowGroup& group : slow.groups) {
            html += fmt::format(
                "<li>{} {}: {}</li>",
                EscapeEntities(group.value.dimension),
                EscapeEntities(group.value.value.value_or("–")),
                Percent(group.slow_share)
            );
        }
        html += "</ul>\n";
    }
    return html;
}

std::string Changed(const CaseReport& report, const CaseTexts& texts) {
    const Annotation& annotation = report.annotation;
    std::string html = fmt::format(
        "<h2>2. {}</h2>\n<p><strong>{}</strong> ({}), {}</p>\n",
        texts.what_changed,
        EscapeEntities(annotation.name),
        ToString(annotation.kind),
        FormatTime(annotation.at)
    );
    if (!annotation.text.empty()) {
        html += fmt::format("<p>{}</p>\n", EscapeEntities(annotation.text));
    }
    if (!report.others.empty()) {
        html += fmt::format("<p class=dim>{}:</p>\n<ul>", texts.others);
        for (const Annotation& other : report.others) {
            html += fmt::format("<li>{} {}</li>", FormatTime(other.at), EscapeEntities(other.name));
        }
        html += "</ul>\n";
    }
    return html;
}

std::string Since(const CaseReport& report, notify::Language language) {
    const CaseTexts& texts = CaseTextsIn(language);
    std::string html = fmt::format("<h2>3. {}</h2>\n", texts.since);
    if (report.question.days == 0) {
        return html + fmt::format("<p>{}</p>\n", texts.too_early);
    }
    html += fmt::format(
        "<p>{}</p>\n<div class=wide><table><thead><tr><th>{}</th><th class=n>{}</th><th "
        "class=n>{}</th><th class=n>{}</th><th class=n>{}</th><th>{}</th></tr></thead><tbody>\n",
        Fill(
            texts.days_compared,
            {{"{days}", std::to_string(report.question.days)},
             {"{weeks}", std::to_string(report.question.weeks)}}
        ),
        texts.figure,
        texts.before,
        texts.after,
        texts.change,
        texts.interval,
        texts.verdict
    );
    for (const CaseFinding& finding : report.answer.findings) {
        html += Row(finding, language);
    }
    html += fmt::format("</tbody></table></div>\n<p class=dim>{}</p>\n", texts.level);
    for (const std::string_view metric : {"latency_p95_ms", "satisfaction_rate"}) {
        html += Chart(report, metric, language);
    }
    return html;
}

}  // namespace

std::string CaseHtml(const CaseReport& report, notify::Language language) {
    const CaseTexts& texts = CaseTextsIn(language);
    std::string calls;
    for (const std::string& filter : report.filters) {
        calls.append(calls.empty() ? "" : ", ").append(filter);
    }
    const std::string name = EscapeEntities(report.annotation.name);
    return fmt::format(
               "<!doctype html>\n<html lang={}><head><meta charset=utf-8>"
               "<meta name=viewport content=\"width=device-width,initial-scale=1\">"
               "<title>{}: {}</title><style>{}</style></head><body>\n<h1>{}: {}</h1>\n"
               "<p class=dim>{}: {} · {}: {}</p>\n",
               texts.language,
               texts.title,
               name,
               kStyle,
               texts.title,
               name,
               texts.changed_at,
               FormatTime(report.annotation.at),
               texts.calls_of,
               calls.empty() ? std::string(texts.all_calls) : EscapeEntities(calls)
           ) +
           Found(report, texts) + Changed(report, texts) + Since(report, language) +
           fmt::format(
               "<p class=dim>{}: {} · Sightglass</p>\n</body></html>\n",
               texts.made_at,
               FormatTime(report.made_at)
           );
}

}  // namespace sightglass::insight

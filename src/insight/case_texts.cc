#include "insight/case_texts.h"

#include <array>
#include <cstddef>

namespace sightglass::insight {
namespace {

constexpr std::size_t kLanguages = 3;  ///< In the order of notify::Language.

constexpr std::array<CaseTexts, kLanguages> kTexts{{
    {.language = "en",
     .title = "Before and after",
     .changed_at = "Changed at",
     .calls_of = "Calls",
     .all_calls = "all",
     .found = "What was found",
     .slow_shares =
         "{before} of the answers took longer than {limit} before the change; {after} do "
         "since.",
     .slow_groups = "What such slow answers, before and after, have in common",
     .waiting = "Of users who waited so long {slow} were content, of the others {fast}.",
     .nothing_found = "There is no answer with a known duration to look at.",
     .what_changed = "What changed",
     .others = "What else was written down in these weeks",
     .since = "What is different since",
     .days_compared =
         "{days} whole days since the change, each with the same weekday {weeks} weeks "
         "earlier.",
     .too_early = "There is no whole day since the change yet.",
     .figure = "Figure",
     .before = "Before",
     .after = "After",
     .change = "Change",
     .interval = "95 % interval",
     .verdict = "Finding",
     .level = "Of cases in which nothing changes, at most one in twenty shows any finding: the "
              "figures are judged together (Holm), and days that are like their neighbours count "
              "for less.",
     .made_at = "Made at",
     .points = "points"},
    {.language = "zh-CN",
     .title = "变更前后对比",
     .changed_at = "变更时间",
     .calls_of = "调用范围",
     .all_calls = "全部",
     .found = "发现了什么",
     .slow_shares = "变更前 {before} 的回答耗时超过 {limit}；变更后为 {after}。",
     .slow_groups = "前后这些慢回答有何共同点",
     .waiting = "等待这么久的用户中 {slow} 表示满意，其他用户中为 {fast}。",
     .nothing_found = "没有已知耗时的回答可供分析。",
     .what_changed = "改变了什么",
     .others = "这几周内记录的其他变更",
     .since = "此后有何不同",
     .days_compared = "变更后完整的 {days} 天，每一天都与 {weeks} 周前的同一星期几比较。",
     .too_early = "变更后还没有满一天。",
     .figure = "指标",
     .before = "之前",
     .after = "之后",
     .change = "变化",
     .interval = "95% 区间",
     .verdict = "结论",
     .level = "在没有任何变化的案例中，最多二十分之一会出现结论：各指标一并判断（Holm "
              "法），与相邻日相似的日子权重更低。",
     .made_at = "生成时间",
     .points = "个百分点"},
    {.language = "nl",
     .title = "Ervoor en erna",
     .changed_at = "Veranderd op",
     .calls_of = "Aanroepen",
     .all_calls = "alle",
     .found = "Wat er gevonden is",
     .slow_shares = "{before} van de antwoorden duurde vóór de verandering langer dan {limit}; "
                    "daarna {after}.",
     .slow_groups = "Wat zulke trage antwoorden, ervoor en erna, gemeen hebben",
     .waiting = "Van gebruikers die zo lang wachtten was {slow} tevreden, van de anderen {fast}.",
     .nothing_found = "Er is geen antwoord met een bekende duur om naar te kijken.",
     .what_changed = "Wat er veranderde",
     .others = "Wat er in deze weken nog meer is genoteerd",
     .since = "Wat er sindsdien anders is",
     .days_compared = "{days} hele dagen sinds de verandering, elk naast dezelfde weekdag {weeks} "
                      "weken eerder.",
     .too_early = "Er is nog geen hele dag voorbij sinds de verandering.",
     .figure = "Cijfer",
     .before = "Ervoor",
     .after = "Erna",
     .change = "Verschil",
     .interval = "95%-interval",
     .verdict = "Bevinding",
     .level = "Van de gevallen waarin niets verandert toont hooguit een op de twintig een "
              "bevinding: de cijfers worden samen beoordeeld (Holm), en dagen die op hun buren "
              "lijken tellen minder mee.",
     .made_at = "Gemaakt op",
     .points = "procentpunt"},
}};

struct Named {
    std::string_view metric;
    std::array<std::string_view, kLanguages> names;
};

constexpr std::array<Named, 9> kMetrics{{
    {"latency_p50_ms", {"Response time, median", "响应时间，中位数", "Reactietijd, mediaan"}},
    {"latency_p95_ms",
     {"Response time, 95th percentile", "响应时间，95 分位", "Reactietijd, 95e percentiel"}},
    {"ttft_p50_ms", {"Time to first token, median", "首字时间，中位数", "Eerste token, mediaan"}},
    {"ttft_p95_ms",
     {"Time to first token, 95th percentile", "首字时间，95 分位", "Eerste token, 95e percentiel"}},
    {"error_rate", {"Errors", "错误率", "Fouten"}},
    {"cost_per_call_usd", {"Cost per call", "每次调用成本", "Kosten per aanroep"}},
    {"satisfaction_rate", {"Satisfaction", "满意度", "Tevredenheid"}},
    {"session_length_avg_s", {"Session length, mean", "会话时长，平均", "Sessieduur, gemiddeld"}},
    {"session_turns_avg",
     {"Turns of a session, mean", "会话轮数，平均", "Beurten per sessie, gemiddeld"}},
}};

constexpr std::array<std::array<std::string_view, 5>, kLanguages> kVerdicts{{
    {"better", "worse", "changed", "no more than chance", "too few days"},
    {"改善", "变差", "有变化", "不超出偶然", "天数不足"},
    {"beter", "slechter", "veranderd", "niet meer dan toeval", "te weinig dagen"},
}};

constexpr std::size_t IndexOf(notify::Language language) {
    return static_cast<std::size_t>(language);
}

}  // namespace

const CaseTexts& CaseTextsIn(notify::Language language) noexcept {
    return kTexts[IndexOf(language)];
}

std::string_view MetricNameIn(notify::Language language, std::string_view metric) noexcept {
    for (const Named& named : kMetrics) {
        if (named.metric == metric) {
            return named.names[IndexOf(language)];
        }
    }
    return metric;
}

std::string_view VerdictNameIn(notify::Language language, analytics::CaseVerdict verdict) noexcept {
    return kVerdicts[IndexOf(language)][static_cast<std::size_t>(verdict)];
}

}  // namespace sightglass::insight

// What a case's report says, in each language.
//
// Thread-safety: constants.
#pragma once

#include <string_view>

#include "analytics/before_after.h"
#include "notify/notify.h"

namespace sightglass::insight {

struct CaseTexts {
    std::string_view language;  ///< For the document: "zh-CN".
    std::string_view title;
    std::string_view changed_at;
    std::string_view calls_of;
    std::string_view all_calls;
    std::string_view found;
    std::string_view slow_shares;  ///< {limit} {before} {after}
    std::string_view slow_groups;
    std::string_view waiting;  ///< {slow} {fast}
    std::string_view nothing_found;
    std::string_view what_changed;
    std::string_view others;
    std::string_view since;
    std::string_view days_compared;  ///< {days} {weeks}
    std::string_view too_early;
    std::string_view figure;
    std::string_view before;
    std::string_view after;
    std::string_view change;
    std::string_view interval;
    std::string_view verdict;
    std::string_view level;
    std::string_view made_at;
    std::string_view points;
};

const CaseTexts& CaseTextsIn(notify::Language language) noexcept;
std::string_view MetricNameIn(notify::Language language, std::string_view metric) noexcept;
std::string_view VerdictNameIn(notify::Language language, analytics::CaseVerdict verdict) noexcept;

}  // namespace sightglass::insight

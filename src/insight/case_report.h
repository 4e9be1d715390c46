// A case as one page of HTML that needs nothing else: to be kept, sent and printed.
#pragma once

#include <string>
#include <vector>

#include "analytics/before_after.h"
#include "insight/annotations.h"
#include "notify/notify.h"

namespace sightglass::insight {

/// Thread-safety: plain value.
struct CaseReport {
    Annotation annotation;
    analytics::CaseQuestion question;
    analytics::CaseAnswer answer;
    std::vector<std::string> filters = {};  ///< Which calls were looked at.
    std::vector<Annotation> others = {};    ///< What else changed in the time.
    Time made_at = {};
};

/// Thread-safety: pure function.
std::string CaseHtml(const CaseReport& report, notify::Language language);

}  // namespace sightglass::insight

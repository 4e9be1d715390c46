#include "notify/notify.h"

namespace sightglass::notify {

std::string_view ToString(NoticeState state) noexcept {
    switch (state) {
        case NoticeState::kFiring:
            return "firing";
        case NoticeState::kReminder:
            return "reminder";
        case NoticeState::kResolved:
            break;
    }
    return "resolved";
}

std::string_view ToString(Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo:
            return "info";
        case Severity::kWarning:
            return "warning";
        case Severity::kCritical:
            break;
    }
    return "critical";
}

std::string_view ToString(Language language) noexcept {
    switch (language) {
        case Language::kChinese:
            return "zh";
        case Language::kDutch:
            return "nl";
        case Language::kEnglish:
            break;
    }
    return "en";
}

}  // namespace sightglass::notify

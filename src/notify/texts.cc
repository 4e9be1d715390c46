#include "notify/texts.h"

namespace sightglass::notify {
namespace {

constexpr Texts kEnglishTexts{
    .firing = "Firing",
    .reminder = "Still firing",
    .resolved = "Resolved",
    .info = "info",
    .warning = "warning",
    .critical = "critical",
    .severity = "Severity",
    .monitor = "Monitor",
    .started = "Since",
    .ended = "Ended",
    .alerts = "alerts",
    .still_firing = "still firing",
    .more = "and # more",
    .open = "Open in Sightglass",
    .test_title = "Test notice",
    .test_message = "This is a test from Sightglass. Nothing is wrong.",
};

constexpr Texts kChineseTexts{
    .firing = "\u544a\u8b66\u4e2d",
    .reminder = "\u4ecd\u5728\u544a\u8b66",
    .resolved = "\u5df2\u6062\u590d",
    .info = "\u63d0\u793a",
    .warning = "\u8b66\u544a",
    .critical = "\u4e25\u91cd",
    .severity = "\u7ea7\u522b",
    .monitor = "\u76d1\u63a7\u9879",
    .started = "\u5f00\u59cb\u65f6\u95f4",
    .ended = "\u7ed3\u675f\u65f6\u95f4",
    .alerts = "\u6761\u544a\u8b66",
    .still_firing = "\u4ecd\u5728\u544a\u8b66",
    .more = "\u53e6\u6709 # \u6761",
    .open = "\u5728 Sightglass \u4e2d\u67e5\u770b",
    .test_title = "\u6d4b\u8bd5\u901a\u77e5",
    .test_message =
        "\u8fd9\u662f\u6765\u81ea Sightglass "
        "\u7684\u6d4b\u8bd5\u901a\u77e5\uff0c\u4e00\u5207\u6b63\u5e38\u3002",
};

constexpr Texts kDutchTexts{
    .firing = "Alarm",
    .reminder = "Nog steeds alarm",
    .resolved = "Opgelost",
    .info = "info",
    .warning = "waarschuwing",
    .critical = "kritiek",
    .severity = "Ernst",
    .monitor = "Monitor",
    .started = "Sinds",
    .ended = "Ge\u00ebindigd",
    .alerts = "meldingen",
    .still_firing = "nog actief",
    .more = "en nog #",
    .open = "Openen in Sightglass",
    .test_title = "Testbericht",
    .test_message = "Dit is een test van Sightglass. Er is niets aan de hand.",
};

}  // namespace

const Texts& TextsOf(Language language) noexcept {
    switch (language) {
        case Language::kChinese:
            return kChineseTexts;
        case Language::kDutch:
            return kDutchTexts;
        case Language::kEnglish:
            break;
    }
    return kEnglishTexts;
}

std::string_view Word(const Texts& texts, NoticeState state) noexcept {
    switch (state) {
        case NoticeState::kFiring:
            return texts.firing;
        case NoticeState::kReminder:
            return texts.reminder;
        case NoticeState::kResolved:
            break;
    }
    return texts.resolved;
}

std::string_view Word(const Texts& texts, Severity severity) noexcept {
    switch (severity) {
        case Severity::kInfo:
            return texts.info;
        case Severity::kWarning:
            return texts.warning;
        case Severity::kCritical:
            break;
    }
    return texts.critical;
}

std::optional<Language> ParseLanguage(std::string_view text) noexcept {
    for (const Language language : {Language::kEnglish, Language::kChinese, Language::kDutch}) {
        if (text == ToString(language)) {
            return language;
        }
    }
    return {};
}

}  // namespace sightglass::notify

// The words that channels put around a notice, in each language.
//
// Thread-safety: constants.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "notify/notify.h"

namespace sightglass::notify {

struct Texts {
    std::string_view firing;
    std::string_view reminder;
    std::string_view resolved;
    std::string_view info;
    std::string_view warning;
    std::string_view critical;
    std::string_view severity;
    std::string_view monitor;
    std::string_view started;
    std::string_view ended;
    std::string_view alerts;  ///< "alerts", after a number.
    std::string_view still_firing;
    std::string_view more;  ///< "and # more": # is the number.
    std::string_view open;  ///< On a button or link.
    std::string_view test_title;
    std::string_view test_message;
};

const Texts& TextsOf(Language language) noexcept;

std::string_view Word(const Texts& texts, NoticeState state) noexcept;
std::string_view Word(const Texts& texts, Severity severity) noexcept;

/// "en", "zh", "nl"; nothing for anything else.
std::optional<Language> ParseLanguage(std::string_view text) noexcept;

}  // namespace sightglass::notify

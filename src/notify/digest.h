// A group of notices as the texts that people read, in the group's language: what the chat channels and
// mail have in common. How it is marked up is the channel's.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "notify/notify.h"
#include "notify/texts.h"

namespace sightglass::notify {

/// Texts are not escaped, and bounded: what a label or message says may come from a caller.
struct Digest {
    NoticeState state = NoticeState::kFiring;  ///< Resolved only where nothing fires any more.
    Severity severity = Severity::kWarning;    ///< The highest of the listed.
    std::string headline = {};                 ///< "Firing (critical): Error rate of checkout"
    std::string message = {};                  ///< One alert's own; of many, how many there are.
    std::vector<NamedText> facts = {};         ///< One alert's values, labels and times.
    std::vector<std::string> listed = {};      ///< Of many: "Firing: title", each with its group.
    std::string more = {};                     ///< "and 4,990 more"; empty where all are listed.
    std::string link = {};                     ///< http or https, or empty.
    std::string_view open = {};                ///< What to call it.
    Time at = {};                              ///< When the first of them began.
};

/// Lists at most `listed_max` of many.
Digest DigestOf(const NoticeGroup& group, std::size_t listed_max = 20);

/// How a channel marks up text.
struct Markup {
    std::string (*escape)(std::string_view text) = nullptr;
    std::string_view bold_begin = {};
    std::string_view bold_end = {};
    std::string_view line_end = "\n";
    std::string_view list_item = "- ";
};

/// Message, facts and list, one a line, as many whole lines as fit into `bytes_max`. Neither headline
/// nor link.
std::string WriteBody(const Digest& digest, const Markup& markup, std::size_t bytes_max);

/// `& < >` as entities: Slack, Telegram and HTML.
std::string EscapeEntities(std::string_view text);

/// A backslash before what Markdown would read: Discord, Teams, DingTalk, WeCom, Feishu.
std::string EscapeMarkdown(std::string_view text);

/// The text itself.
std::string AsItIs(std::string_view text);

/// At most `bytes_max` bytes, whole characters; "..." in place of what is left out.
std::string Shorten(std::string_view text, std::size_t bytes_max);

/// "#d32f2f" for critical, amber, blue; green where it is resolved.
std::string_view ColorOf(const Digest& digest) noexcept;

}  // namespace sightglass::notify

#include "notify/digest.h"

#include <algorithm>

#include "base/text.h"

namespace sightglass::notify {
namespace {

constexpr std::size_t kTitleBytesMax = 300;
constexpr std::size_t kMessageBytesMax = 1'500;
constexpr std::size_t kFactBytesMax = 200;
constexpr std::size_t kFactsMax = 24;

/// 4990 as "4,990".
std::string Grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

/// One line: line ends and other control characters would break lists and headers.
std::string OneLine(std::string_view text, std::size_t bytes_max) {
    std::string line(text);
    MakeValidUtf8(line);
    std::replace_if(
        line.begin(),
        line.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
        ' '
    );
    return Shorten(line, bytes_max);
}

std::string_view LinkOf(const NoticeGroup& group) {
    const std::string_view link = group.link.empty() ? group.notices.front().link : group.link;
    const bool web =
        StartsWithIgnoreCase(link, "https://") || StartsWithIgnoreCase(link, "http://");
    return web && link.size() <= 2'000 ? link : std::string_view();
}

void AddFacts(const Notice& notice, const Texts& texts, Digest& digest) {
    const auto add = [&digest](std::string_view name, std::string_view value) {
        if (!value.empty() && digest.facts.size() < kFactsMax) {
            digest.facts.emplace_back(OneLine(name, kFactBytesMax), OneLine(value, kFactBytesMax));
        }
    };
    for (const auto& [name, value] : notice.values) {
        add(name, value);
    }
    for (const auto& [name, value] : notice.labels) {
        add(name, value);
    }
    add(texts.severity, Word(texts, notice.severity));
    add(texts.monitor, notice.monitor_name);
    add(texts.started, notice.started_at == Time{} ? std::string() : FormatTime(notice.started_at));
    add(texts.ended, notice.ended_at == Time{} ? std::string() : FormatTime(notice.ended_at));
}

std::string ListedAs(const Notice& notice, const Texts& texts) {
    std::string line(Word(texts, notice.state));
    line += ": " + OneLine(notice.title, kFactBytesMax);
    std::string group;
    for (const auto& [name, value] : notice.labels) {
        group += (group.empty() ? "" : ", ") + name + "=" + value;
    }
    return group.empty() ? line : line + " (" + OneLine(group, kFactBytesMax) + ")";
}

void AddList(const NoticeGroup& group, std::size_t listed_max, const Texts& texts, Digest& digest) {
    digest.message = Grouped(group.total) + " " + std::string(texts.alerts);
    if (group.firing > 0 && group.firing < group.total) {
        digest.message += ", " + Grouped(group.firing) + " " + std::string(texts.still_firing);
    }
    for (const Notice& notice : group.notices) {
        if (digest.listed.size() == listed_max) {
            break;
        }
        digest.listed.push_back(ListedAs(notice, texts));
    }
    const std::int64_t left = group.total - static_cast<std::int64_t>(digest.listed.size());
    if (left > 0) {
        digest.more = texts.more;
        digest.more.replace(digest.more.find('#'), 1, Grouped(left));
    }
}

}  // namespace

Digest DigestOf(const NoticeGroup& group, std::size_t listed_max) {
    const Notice& first = group.notices.front();
    const Texts& texts = TextsOf(first.language);
    Digest digest;
    digest.state = group.firing == 0 ? NoticeState::kResolved : first.state;
    if (group.firing > 0 && digest.state == NoticeState::kResolved) {
        digest.state = NoticeState::kFiring;
    }
    digest.severity = Severity::kInfo;
    digest.at = first.started_at;
    for (const Notice& notice : group.notices) {
        digest.severity = std::max(digest.severity, notice.severity);
        digest.at = std::min(digest.at, notice.started_at);
    }
    digest.headline =
        std::string(Word(texts, digest.state)) + " (" + std::string(Word(texts, digest.severity)) +
        "): " + OneLine(group.title.empty() ? first.title : group.title, kTitleBytesMax);
    if (group.total > 1) {
        AddList(group, listed_max, texts, digest);
    } else {
        digest.message = first.message;
        MakeValidUtf8(digest.message);
        digest.message = Shorten(digest.message, kMessageBytesMax);
        AddFacts(first, texts, digest);
    }
    digest.link = LinkOf(group);
    digest.open = texts.open;
    return digest;
}

std::string WriteBody(const Digest& digest, const Markup& markup, std::size_t bytes_max) {
    std::vector<std::string> lines;
    if (!digest.message.empty()) {
        lines.push_back(markup.escape(digest.message));
    }
    for (const auto& [name, value] : digest.facts) {
        lines.push_back(
            std::string(markup.bold_begin) + markup.escape(name) + ":" +
            std::string(markup.bold_end) + " " + markup.escape(value)
        );
    }
    for (const std::string& listed : digest.listed) {
        lines.push_back(std::string(markup.list_item) + markup.escape(listed));
    }
    if (!digest.more.empty()) {
        lines.push_back(markup.escape(digest.more));
    }
    std::string text;
    for (const std::string& line : lines) {
        if (text.size() + line.size() + markup.line_end.size() > bytes_max) {
            break;  // Whole lines only: a cut in the middle would break what is marked up.
        }
        text += (text.empty() ? "" : std::string(markup.line_end)) + line;
    }
    return text;
}

std::string EscapeEntities(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '&') {
            escaped += "&amp;";
        } else if (c == '<') {
            escaped += "&lt;";
        } else if (c == '>') {
            escaped += "&gt;";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string EscapeMarkdown(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("\\`*_{}[]<>()#|~").find(c) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

std::string AsItIs(std::string_view text) {
    return std::string(text);
}

std::string Shorten(std::string_view text, std::size_t bytes_max) {
    constexpr std::string_view kLeftOut = "...";
    if (text.size() <= bytes_max) {
        return std::string(text);
    }
    std::size_t cut = bytes_max > kLeftOut.size() ? bytes_max - kLeftOut.size() : 0;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
        --cut;
    }
    return std::string(text.substr(0, cut)) + std::string(kLeftOut);
}

std::string_view ColorOf(const Digest& digest) noexcept {
    if (digest.state == NoticeState::kResolved) {
        return "#2e7d32";
    }
    switch (digest.severity) {
        case Severity::kInfo:
            return "#1976d2";
        case Severity::kWarning:
            return "#f9a825";
        case Severity::kCritical:
            break;
    }
    return "#d32f2f";
}

}  // namespace sightglass::notify

#include "notify/email/mime.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/text.h"
#include "codec/base64.h"
#include "notify/signature.h"

namespace sightglass::notify {
namespace {

constexpr std::size_t kBodyColumns = 76;

/// Base64 in lines.
std::string EncodeBody(std::string_view text) {
    const std::string encoded = codec::EncodeBase64(text);
    std::string lines;
    for (std::size_t at = 0; at < encoded.size(); at += kBodyColumns) {
        lines += encoded.substr(at, kBodyColumns) + "\r\n";
    }
    return lines;
}

/// "Sun, 22 Nov 2026 19:04:00 +0000". Source: RFC 5322, section 3.3.
std::string MailDate(Time time) {
    constexpr std::array<std::string_view, 7>
        kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12>
        kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format(
        "{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
        kDays[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()),
        kMonths[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count()
    );
}

/// An id's own text may hold anything; its hash is safe in a header.
std::string MessageId(std::string_view id) {
    constexpr std::size_t kDigits = 32;
    return "<" + Sha256Hex(id).substr(0, kDigits) + "@sightglass.invalid>";
}

void AppendPart(
    std::string_view boundary,
    std::string_view type,
    std::string_view text,
    std::string& mail
) {
    mail += fmt::format("--{}\r\nContent-Type: {}; charset=utf-8\r\n", boundary, type);
    mail += "Content-Transfer-Encoding: base64\r\n\r\n" + EncodeBody(text);
}

}  // namespace

std::string EncodeHeaderText(std::string_view text) {
    const bool plain =
        text.size() <= 60 && text.find("=?") == std::string_view::npos &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    if (plain) {
        return std::string(text);
    }
    constexpr std::size_t kWordBytes = 42;  // As base64, with what stands around it: 75 at most.
    std::string encoded;
    while (!text.empty()) {
        std::size_t cut = std::min(kWordBytes, text.size());
        while (cut > 1 && cut < text.size() &&
               (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
            --cut;
        }
        encoded += (encoded.empty() ? "" : "\r\n ");
        encoded += "=?UTF-8?B?" + codec::EncodeBase64(text.substr(0, cut)) + "?=";
        text.remove_prefix(cut);
    }
    return encoded;
}

std::string AddressIn(std::string_view text) {
    const std::size_t open = text.find('<');
    if (open != std::string_view::npos) {
        const std::size_t close = text.find('>', open);
        text = close == std::string_view::npos ? "" : text.substr(open + 1, close - open - 1);
    }
    text = Trim(text);
    const std::size_t at = text.find('@');
    const bool good =
        at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
        std::all_of(text.begin(), text.end(), [](char c) {
            return c > 0x20 && c < 0x7f &&
                   std::string_view("<>(),;:\"\\[]").find(c) == std::string_view::npos;
        });
    return good ? std::string(text) : std::string();
}

std::string WriteMail(const MailParts& parts) {
    const std::string id = MessageId(parts.id);
    const std::string boundary = "sightglass-" + Sha256Hex(id).substr(0, 24);
    std::string mail = fmt::format("Date: {}\r\nFrom: {}\r\n", MailDate(parts.at), parts.from);
    for (std::size_t i = 0; i < parts.to.size(); ++i) {
        mail += (i == 0 ? "To: " : ",\r\n ") + parts.to[i];
    }
    mail +=
        fmt::format("\r\nSubject: {}\r\nMessage-ID: {}\r\n", EncodeHeaderText(parts.subject), id);
    if (!parts.thread_id.empty()) {
        mail += "References: " + MessageId(parts.thread_id) + "\r\n";
    }
    mail += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    mail +=
        fmt::format("Content-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n", boundary);
    AppendPart(boundary, "text/plain", parts.text, mail);
    AppendPart(boundary, "text/html", parts.html, mail);
    return mail + "--" + boundary + "--\r\n";
}

}  // namespace sightglass::notify

// A mail as bytes: headers, and one text as plain and as HTML. Source: RFC 5322, 2045, 2046, 2047.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "notify/notify.h"

namespace sightglass::notify {

struct MailParts {
    std::string_view from;
    const std::vector<std::string>& to;
    std::string_view subject;
    std::string_view id;         ///< Becomes the Message-ID, so that a repeat shows as one.
    std::string_view thread_id;  ///< Mails of one alert refer to it.
    std::string_view text;
    std::string_view html;
    Time at;
};

/// Lines end with CRLF and are at most 78 bytes, whatever the texts hold.
std::string WriteMail(const MailParts& parts);

/// Words of RFC 2047 where the text is not printable ASCII; never a line end of the text's own.
std::string EncodeHeaderText(std::string_view text);

/// "ops@example.com" out of "Ops <ops@example.com>", or nothing where it is no address.
std::string AddressIn(std::string_view text);

}  // namespace sightglass::notify

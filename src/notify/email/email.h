// Mail: plain text and HTML over SMTP. Source: RFC 5322, 2045-2047, 5321.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kEmail;

}  // namespace sightglass::notify

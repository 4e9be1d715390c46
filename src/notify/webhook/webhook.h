// A webhook of one's own: our JSON or a template, signed. docs/channels.md has the format.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kWebhook;

}  // namespace sightglass::notify

// Telegram: sendMessage of a bot. Source: core.telegram.org/bots/api.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kTelegram;

}  // namespace sightglass::notify

// Discord: an embed to a webhook. Source: discord.com/developers/docs/resources/webhook.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kDiscord;

}  // namespace sightglass::notify

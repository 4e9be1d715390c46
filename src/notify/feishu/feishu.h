// Feishu and Lark: a custom bot, signed in the body. Source: open.feishu.cn, custom bots.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kFeishu;

}  // namespace sightglass::notify

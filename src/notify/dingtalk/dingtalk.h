// DingTalk: a custom robot, signed in the query part. Source: open.dingtalk.com, custom robots.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kDingTalk;

}  // namespace sightglass::notify

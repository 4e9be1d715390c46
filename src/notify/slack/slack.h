// Slack: an incoming webhook, or a bot with chat.postMessage.
// Source: api.slack.com/messaging/webhooks, api.slack.com/methods/chat.postMessage.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kSlack;

}  // namespace sightglass::notify

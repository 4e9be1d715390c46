// PagerDuty Events API v2. Source: developer.pagerduty.com/docs/events-api-v2.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kPagerDuty;

}  // namespace sightglass::notify

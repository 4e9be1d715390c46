// Prometheus Alertmanager: POST /api/v2/alerts. Source: its OpenAPI document, v2.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kAlertmanager;

}  // namespace sightglass::notify

// WeCom: a group robot. Source: developer.work.weixin.qq.com, group robots.
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kWeCom;

}  // namespace sightglass::notify

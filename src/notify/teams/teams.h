// Microsoft Teams: an Adaptive Card to a workflow's HTTP trigger.
// Source: adaptivecards.io, learn.microsoft.com (Workflows for Teams).
//
// Thread-safety: constant.
#pragma once

#include "notify/channel.h"

namespace sightglass::notify {

extern const ChannelKind kTeams;

}  // namespace sightglass::notify

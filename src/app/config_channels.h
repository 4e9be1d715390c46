// Reads `channels:` of a settings file: a list, each entry one channel.
#pragma once

#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "notify/channels.h"

namespace YAML {
class Node;
}

namespace sightglass::app {

/// Adds the entries to `channels`. A secret stands there as ${NAME} of an environment variable. Errors say
/// "FILE:LINE: what is wrong; what is allowed".
/// Thread-safety: pure, but for the environment.
Status
ReadChannels(const YAML::Node& list, const Path& file, std::vector<notify::ChannelWish>& channels);

}  // namespace sightglass::app

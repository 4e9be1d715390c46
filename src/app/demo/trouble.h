// The requests of incidents that clients bring about: an application that repeats itself, and a stranger who tries keys.
//
// Thread-safety: pure functions; the Random passed in belongs to the caller.
#pragma once

#include <string_view>

#include "app/demo/conversation.h"
#include "app/demo/random.h"

namespace sightglass::demo {

/// A request and the address that it comes from.
struct TroubleRequest {
    OutgoingRequest request;
    std::string_view client_ip;
};

/// The one request that the looping application sends again and again.
TroubleRequest LoopingRequest(Random& random);

/// The next try with a key that is none.
TroubleRequest StrangeRequest(Random& random);

}  // namespace sightglass::demo

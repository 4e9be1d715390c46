// What the handlers of the control server work with. Built once, before the first request.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "base/time.h"
#include "serve/control_server.h"
#include "serve/query_threads.h"
#include "serve/user_names.h"

namespace sightglass::serve {

class LiveFeed;
class Dashboard;

/// Thread-safety: safe for concurrent use, but for `feed`, which belongs to control-0.
struct Services {
    Services(ControlOptions given_options, const ControlDeps& given_deps);
    ~Services();
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    const ControlOptions options;
    const ControlDeps deps;
    const Time started_at;
    const std::string openapi_json;
    const std::unique_ptr<const Dashboard> dashboard;
    const std::unique_ptr<LiveFeed> feed;
    Guarded<Listeners> listeners;
    std::atomic<bool> starting{true};
    std::atomic<bool> draining{false};
    mutable UserNames user_names;
    mutable QueryThreads query_threads;
};

}  // namespace sightglass::serve

// A provider in the process: a real HTTP/1.1 server on a loopback port that speaks OpenAI's wire
// format, with models that take their time, run into limits and sometimes fail. Read responder.h
// for what it answers.
#pragma once

#include <cstdint>
#include <memory>

#include "app/demo/responder.h"
#include "base/result.h"
#include "base/time.h"

namespace sightglass::demo {

struct SimulatedProviderOptions {
    std::uint16_t port = 0;  ///< 0 takes a free one.
    ResponderOptions responder;
    double speed = 1;  ///< 2: twice as fast; 0: no waiting at all.
};

/// Thread-safety: safe for concurrent use.
class SimulatedProvider {
public:
    /// Listens on 127.0.0.1 and serves on the thread `sim-0`. kIo where the port is taken. `clock`
    /// must outlive it.
    static Result<std::unique_ptr<SimulatedProvider>>
    Start(const SimulatedProviderOptions& options, const Clock& clock);

    virtual ~SimulatedProvider() = default;

    virtual std::uint16_t Port() const noexcept = 0;

    /// Cuts off what is being answered and ends the thread. The destructor does it too.
    virtual void Stop() = 0;
};

}  // namespace sightglass::demo

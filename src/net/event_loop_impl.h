// What an EventLoop is made of. For the .cc files of this room that start operations of Asio's.
#pragma once

#include <functional>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/event_loop.h"

namespace sightglass::net {

/// Thread-safety: as EventLoop.
struct EventLoop::Impl {
    void StartTick();

    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running{
        io.get_executor()};
    boost::asio::steady_timer timer{io};
    Duration interval{};
    std::function<void()> tick;
};

}  // namespace sightglass::net

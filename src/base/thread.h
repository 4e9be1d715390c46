// Threads with names that show in `top -H`, and with their place in the queue for the processor.
//
// Thread-safety: safe for concurrent use.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>

namespace sightglass {

/// kServing asks for short slices of time, so that a thread that wakes up does not wait until another has had its own
/// (Linux 6.12 and later; nothing changes elsewhere). kBackground yields to everything that serves traffic (nicer by 10).
enum class Priority { kServing, kNormal, kBackground };

/// Starts a thread named `name` (at most 15 characters). The body gets the stop token of the
/// returned jthread.
std::jthread
StartThread(std::string name, Priority priority, std::function<void(std::stop_token)> body);

/// Fills with bytes from the operating system's random source.
void FillRandom(std::span<std::uint8_t> out);

}  // namespace sightglass

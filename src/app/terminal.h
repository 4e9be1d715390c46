// The terminal as a screen that is written anew and keys that come one by one.
#pragma once

#include <termios.h>

#include <chrono>
#include <string>
#include <string_view>

#include "app/top_view.h"

namespace sightglass::app {

/// Takes the screen of standard output and gives it back as it was, also on SIGINT, SIGTERM and SIGHUP, after which
/// Stopped() is true.
/// Thread-safety: one thread at a time, one object a process.
class Screen {
public:
    /// Whether standard output is a terminal.
    static bool IsThere();

    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    /// As large as it is now; 80 by 24 where it does not say.
    TopSize Size() const;

    void Show(std::string_view text);

    /// What was typed, as it came; empty where nothing was within `wait`.
    std::string TypedWithin(std::chrono::milliseconds wait);

    bool Stopped() const noexcept;

private:
    bool has_keys_ = false;
    ::termios before_{};
};

}  // namespace sightglass::app

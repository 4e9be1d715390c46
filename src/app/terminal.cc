#include "app/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <thread>

namespace sightglass::app {
namespace {

volatile std::sig_atomic_t stop_signal = 0;

void RememberSignal(int number) {
    stop_signal = number;
}

void Write(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace

bool Screen::IsThere() {
    return ::isatty(STDOUT_FILENO) == 1;
}

Screen::Screen() {
    struct sigaction action {};

    action.sa_handler = RememberSignal;
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaction(number, &action, nullptr);
    }
    has_keys_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (has_keys_) {
        ::termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    Write("\x1b[?1049h\x1b[?25l");  // Another screen, no cursor.
}

Screen::~Screen() {
    Write("\x1b[?25h\x1b[?1049l");
    if (has_keys_) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
}

TopSize Screen::Size() const {
    ::winsize size{};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): how the system asks.
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return {};
    }
    return {.columns = size.ws_col, .lines = size.ws_row};
}

void Screen::Show(std::string_view text) {
    std::string screen = "\x1b[H";
    for (const char c : text) {
        screen += c == '\n' ? "\x1b[K\r\n" : std::string_view(&c, 1);
    }
    Write(screen + "\x1b[J");
}

std::string Screen::TypedWithin(std::chrono::milliseconds wait) {
    if (!has_keys_) {
        std::this_thread::sleep_for(wait);
        return {};
    }
    ::pollfd keys{STDIN_FILENO, POLLIN, 0};
    std::array<char, 64> typed{};
    if (::poll(&keys, 1, static_cast<int>(wait.count())) <= 0) {
        return {};
    }
    const ::ssize_t count = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (count <= 0) {
        stop_signal = SIGHUP;  // The terminal is gone.
        return {};
    }
    return {typed.data(), static_cast<std::size_t>(count)};
}

bool Screen::Stopped() const noexcept {
    return stop_signal != 0;
}

}  // namespace sightglass::app

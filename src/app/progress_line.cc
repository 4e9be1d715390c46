#include "app/progress_line.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "app/table_text.h"
#include "base/text.h"

namespace sightglass::app {
namespace {

constexpr auto kTerminalInterval = std::chrono::milliseconds(200);
constexpr auto kPlainInterval = std::chrono::seconds(5);
constexpr std::size_t kBarCharacters = 24;

std::string Bar(double share) {
    const auto full = static_cast<std::size_t>(share * kBarCharacters);
    return "[" + std::string(full, '=') + std::string(kBarCharacters - full, ' ') + "]";
}

/// "2:05"
std::string MinutesText(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds);
    const std::string rest = std::to_string(whole % 60);
    return std::to_string(whole / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest;
}

}  // namespace

ProgressLine::ProgressLine(std::string what)
    : what_(EscapeForDisplay(what)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      begun_(Clock::now()),
      next_(
          begun_ +
          (terminal_ ? Clock::duration(kTerminalInterval) : Clock::duration(kPlainInterval))
      ) {}

void ProgressLine::Show(std::uint64_t rows, std::uint64_t bytes, std::uint64_t bytes_total) {
    const Clock::time_point now = Clock::now();
    if (now < next_) {
        return;
    }
    next_ =
        now + (terminal_ ? Clock::duration(kTerminalInterval) : Clock::duration(kPlainInterval));
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    const double rate = static_cast<double>(rows) / std::max(seconds, 0.001);
    std::string line = what_ + ": " + FormatNumber(static_cast<double>(rows), 0) + " rows, " +
                       FormatNumber(rate, 0) + " rows/s";
    if (bytes_total > 0) {
        const double share =
            std::min(1.0, static_cast<double>(bytes) / static_cast<double>(bytes_total));
        line += ", " + FormatNumber(100 * share, 0) + " %";
        if (share > 0) {
            line += ", " + MinutesText(seconds / share - seconds) + " left";
        }
        line = terminal_ ? Bar(share) + " " + line : line;
    }
    std::fprintf(stderr, terminal_ ? "\r%s\033[K" : "%s\n", line.c_str());
    shown_ = true;
}

void ProgressLine::Clear() {
    if (terminal_ && shown_) {
        std::fputs("\r\033[K", stderr);
        shown_ = false;
    }
}

}  // namespace sightglass::app

// How far a long command has come: a line that is written anew on a terminal, plain lines every few
// seconds elsewhere. On standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sightglass::app {

/// Thread-safety: one thread at a time.
class ProgressLine {
public:
    /// `what`: of what it is the progress, a file's name.
    explicit ProgressLine(std::string what);

    /// Shows `rows` read so far, and how many of the file's bytes that is; 0 of 0 bytes where its size
    /// is not known. Does nothing most of the times it is called.
    void Show(std::uint64_t rows, std::uint64_t bytes, std::uint64_t bytes_total);

    /// Takes the line off the terminal.
    void Clear();

private:
    using Clock = std::chrono::steady_clock;

    const std::string what_;
    const bool terminal_;
    const Clock::time_point begun_;
    Clock::time_point next_;
    bool shown_ = false;
};

}  // namespace sightglass::app

// Lines of a window, with their numbers.
#pragma once

#include <cstdint>
#include <string_view>

#include "capture/files/byte_source.h"

namespace sightglass::capture::files {

/// Thread-safety: one thread at a time.
class LineReader {
public:
    /// The window must outlive it.
    explicit LineReader(ByteWindow& window) noexcept : window_(window) {}

    /// The next line that is not empty, without white space around it; false at the end. `broken`
    /// says where it is longer than kRowBytesMax: then the line is empty, and passed over. Views are
    /// valid until the next call.
    Result<bool> Next(std::string_view& line, std::uint64_t& number, std::string_view& broken);

private:
    /// Consumes up to and with the next line end.
    Status SkipLine();

    ByteWindow& window_;
    std::size_t consume_ = 0;
    std::uint64_t next_number_ = 1;
};

}  // namespace sightglass::capture::files

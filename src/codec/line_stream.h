// Lines out of a stream of bytes, split anywhere: newline-delimited JSON. LF and CRLF end lines, empty lines are passed over, the
// last line needs no end (Finish). Linear time; of a line beyond the bound the middle is cut out.
//
// Source: github.com/ndjson/ndjson-spec.
#pragma once

#include <cstddef>
#include <string_view>

#include "codec/bounded_text.h"

namespace sightglass::codec {

/// Thread-safety: one thread at a time.
class LineReader {
public:
    explicit LineReader(std::size_t line_bytes_max) noexcept
        : line_bytes_max_(line_bytes_max), line_(line_bytes_max) {}

    /// Takes bytes from the front until a line ends in them (true) or they are used up (false). The
    /// views are valid until the next call.
    bool Next(std::string_view& bytes, std::string_view& line, bool& truncated);

    /// A line that was begun and not ended, at the end of the stream.
    bool Last(std::string_view& line, bool& truncated);

private:
    bool TakeHeld(std::string_view& line, bool& truncated);

    std::size_t line_bytes_max_;
    BoundedText line_;    // A line whose end has not come yet.
    bool taken_ = false;  // line_ was handed out.
};

}  // namespace sightglass::codec

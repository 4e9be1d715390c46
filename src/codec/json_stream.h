// The elements of one JSON array out of a stream of bytes, split anywhere, each as soon as it is whole: what Gemini's
// streamGenerateContent answers without `alt=sse`. Values that stand side by side without an array around them are elements too.
// The text is cut at brackets and quotes only: what an element holds is for a parser to judge. Linear time; of an element beyond
// the bound the middle is cut out.
#pragma once

#include <cstddef>
#include <string_view>

#include "codec/bounded_text.h"

namespace sightglass::codec {

/// Thread-safety: one thread at a time.
class JsonElementReader {
public:
    explicit JsonElementReader(std::size_t element_bytes_max) noexcept
        : element_bytes_max_(element_bytes_max), element_(element_bytes_max) {}

    /// Takes bytes from the front until an element ends in them (true) or they are used up (false).
    /// The views are valid until the next call.
    bool Next(std::string_view& bytes, std::string_view& element, bool& truncated);

    /// An element that was begun and not ended, at the end of the stream.
    bool Last(std::string_view& element, bool& truncated);

    /// Whether an array was begun and its closing bracket has not come.
    bool Open() const noexcept { return in_array_ || depth_ > 0; }

private:
    /// The first byte of the next element, or nothing of these bytes.
    std::size_t Start(std::string_view bytes);
    /// Just behind the element's last byte, or npos.
    std::size_t End(std::string_view bytes);

    std::size_t element_bytes_max_;
    BoundedText element_;
    std::size_t depth_ = 0;  // Open brackets of the element.
    bool in_array_ = false;
    bool begun_ = false;  // Something other than white space has come.
    bool in_string_ = false;
    bool after_backslash_ = false;
    bool taken_ = false;  // element_ was handed out.
};

}  // namespace sightglass::codec

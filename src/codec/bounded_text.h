// Text that is collected piece by piece up to a bound. Of a longer one the first three quarters of the bound and the last quarter
// are kept: what makes an event long is one text in its middle, and usage stands behind it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sightglass::codec {

/// Thread-safety: one thread at a time.
class BoundedText {
public:
    explicit BoundedText(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    /// Each byte is moved a bounded number of times, however the text is split.
    void Add(std::string_view part);

    /// What is kept. Valid until the next Add or Clear.
    std::string_view View();

    /// Whether the middle is missing.
    bool Cut() const noexcept { return cut_; }

    bool empty() const noexcept { return text_.empty(); }

    /// Keeps the memory for the next text.
    void Clear() noexcept;

private:
    std::size_t bytes_max_;
    std::string text_;
    bool cut_ = false;
};

}  // namespace sightglass::codec

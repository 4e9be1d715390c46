// Encoded bytes, read from their front: for what is written as call/encoding.h and call/span_encoding.h do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sightglass {

/// Takes bytes off the front of a text, and remembers when there were too few: from then on everything reads as zeros.
/// Thread-safety: plain value.
class EncodedInput {
public:
    explicit EncodedInput(std::string_view bytes) noexcept : bytes_(bytes) {}

    template <typename Number>
    Number TakeNumber() noexcept {
        Number number{};
        const std::string_view taken = Take(sizeof number);
        if (taken.size() == sizeof number) {
            std::memcpy(&number, taken.data(), sizeof number);
        }
        return number;
    }

    std::string_view TakeText() noexcept { return Take(TakeNumber<std::uint32_t>()); }

    std::string_view Take(std::size_t size) noexcept {
        if (size > bytes_.size()) {
            damaged_ = true;
            bytes_ = {};
            return {};
        }
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }

    bool AtEnd() const noexcept { return bytes_.empty(); }

    bool Damaged() const noexcept { return damaged_; }

private:
    std::string_view bytes_;
    bool damaged_ = false;
};

}  // namespace sightglass

// Encoded bytes, read from their front: for what is written as call/encoding.h and call/encoded_output.h do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "base/uuid.h"
#include "call/encoded_output.h"

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

    Uuid TakeUuid() noexcept {
        Uuid uuid;
        const std::string_view taken = Take(uuid.bytes.size());
        if (taken.size() == uuid.bytes.size()) {
            std::memcpy(uuid.bytes.data(), taken.data(), taken.size());
        }
        return uuid;
    }

    /// A value beyond the vocabulary is unknown.
    template <typename Enum>
    std::optional<Enum> TakeEnum() noexcept {
        const auto number = TakeNumber<std::uint8_t>();
        return number < static_cast<std::uint8_t>(Enum::kCount_)
                   ? std::optional(static_cast<Enum>(number))
                   : std::nullopt;
    }

    std::optional<Time> TakeTime() noexcept {
        const auto us = TakeNumber<std::int64_t>();
        return us == kUnknownTime ? std::optional<Time>() : std::optional(TimeFromMicros(us));
    }

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

// What images cost as input, by the providers' published formulas. They are estimates where a provider says nothing or bills
// otherwise: what was reported always wins.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sightglass::tokens {

enum class ImageDetail : std::uint8_t { kLow, kHigh };

/// Pixels.
/// Thread-safety: plain value.
struct ImageSize {
    std::int64_t width = 0;
    std::int64_t height = 0;
};

/// Tokens of one image for a model of OpenAI, Anthropic or Google; nothing where no formula is known or the size is not
/// positive. Sources: OpenAI "Images and vision" (tiles of 512, patches of 32 pixels, with the multipliers that bills show
/// where these differ from the page), Anthropic "Vision" (pixels / 750), Google "Understand and count tokens".
/// Thread-safety: pure function.
std::optional<std::int64_t>
ImageTokens(std::string_view model, ImageSize size, ImageDetail detail) noexcept;

}  // namespace sightglass::tokens

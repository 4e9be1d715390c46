#include "tokens/image_tokens.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "tokens/model_encoding.h"

namespace sightglass::tokens {
namespace {

constexpr std::int64_t kSideMax = 1 << 20;  // Of an image that is believed, pixels.

/// A base, and as much again a tile of 512 pixels.
struct TileRule {
    std::string_view model;
    std::int64_t base;
    std::int64_t tile;
};

/// Patches of 32 pixels, at most 1,536, times so many thousandths.
struct PatchRule {
    std::string_view model;
    std::int64_t thousandths;
};

/// In both tables the first beginning that fits; patches are looked at first.
constexpr std::array kPatchRules = {
    PatchRule{"gpt-4.1-mini", 1620},
    PatchRule{"gpt-4.1-nano", 2460},
    PatchRule{"o4-mini", 1720},
    PatchRule{"codex-mini", 1720},
    PatchRule{"gpt-5-mini", 1200},
    PatchRule{"gpt-5-nano", 1500},
    PatchRule{"gpt-5.2", 1200},
    PatchRule{"gpt-5.3", 1200},
    PatchRule{"gpt-5.4", 1200},
};

constexpr std::array kTileRules = {
    TileRule{"gpt-4o-mini", 2833, 5667},
    TileRule{"gpt-4o", 85, 170},
    TileRule{"chatgpt-4o", 85, 170},
    TileRule{"gpt-4.1", 85, 170},
    TileRule{"gpt-4.5", 85, 170},
    TileRule{"gpt-4-turbo", 85, 170},
    TileRule{"gpt-4-vision", 85, 170},
    TileRule{"gpt-5-chat", 70, 140},
    TileRule{"gpt-5.1", 70, 140},
    TileRule{"gpt-5", 70, 140},
    TileRule{"o1", 75, 150},
    TileRule{"o3", 75, 150},
    TileRule{"computer-use", 65, 129},
};

std::int64_t Ceil(double value) noexcept {
    return static_cast<std::int64_t>(std::ceil(value));
}

std::int64_t Parts(std::int64_t length, std::int64_t part) noexcept {
    return (length + part - 1) / part;
}

/// Fitted into 2,048 pixels square, then to a shorter side of 768.
std::int64_t TileTokens(const TileRule& rule, ImageSize size, ImageDetail detail) noexcept {
    if (detail == ImageDetail::kLow) {
        return rule.base;
    }
    auto width = static_cast<double>(size.width);
    auto height = static_cast<double>(size.height);
    const double fit = std::min(1.0, 2048.0 / std::max(width, height));
    width *= fit;
    height *= fit;
    const double shorten = std::min(1.0, 768.0 / std::min(width, height));
    // A pixel that is there by rounding alone makes no tile.
    const std::int64_t across = Ceil(width * shorten / 512.0 - 1e-6);
    const std::int64_t down = Ceil(height * shorten / 512.0 - 1e-6);
    return rule.base + rule.tile * across * down;
}

std::int64_t PatchTokens(const PatchRule& rule, ImageSize size) noexcept {
    constexpr std::int64_t kPatch = 32;
    constexpr std::int64_t kPatchesMax = 1536;
    std::int64_t patches = Parts(size.width, kPatch) * Parts(size.height, kPatch);
    if (patches > kPatchesMax) {
        // Shrunk to the bound, and a little more, so that a whole number of patches covers one side.
        const auto across = static_cast<double>(size.width) / kPatch;
        const auto down = static_cast<double>(size.height) / kPatch;
        double shrink = std::sqrt(kPatchesMax / (across * down));
        shrink *= std::min(
            std::floor(across * shrink) / (across * shrink),
            std::floor(down * shrink) / (down * shrink)
        );
        patches = std::min(kPatchesMax, Ceil(across * shrink - 1e-6) * Ceil(down * shrink - 1e-6));
    }
    return Parts(patches * rule.thousandths, 1000);
}

/// A longer side of 1,568 pixels at most, and a token for 750 pixels.
std::int64_t AnthropicTokens(ImageSize size) noexcept {
    const auto longer = static_cast<double>(std::max(size.width, size.height));
    const double fit = std::min(1.0, 1568.0 / longer);
    const double pixels =
        static_cast<double>(size.width) * static_cast<double>(size.height) * fit * fit;
    return std::min<std::int64_t>(Ceil(pixels / 750.0), 1600);
}

/// 258 a tile of 768 pixels; a small image is one.
std::int64_t GeminiTokens(ImageSize size) noexcept {
    constexpr std::int64_t kTileTokens = 258;
    if (size.width <= 384 && size.height <= 384) {
        return kTileTokens;
    }
    return kTileTokens * Parts(size.width, 768) * Parts(size.height, 768);
}

std::optional<std::int64_t>
OpenAiTokens(std::string_view name, ImageSize size, ImageDetail detail) noexcept {
    for (const PatchRule& rule : kPatchRules) {
        if (StartsWithIgnoreCase(name, rule.model)) {
            return PatchTokens(rule, size);
        }
    }
    for (const TileRule& rule : kTileRules) {
        if (StartsWithIgnoreCase(name, rule.model)) {
            return TileTokens(rule, size, detail);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::int64_t>
ImageTokens(std::string_view model, ImageSize size, ImageDetail detail) noexcept {
    if (size.width <= 0 || size.height <= 0 || size.width > kSideMax || size.height > kSideMax) {
        return std::nullopt;
    }
    switch (EncodingOfModel(model).family) {
        case Family::kAnthropic:
            return AnthropicTokens(size);
        case Family::kGemini:
            return GeminiTokens(size);
        case Family::kOpenAi:
            return OpenAiTokens(model.substr(model.rfind('/') + 1), size, detail);
        case Family::kOther:
            break;
    }
    return std::nullopt;
}

}  // namespace sightglass::tokens

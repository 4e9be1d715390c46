#include <algorithm>
#include <array>

#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr std::array kFormats = {
    &kSightglassFormat,
    &kAzureTraceFormat,
    &kBurstGptFormat,
    &kMooncakeFormat,
    &kLiteLlmSpendFormat,
    &kLiteLlmLogFormat,
    &kHeliconeFormat,
    &kLangfuseFormat,
    &kOpenAiUsageFormat,
    &kOpenAiCostsFormat,
    &kAccessLogFormat,
    &kJsonAccessLogFormat,
    &kChatGptFormat,
};

}  // namespace

std::span<const Format* const> Formats() noexcept {
    return kFormats;
}

const Format* FindFormat(std::string_view name) noexcept {
    const auto* const found =
        std::find_if(kFormats.begin(), kFormats.end(), [name](const Format* format) {
            return format->name == name;
        });
    return found == kFormats.end() ? nullptr : *found;
}

}  // namespace sightglass::capture::files

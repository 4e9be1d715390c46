#include "dialect/call_fields.h"

#include <algorithm>

#include "base/text.h"

namespace sightglass::dialect {

std::string_view Shortened(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = bytes_max;
    constexpr std::size_t kContinuationsMax = 3;
    while (end > 0 && bytes_max - end < kContinuationsMax &&
           (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) {
        --end;
    }
    return text.substr(0, end);
}

namespace {

bool IsAscii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
}

}  // namespace

void Assign(std::string& field, std::string_view text, std::size_t bytes_max) {
    if (!text.empty()) {
        field.assign(Shortened(text, bytes_max));
        if (!IsAscii(field)) {
            MakeValidUtf8(field);
        }
    }
}

void AssignUnlessSet(std::string& field, std::string_view text, std::size_t bytes_max) {
    if (field.empty()) {
        Assign(field, text, bytes_max);
    }
}

void AddTag(Call& call, std::string_view name, std::string_view value) {
    if (name.empty() || call.tags.size() >= kTagsMax) {
        return;
    }
    std::string lower;
    Assign(lower, name, kTagNameBytesMax);
    std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
    const bool present = std::any_of(call.tags.begin(), call.tags.end(), [&lower](const auto& tag) {
        return tag.first == lower;
    });
    if (!present) {
        std::string bounded;
        Assign(bounded, value, kTagValueBytesMax);
        call.tags.emplace_back(std::move(lower), std::move(bounded));
    }
}

}  // namespace sightglass::dialect

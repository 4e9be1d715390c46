// Writing what was read into a Call's text fields: bounded, and always UTF-8.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "call/call.h"

namespace sightglass::dialect {

inline constexpr std::size_t kNameBytesMax = 256;  ///< Ids, models, users, codes.
inline constexpr std::size_t kMessageBytesMax = 2048;
inline constexpr std::size_t kDocumentBytesMax = 8U << 10;  ///< Usage and params.
inline constexpr std::size_t kTagsMax = 16;
inline constexpr std::size_t kTagNameBytesMax = 64;
inline constexpr std::size_t kTagValueBytesMax = 512;

/// The start of `text`, at most `bytes_max` of it and not ending inside a character.
std::string_view Shortened(std::string_view text, std::size_t bytes_max) noexcept;

/// Sets the field, unless the text is empty. Bytes that are not UTF-8 become U+FFFD.
void Assign(std::string& field, std::string_view text, std::size_t bytes_max = kNameBytesMax);

/// The same, where the field is still empty.
void AssignUnlessSet(
    std::string& field,
    std::string_view text,
    std::size_t bytes_max = kNameBytesMax
);

/// Adds a tag, its name in lower case; not a seventeenth, nor one whose name is there.
void AddTag(Call& call, std::string_view name, std::string_view value);

}  // namespace sightglass::dialect

// What people write: names, notes, examples.
//
// Thread-safety: pure function.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace sightglass::insight {

/// Whether it has no control characters but line breaks and tabs, and at most so many bytes.
inline bool IsPlain(std::string_view text, std::size_t bytes_max) {
    return text.size() <= bytes_max && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
           });
}

}  // namespace sightglass::insight

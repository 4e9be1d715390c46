#include "codec/json_stream.h"

#include <algorithm>

namespace sightglass::codec {

bool JsonElementReader::Next(std::string_view& bytes, std::string_view& element, bool& truncated) {
    if (taken_) {
        element_.Clear();
        taken_ = false;
    }
    if (depth_ == 0) {
        bytes.remove_prefix(Start(bytes));
    }
    if (bytes.empty()) {
        return false;
    }
    const std::size_t end = End(bytes);
    if (end == std::string_view::npos) {
        element_.Add(bytes);
        bytes = {};
        return false;
    }
    const std::string_view part = bytes.substr(0, end);
    bytes.remove_prefix(end);
    truncated = false;
    if (element_.empty() && part.size() <= element_bytes_max_) {
        element = part;
        return true;
    }
    element_.Add(part);
    element = element_.View();
    truncated = element_.Cut();
    taken_ = true;
    return true;
}

/// Only objects and arrays are elements: numbers and words between them tell nothing.
std::size_t JsonElementReader::Start(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        const bool opens = c == '{' || c == '[';
        if (c == '[' && !begun_) {
            in_array_ = true;
        } else if (opens) {
            begun_ = true;
            return at;
        } else if (c == ']') {
            in_array_ = false;
        }
        begun_ = begun_ || opens;
    }
    return bytes.size();
}

std::size_t JsonElementReader::End(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (after_backslash_) {
            after_backslash_ = false;
        } else if (in_string_) {
            after_backslash_ = c == '\\';
            in_string_ = c != '"';
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{' || c == '[') {
            ++depth_;
        } else if ((c == '}' || c == ']') && --depth_ == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

bool JsonElementReader::Last(std::string_view& element, bool& truncated) {
    if (taken_ || element_.empty()) {
        return false;
    }
    element = element_.View();
    truncated = true;
    taken_ = true;
    return true;
}

}  // namespace sightglass::codec

#include "codec/sse.h"

#include <algorithm>
#include <cstring>

namespace sightglass::codec {
namespace {

/// Bytes searched at a time for both kinds of line end. Keeps the search linear where only one kind
/// occurs.
constexpr std::size_t kWindow = 512;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The first CR or LF, or the size where there is none.
std::size_t FindLineEnd(std::string_view bytes) noexcept {
    for (std::size_t from = 0; from < bytes.size(); from += kWindow) {
        const char* window = bytes.data() + from;
        std::size_t size = std::min(kWindow, bytes.size() - from);
        const void* lf = std::memchr(window, '\n', size);
        if (lf != nullptr) {
            size = static_cast<std::size_t>(static_cast<const char*>(lf) - window);
        }
        const void* cr = std::memchr(window, '\r', size);
        if (cr != nullptr) {
            return static_cast<std::size_t>(static_cast<const char*>(cr) - bytes.data());
        }
        if (lf != nullptr) {
            return from + size;
        }
    }
    return bytes.size();
}

}  // namespace

bool SseReader::Next(std::string_view& bytes, SseEvent& event) {
    while (!bytes.empty()) {
        if (after_cr_) {
            after_cr_ = false;
            if (bytes.front() == '\n') {
                bytes.remove_prefix(1);
                continue;
            }
        }
        const std::size_t end = FindLineEnd(bytes);
        const std::string_view part = bytes.substr(0, end);
        if (end == bytes.size()) {
            line_.Add(part);
            bytes = {};
            return false;
        }
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        bool ends_event = false;
        if (line_.empty() && part.size() <= event_bytes_max_) {
            ends_event = TakeLine(part);
        } else {
            line_.Add(part);
            ends_event = TakeLine(line_.View());
            line_.Clear();
        }
        if (ends_event) {
            event = {name_, data_.View(), truncated_};
            return true;
        }
    }
    return false;
}

bool SseReader::Last(SseEvent& event) {
    if (!line_.empty()) {
        TakeLine(line_.View());
    }
    event = {name_, data_.View(), truncated_};
    return has_data_;
}

bool SseReader::TakeLine(std::string_view line) {
    if (first_line_) {
        first_line_ = false;
        if (line.starts_with(kByteOrderMark)) {
            line.remove_prefix(kByteOrderMark.size());
        }
    }
    if (line.empty()) {
        if (!has_data_) {
            name_.clear();
        }
        return has_data_;
    }
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value;
    if (colon != std::string_view::npos) {
        value = line.substr(colon + 1);
        if (value.starts_with(' ')) {
            value.remove_prefix(1);
        }
    }
    if (field == "data") {
        TakeData(value);
    } else if (field == "event") {
        name_ = value;
    }
    return false;
}

void SseReader::TakeData(std::string_view value) {
    if (has_data_) {
        data_.Add("\n");
    }
    has_data_ = true;
    data_.Add(value);
    truncated_ = truncated_ || line_.Cut() || data_.Cut();
}

void SseReader::Clear() noexcept {
    data_.Clear();
    name_.clear();
    has_data_ = false;
    truncated_ = false;
}

void SseReader::Reset() noexcept {
    Clear();
    line_.Clear();
    after_cr_ = false;
    first_line_ = true;
}

}  // namespace sightglass::codec

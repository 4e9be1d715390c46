#include "capture/gateway/event_tail.h"

#include <string.h>

#include <algorithm>

namespace sightglass::capture {
namespace {

/// Whether the line feed at `at` ends an empty line: "\n\n" or "\n\r\n".
bool EndsEvent(std::string_view text, std::size_t at) noexcept {
    if (at >= 1 && text[at - 1] == '\n') {
        return true;
    }
    return at >= 2 && text[at - 1] == '\r' && text[at - 2] == '\n';
}

}  // namespace

void EventTail::Add(std::string_view bytes) {
    if (text_.size() + bytes.size() > room_) {
        MakeRoom(bytes.size());
    }
    text_.append(bytes);
}

/// Moves what is kept only when as much again has come, so that the moving costs a constant time a byte.
void EventTail::MakeRoom(std::size_t size) {
    const std::size_t start = StartOfLastEvents();
    if (start > 0) {
        text_.erase(0, start);
        cut_ = false;
    }
    if (text_.size() > bytes_max_) {
        text_.erase(0, text_.size() - bytes_max_);
        cut_ = true;
    }
    while ((text_.size() + size) * 2 > room_ && room_ < bytes_max_ * 2) {
        room_ *= 2;
    }
}

std::size_t EventTail::StartOfLastEvents() const noexcept {
    std::size_t end = text_.size();
    int events = 0;
    while (end > 0) {
        const void* const found = ::memrchr(text_.data(), '\n', end);
        if (found == nullptr) {
            return 0;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
        // The event that is still open counts as one; what precedes the last kEventsKept goes.
        if (EndsEvent(text_, at) && ++events > kEventsKept) {
            return at + 1;
        }
        end = at;
    }
    return 0;
}

void EventTail::Reset() noexcept {
    text_.clear();
    if (text_.capacity() > kRoomMin) {
        text_ = std::string();
    }
    room_ = kRoomMin;
    cut_ = false;
}

}  // namespace sightglass::capture

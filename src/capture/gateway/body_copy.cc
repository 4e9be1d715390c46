#include "capture/gateway/body_copy.h"

#include <algorithm>

namespace sightglass::capture {
namespace {

/// Memory that a copy keeps for the next one.
constexpr std::size_t kKeptBytesMax = 4U << 10;

void Empty(std::string& text) noexcept {
    text.clear();
    if (text.capacity() > kKeptBytesMax) {
        text = std::string();
    }
}

}  // namespace

void BodyCopy::Borrow(std::string_view bytes) {
    if (total_ == 0 && bytes.size() <= bytes_max_) {
        borrowed_ = bytes;
        total_ = bytes.size();
    } else {
        Add(bytes);
    }
}

void BodyCopy::Own() {
    head_.append(borrowed_);
    borrowed_ = {};
}

void BodyCopy::Add(std::string_view bytes) {
    Own();
    total_ += bytes.size();
    const std::size_t room = bytes_max_ - head_.size();
    head_.append(bytes.substr(0, room));
    if (bytes.size() <= room) {
        return;
    }
    bytes.remove_prefix(room);
    bytes.remove_prefix(bytes.size() - std::min(bytes.size(), kTailBytes));
    if (tail_.size() + bytes.size() > 2 * kTailBytes) {
        tail_.erase(0, tail_.size() - std::min(tail_.size(), kTailBytes));
    }
    tail_.append(bytes);
}

void BodyCopy::Reset() noexcept {
    total_ = 0;
    borrowed_ = {};
    Empty(head_);
    Empty(tail_);
}

}  // namespace sightglass::capture

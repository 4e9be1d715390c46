#include "codec/bounded_text.h"

#include <algorithm>

namespace sightglass::codec {

void BoundedText::Add(std::string_view part) {
    if (text_.size() + part.size() <= bytes_max_) {
        text_.append(part);
        return;
    }
    cut_ = true;
    const std::size_t last_max = bytes_max_ / 4;
    const std::size_t first_max = bytes_max_ - last_max;
    if (text_.size() < first_max) {
        const std::size_t missing = std::min(first_max - text_.size(), part.size());
        text_.append(part.substr(0, missing));
        part.remove_prefix(missing);
    }
    if (part.size() >= last_max) {
        text_.resize(first_max);
        text_.append(part.substr(part.size() - last_max));
        return;
    }
    text_.append(part);
    if (text_.size() > bytes_max_ + last_max) {
        View();
    }
}

std::string_view BoundedText::View() {
    if (text_.size() > bytes_max_) {
        const std::size_t first_max = bytes_max_ - bytes_max_ / 4;
        text_.erase(first_max, text_.size() - bytes_max_);
    }
    return text_;
}

void BoundedText::Clear() noexcept {
    text_.clear();
    cut_ = false;
}

}  // namespace sightglass::codec

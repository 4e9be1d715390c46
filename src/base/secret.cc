#include "base/secret.h"

#include <cstring>

namespace sightglass {

Secret::~Secret() {
    explicit_bzero(text_.data(), text_.size());
}

bool EqualInConstantTime(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) {
        return false;
    }
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    }
    return difference == 0;
}

}  // namespace sightglass

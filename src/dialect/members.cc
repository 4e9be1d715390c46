#include "dialect/members.h"

namespace sightglass::dialect {

Members::Members(codec::JsonValue object) : object_(object) {
    object.ForEach([this](std::string_view key, codec::JsonValue value) {
        if (count_ == members_.size()) {
            complete_ = false;
            bits_ = ~std::uint64_t{0};
            return false;
        }
        members_[count_] = {key, value};
        bits_ |= BitOf(key);
        ++count_;
        return true;
    });
}

codec::JsonValue Members::Search(std::string_view key) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
        if (members_[i].key == key) {
            return members_[i].value;
        }
    }
    return complete_ ? codec::JsonValue() : object_.Get(key);
}

}  // namespace sightglass::dialect

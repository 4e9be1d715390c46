#include "dialect/members.h"

namespace sightglass::dialect {

Members::Members(codec::JsonValue object) : object_(object) {
    object.ForEach([this](std::string_view key, codec::JsonValue value) {
        complete_ = count_ < members_.size();
        if (complete_) {
            members_[count_] = {key, value};
            ++count_;
        }
        return complete_;
    });
}

codec::JsonValue Members::Get(std::string_view key) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
        if (members_[i].key == key) {
            return members_[i].value;
        }
    }
    return complete_ ? codec::JsonValue() : object_.Get(key);
}

}  // namespace sightglass::dialect

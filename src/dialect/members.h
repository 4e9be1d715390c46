// The members of one object, laid out for many look-ups: a request is asked for fifty names, most of which it does not have.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "codec/json.h"

namespace sightglass::dialect {

/// Thread-safety: plain value over immutable data; valid as long as the document.
class Members {
public:
    explicit Members(codec::JsonValue object);

    /// As JsonValue::Get.
    codec::JsonValue Get(std::string_view key) const noexcept;

private:
    struct Member {
        std::string_view key;
        codec::JsonValue value;
    };

    codec::JsonValue object_;
    std::array<Member, 32> members_;
    std::size_t count_ = 0;
    bool complete_ =
        true;  // False where there are more than fit, which are then looked for in the object.
};

}  // namespace sightglass::dialect

// The members of one object, laid out for many look-ups: a request is asked for fifty names, most of which it does not have.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/json.h"

namespace sightglass::dialect {

/// Thread-safety: plain value over immutable data; valid as long as the document.
class Members {
public:
    explicit Members(codec::JsonValue object);

    /// As JsonValue::Get.
    codec::JsonValue Get(std::string_view key) const noexcept {
        return (bits_ & BitOf(key)) != 0 ? Search(key) : codec::JsonValue();
    }

    codec::JsonValue object() const noexcept { return object_; }

private:
    struct Member {
        std::string_view key;
        codec::JsonValue value;
    };

    /// One of 64 bits; most names that are asked for and absent have none set.
    static std::uint64_t BitOf(std::string_view key) noexcept;

    codec::JsonValue Search(std::string_view key) const noexcept;

    codec::JsonValue object_;
    std::array<Member, 32> members_;
    std::uint64_t bits_ = 0;  ///< Of all keys.
    std::size_t count_ = 0;
    bool complete_ =
        true;  // False where there are more than fit, which are then looked for in the object.
};

inline std::uint64_t Members::BitOf(std::string_view key) noexcept {
    if (key.empty()) {
        return 1;
    }
    const auto first = static_cast<unsigned char>(key.front());
    const auto last = static_cast<unsigned char>(key.back());
    return std::uint64_t{1} << ((key.size() * 7 + first * 5U + last) & 63U);
}

}  // namespace sightglass::dialect

// A bounded copy of a body: all of it where it fits, else its first and last part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sightglass::capture {

/// Thread-safety: one thread.
class BodyCopy {
public:
    explicit BodyCopy(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    void Add(std::string_view bytes);

    /// The same for bytes that lie still until Own(): a body that comes in one piece is not copied.
    void Borrow(std::string_view bytes);

    /// Copies what is borrowed.
    void Own();

    /// The whole, or the first part of it where Truncated().
    std::string_view Head() const noexcept {
        return borrowed_.empty() ? std::string_view(head_) : borrowed_;
    }

    /// The last part, where Truncated().
    std::string_view Tail() const noexcept { return tail_; }

    bool Truncated() const noexcept { return total_ > Head().size(); }

    void Reset() noexcept;

    static constexpr std::size_t kTailBytes = 64U << 10;

private:
    std::size_t bytes_max_;
    std::uint64_t total_ = 0;
    std::string_view borrowed_;  ///< All of it so far; head_ is empty then.
    std::string head_;
    std::string tail_;
};

}  // namespace sightglass::capture

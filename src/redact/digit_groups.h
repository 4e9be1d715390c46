// Digits in groups, as people write numbers: "+31 (0)20 123 45 67", "4111-1111-1111-1111".
//
// Thread-safety: plain value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sightglass::redact {

/// What stands between two groups.
enum class Gap : std::uint8_t { kNone, kSpace, kHyphen, kDot, kSlash, kBracket };

/// The groups from one place of a text on, as far as single separators hold them together: eight of them and 24 digits at most.
/// No-break spaces and typographic hyphens count as the plain ones. Views the text.
class DigitGroups {
public:
    static constexpr std::size_t kGroupsMax = 8;
    static constexpr std::size_t kDigitsMax = 24;

    /// `at` is a digit. No groups where the first is longer than kDigitsMax.
    DigitGroups(std::string_view text, std::size_t at);

    std::size_t Count() const noexcept { return count_; }

    /// How many digits the first `n` groups have.
    std::size_t Total(std::size_t n) const noexcept { return n == 0 ? 0 : groups_[n - 1].total; }

    std::size_t AllDigits() const noexcept { return Total(count_); }

    std::size_t SizeOf(std::size_t i) const noexcept { return Total(i + 1) - Total(i); }

    /// What stands before group `i`.
    Gap GapBefore(std::size_t i) const noexcept { return groups_[i].gap; }

    std::size_t EndOf(std::size_t n) const noexcept { return groups_[n - 1].end; }

    std::string_view Digits(std::size_t n) const noexcept { return {digits_.data(), Total(n)}; }

    /// The digits of group `i`.
    std::string_view Group(std::size_t i) const noexcept {
        return {digits_.data() + Total(i), SizeOf(i)};
    }

    /// Whether the groups from `first` on, `sizes.size()` of them, have these sizes: "444".
    bool SizesAre(std::string_view sizes, std::size_t first = 0) const noexcept;

    /// Whether all gaps before the groups (first, last] are `gap`.
    bool GapsAre(Gap gap, std::size_t first, std::size_t last) const noexcept;

private:
    struct Place {
        std::size_t end = 0;
        std::size_t total = 0;
        Gap gap = Gap::kNone;
    };

    bool TakeGroup(std::string_view text, std::size_t& at, Gap gap) noexcept;

    std::array<char, kDigitsMax> digits_;
    std::array<Place, kGroupsMax> groups_;
    std::size_t count_ = 0;
};

}  // namespace sightglass::redact

// Money: integer nano-dollars (1e-9 USD). Arithmetic saturates; nothing is ever a floating-point
// number until shown.
//
// Thread-safety: plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>

namespace sightglass {

/// An amount of US dollars in units of 1e-9. Range ±9.2e9 USD; sums saturate at its ends.
class Money {
public:
    constexpr Money() = default;

    static constexpr Money FromNanoUsd(std::int64_t nano_usd) noexcept { return Money(nano_usd); }

    constexpr std::int64_t nano_usd() const noexcept { return nano_usd_; }

    /// For display only.
    constexpr double ToUsd() const noexcept { return static_cast<double>(nano_usd_) * 1e-9; }

    friend constexpr Money operator+(Money a, Money b) noexcept {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(a.nano_usd_, b.nano_usd_, &sum)) {
            sum = a.nano_usd_ > 0 ? std::numeric_limits<std::int64_t>::max()
                                  : std::numeric_limits<std::int64_t>::min();
        }
        return Money(sum);
    }

    constexpr Money& operator+=(Money other) noexcept { return *this = *this + other; }

    friend constexpr auto operator<=>(Money, Money) noexcept = default;

private:
    explicit constexpr Money(std::int64_t nano_usd) noexcept : nano_usd_(nano_usd) {}

    std::int64_t nano_usd_ = 0;
};

/// "0.001234567": dollars without a sign or grouping, trailing zeros dropped.
std::string FormatUsd(Money money);

}  // namespace sightglass

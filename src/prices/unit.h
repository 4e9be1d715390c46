// What providers charge for: tokens of each kind, seconds, pages, characters, searches, requests. The names are those of
// npm's @pydantic/genai-prices (its units), so that its data and ours speak of the same; the last few are ours.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sightglass::prices {

/// How many of a unit its price is for.
enum class Per : std::uint8_t {
    kMillion,
    kThousand,
    kHour,  ///< Of seconds, which are counted in thousandths.
    kBillion,
};

/// Of which part of a Call's cost it is.
enum class Part : std::uint8_t { kInput, kCached, kCacheWrite, kOutput, kOther, kCount_ };

struct Unit {
    std::string_view name;        ///< Of a count: "cache_read_tokens".
    std::string_view price_name;  ///< Of its price: "cache_read_mtok".
    Per per;
    /// A letter each for family, direction, modality, type, lifetime and kind of tool or page; '-' where it is any.
    std::string_view kind;

    constexpr bool IsTokens() const noexcept { return kind[0] == 't'; }

    constexpr bool IsDuration() const noexcept { return per == Per::kHour; }
};

inline constexpr std::size_t kUnitCount = 63;

/// By name.
using UnitNumber = std::uint8_t;

std::span<const Unit, kUnitCount> Units() noexcept;

std::optional<UnitNumber> FindUnit(std::string_view name) noexcept;
std::optional<UnitNumber> FindUnitOfPrice(std::string_view price_name) noexcept;

/// Whether what `inner` counts is counted by `outer` as well: cached tokens are input tokens.
bool Holds(const Unit& outer, const Unit& inner) noexcept;

/// How much of it is said: the more, the more special.
int Depth(const Unit& unit) noexcept;

Part PartOf(const Unit& unit) noexcept;

/// How many of each unit. Those of durations are milliseconds.
///
/// A count says how many there were of that kind in all, more special ones included: input tokens hold cached tokens.
struct Usage {
    std::array<std::int64_t, kUnitCount> counts{};
    /// Where the counts are of several requests: the input of each of them, by which a rate may differ (Rate::Tier).
    std::optional<std::int64_t> input_of_each = std::nullopt;

    std::int64_t Of(UnitNumber unit) const noexcept { return counts[unit]; }
};

}  // namespace sightglass::prices

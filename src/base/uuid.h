// UUIDs: the identity of a Call.
//
// Thread-safety: Uuid is a plain value; a UuidSource belongs to one thread.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sightglass {

/// 16 bytes, compared and ordered as bytes, so that version-7 ids order by time.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    friend constexpr auto operator<=>(const Uuid&, const Uuid&) noexcept = default;

    constexpr bool IsNil() const noexcept { return *this == Uuid{}; }
};

/// "018f3b5e-7c1a-7f00-9a3e-0123456789ab".
std::string ToString(const Uuid& uuid);

/// Writes the 36 characters of ToString at `out`.
void FormatUuid(const Uuid& uuid, char* out) noexcept;

/// Reads 36 characters with hyphens or 32 without, either case.
Result<Uuid> ParseUuid(std::string_view text);

/// Makes version-7 UUIDs (RFC 9562): millisecond time, then 74 bits of which the first count up
/// within a millisecond so that the ids of one source are strictly increasing. No lock, no system
/// call.
class UuidSource {
public:
    /// Seeds from the operating system.
    UuidSource();

    /// Seeded by the caller: the same ids every time. For tests and the demo's past week.
    explicit UuidSource(std::uint64_t seed) noexcept;

    Uuid Next(Time now) noexcept;

private:
    std::uint64_t Random() noexcept;

    std::array<std::uint64_t, 4> state_{};
    std::int64_t last_ms_ = 0;
    std::uint32_t counter_ = 0;
};

}  // namespace sightglass

template <>
struct std::hash<sightglass::Uuid> {
    std::size_t operator()(const sightglass::Uuid& uuid) const noexcept;
};

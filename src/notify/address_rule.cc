#include "notify/address_rule.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace sightglass::notify {
namespace {

constexpr std::string_view kLinkLocal = "a link-local address is never sent to";
constexpr std::string_view kNoMachine = "not an address of a machine";
constexpr std::string_view kPrivate = "private addresses are not allowed; see notify.allow_private";

struct Range {
    std::uint32_t network;
    int bits;
    std::string_view why;
};

constexpr std::array<Range, 11> kRanges{{
    {0xA9FE0000, 16, kLinkLocal},
    {0x00000000, 8, kNoMachine},
    {0xE0000000, 3, kNoMachine},  // Multicast, reserved, broadcast.
    {0x7F000000, 8, kPrivate},
    {0x0A000000, 8, kPrivate},
    {0xAC100000, 12, kPrivate},
    {0xC0A80000, 16, kPrivate},
    {0x64400000, 10, kPrivate},  // Shared by carriers.
    {0xC0000000, 24, kPrivate},
    {0xC6120000, 15, kPrivate},
    {0xC0000200, 24, kPrivate},
}};

std::string_view JudgeV4(std::uint32_t address, PrivateAddresses allowed) {
    for (const Range& range : kRanges) {
        const std::uint32_t mask = ~std::uint32_t{0} << (32 - range.bits);
        if ((address & mask) == range.network) {
            const bool lenient = range.why == kPrivate && allowed == PrivateAddresses::kAllowed;
            return lenient ? std::string_view() : range.why;
        }
    }
    return {};
}

std::uint32_t V4At(const std::uint8_t* bytes) {
    std::uint32_t address = 0;
    std::memcpy(&address, bytes, sizeof(address));
    return ntohl(address);
}

std::string_view JudgeV6(const std::uint8_t* bytes, PrivateAddresses allowed) {
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr std::array<std::uint8_t, 12> kTranslated{0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    constexpr std::array<std::uint8_t, 12> kNothing{};
    const std::uint32_t last = V4At(bytes + 12);
    const auto starts = [bytes](const auto& prefix) {
        return std::memcmp(bytes, prefix.data(), prefix.size()) == 0;
    };
    if (starts(kMapped) || starts(kTranslated)) {
        return JudgeV4(V4At(bytes + 12), allowed);
    }
    if (bytes[0] == 0x20 && bytes[1] == 0x02) {  // 6to4.
        return JudgeV4(V4At(bytes + 2), allowed);
    }
    if (bytes[0] == 0xfe && (bytes[1] & 0xC0U) == 0x80U) {
        return kLinkLocal;
    }
    // Zeros before an address of IPv4 are a form of old that no machine answers to.
    if (bytes[0] == 0xff || (starts(kNothing) && last != 1)) {
        return kNoMachine;
    }
    const bool loopback = starts(kNothing);
    const bool local = (bytes[0] & 0xFEU) == 0xFCU || (bytes[0] == 0xfe && bytes[1] >= 0xC0);
    const bool lenient = allowed == PrivateAddresses::kAllowed;
    return (loopback || local) && !lenient ? kPrivate : std::string_view();
}

}  // namespace

std::string_view WhyForbidden(const sockaddr& address, PrivateAddresses allowed) noexcept {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof(v4));
        return JudgeV4(ntohl(v4.sin_addr.s_addr), allowed);
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof(v6));
        return JudgeV6(v6.sin6_addr.s6_addr, allowed);
    }
    return kNoMachine;
}

}  // namespace sightglass::notify

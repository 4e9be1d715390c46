// TCP sockets as descriptors: addresses, listening, connecting. All non-blocking, without Nagle's
// delay.
//
// Thread-safety: pure functions and plain values.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace sightglass::net {

/// An IPv4 or IPv6 address with a port.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    std::uint16_t Port() const noexcept;
    /// "127.0.0.1", "::1": without the port. IPv4-mapped addresses as IPv4.
    std::string Ip() const;
    /// "127.0.0.1:8080", "[::1]:8080".
    std::string Text() const;
};

/// Reads an IP literal; kInvalidArgument where it is a name.
Result<SocketAddress> ParseAddress(std::string_view ip, std::uint16_t port);

/// The first address of a host to listen at: an IP literal or a name. Waits for the name service.
Result<SocketAddress> ResolveToListen(const std::string& host, std::uint16_t port);

/// An error where somebody listens at the address already. Listen alone would share the port with another process.
Status CheckFree(const SocketAddress& address);

/// Binds and listens with SO_REUSEPORT, so that several loops can each have a listener at one port.
Result<FileDescriptor> Listen(const SocketAddress& address, int backlog);

/// Where a listening or connected socket is bound.
Result<SocketAddress> LocalAddress(int fd);

/// A socket that begins to connect: it is writable once that has ended, and ConnectError then says
/// how.
Result<FileDescriptor> StartConnect(const SocketAddress& address);

/// 0, or the errno with which connecting failed.
int ConnectError(int fd) noexcept;

/// Accepts one connection; an invalid descriptor with errno set where there is none or it failed.
FileDescriptor Accept(int listener, SocketAddress& peer) noexcept;

}  // namespace sightglass::net

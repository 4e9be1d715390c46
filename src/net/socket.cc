#include "net/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace sightglass::net {
namespace {

template <typename Address>
const Address& As(const SocketAddress& address) noexcept {
    return *reinterpret_cast<const Address*>(&address.storage);
}

void SetOption(int fd, int level, int name) noexcept {
    const int on = 1;
    ::setsockopt(fd, level, name, &on, sizeof on);
}

Error SocketError(std::string_view action, const SocketAddress& address, int error_number) {
    return Error{
        ErrorCode::kIo,
        std::string(action) + " " + address.Text() + ": " +
            std::generic_category().message(error_number)};
}

}  // namespace

std::uint16_t SocketAddress::Port() const noexcept {
    return storage.ss_family == AF_INET6 ? ntohs(As<sockaddr_in6>(*this).sin6_port)
                                         : ntohs(As<sockaddr_in>(*this).sin_port);
}

std::string SocketAddress::Ip() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET6) {
        const in6_addr& ip = As<sockaddr_in6>(*this).sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&ip)) {
            ::inet_ntop(AF_INET, &ip.s6_addr[12], text.data(), text.size());
        } else {
            ::inet_ntop(AF_INET6, &ip, text.data(), text.size());
        }
    } else {
        ::inet_ntop(AF_INET, &As<sockaddr_in>(*this).sin_addr, text.data(), text.size());
    }
    return text.data();
}

std::string SocketAddress::Text() const {
    const std::string ip = Ip();
    const std::string port = std::to_string(Port());
    return ip.find(':') == std::string::npos ? ip + ":" + port : "[" + ip + "]:" + port;
}

Result<SocketAddress> ParseAddress(std::string_view ip, std::uint16_t port) {
    const std::string text(ip);
    SocketAddress address;
    auto& v4 = *reinterpret_cast<sockaddr_in*>(&address.storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        address.size = sizeof(sockaddr_in);
        return address;
    }
    auto& v6 = *reinterpret_cast<sockaddr_in6*>(&address.storage);
    if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        address.size = sizeof(sockaddr_in6);
        return address;
    }
    return Error{ErrorCode::kInvalidArgument, "\"" + text + "\" is not an IP address"};
}

Result<SocketAddress> ResolveToListen(const std::string& host, std::uint16_t port) {
    if (auto literal = ParseAddress(host, port); literal.Ok()) {
        return literal;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0 || found == nullptr) {
        return Error{ErrorCode::kNotFound, "host " + host + ": " + ::gai_strerror(error)};
    }
    SocketAddress address;
    address.size = found->ai_addrlen;
    std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    return address;
}

Status CheckFree(const SocketAddress& address) {
    const FileDescriptor socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    );
    if (!socket.Valid()) {
        return SocketError("socket for", address, errno);
    }
    SetOption(socket.get(), SOL_SOCKET, SO_REUSEADDR);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::bind(socket.get(), raw, address.size) != 0) {
        return SocketError("listen at", address, errno);
    }
    return {};
}

Result<FileDescriptor> Listen(const SocketAddress& address, int backlog) {
    FileDescriptor socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    );
    if (!socket.Valid()) {
        return SocketError("socket for", address, errno);
    }
    SetOption(socket.get(), SOL_SOCKET, SO_REUSEADDR);
    SetOption(socket.get(), SOL_SOCKET, SO_REUSEPORT);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::bind(socket.get(), raw, address.size) != 0) {
        return SocketError("listen at", address, errno);
    }
    if (::listen(socket.get(), backlog) != 0) {
        return SocketError("listen at", address, errno);
    }
    return socket;
}

Result<SocketAddress> LocalAddress(int fd) {
    SocketAddress address;
    address.size = sizeof(address.storage);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0) {
        return Error{ErrorCode::kIo, "getsockname: " + std::generic_category().message(errno)};
    }
    return address;
}

Result<FileDescriptor> StartConnect(const SocketAddress& address) {
    FileDescriptor socket(
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    );
    if (!socket.Valid()) {
        return SocketError("socket for", address, errno);
    }
    SetOption(socket.get(), IPPROTO_TCP, TCP_NODELAY);
    SetOption(socket.get(), SOL_SOCKET, SO_KEEPALIVE);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(socket.get(), raw, address.size) != 0 && errno != EINPROGRESS) {
        return SocketError("connect to", address, errno);
    }
    return socket;
}

int ConnectError(int fd) noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

FileDescriptor Accept(int listener, SocketAddress& peer) noexcept {
    peer.size = sizeof(peer.storage);
    auto* raw = reinterpret_cast<sockaddr*>(&peer.storage);
    FileDescriptor socket(::accept4(listener, raw, &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.Valid()) {
        SetOption(socket.get(), IPPROTO_TCP, TCP_NODELAY);
        SetOption(socket.get(), SOL_SOCKET, SO_KEEPALIVE);
    }
    return socket;
}

}  // namespace sightglass::net

// What the load generator and the mock upstream share: non-blocking sockets on the loopback
// interface, epoll, clocks and command-line options. Header-only, so that each program stays one
// unit.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace sightglass::bench {

inline std::int64_t NowNs() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

[[noreturn]] inline void Fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

inline sockaddr_in Loopback(std::uint16_t port) noexcept {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

inline int NewSocket() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        Fail("socket");
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/// A listening socket on 127.0.0.1. Says on standard output which port it got: "listening 43121".
inline int Listen(std::uint16_t port) {
    constexpr int kBacklog = 4096;
    const int fd = NewSocket();
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = Loopback(port);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd, generic, sizeof address) != 0 || listen(fd, kBacklog) != 0) {
        Fail("listen");
    }
    socklen_t size = sizeof address;
    getsockname(fd, generic, &size);
    std::printf("listening %u\n", unsigned{ntohs(address.sin_port)});
    std::fflush(stdout);
    return fd;
}

inline void Watch(int epoll, int operation, int fd, std::uint32_t events, void* data) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = data;
    if (epoll_ctl(epoll, operation, fd, &event) != 0) {
        Fail("epoll_ctl");
    }
}

/// "--name value" pairs and flags without a value.
/// Thread-safety: plain value.
class Options {
public:
    Options(int argc, char** argv) {
        for (int i = 1; i < argc; ++i) {
            std::string_view name = argv[i];
            if (!name.starts_with("--")) {
                std::fprintf(stderr, "unexpected argument %s\n", argv[i]);
                std::exit(2);
            }
            const bool has_value = i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--");
            values_[std::string(name.substr(2))] = has_value ? argv[++i] : "1";
        }
    }

    std::string Text(const std::string& name, std::string_view otherwise) const {
        const auto found = values_.find(name);
        return found == values_.end() ? std::string(otherwise) : found->second;
    }

    double Number(const std::string& name, double otherwise) const {
        const auto found = values_.find(name);
        return found == values_.end() ? otherwise : std::atof(found->second.c_str());
    }

    bool Has(const std::string& name) const { return values_.count(name) > 0; }

private:
    std::map<std::string, std::string> values_;
};

/// The decimal number at the start of `text`, or `otherwise`.
inline std::int64_t ToInt(std::string_view text, std::int64_t otherwise) noexcept {
    std::int64_t number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// The value of `name=` in the query of a request target, or `otherwise`.
inline std::int64_t
QueryNumber(std::string_view target, std::string_view name, std::int64_t otherwise) noexcept {
    const std::size_t query = target.find('?');
    if (query == std::string_view::npos) {
        return otherwise;
    }
    for (std::size_t at = query; at != std::string_view::npos; at = target.find('&', at + 1)) {
        const std::string_view rest = target.substr(at + 1);
        if (rest.starts_with(name) && rest.size() > name.size() && rest[name.size()] == '=') {
            return ToInt(rest.substr(name.size() + 1), otherwise);
        }
    }
    return otherwise;
}

/// The value of a header in a message head, or `otherwise`. `name` in lower case with its colon:
/// "content-length:".
inline std::string_view FindHeader(std::string_view head, std::string_view name) noexcept {
    for (std::size_t at = head.find('\n'); at != std::string_view::npos;
         at = head.find('\n', at + 1)) {
        const std::string_view line = head.substr(at + 1);
        std::size_t i = 0;
        while (i < name.size() && i < line.size() && (line[i] | 0x20) == (name[i] | 0x20)) {
            ++i;
        }
        if (i == name.size()) {
            const std::size_t start = line.find_first_not_of(' ', i);
            const std::size_t end = line.find('\r');
            return start < end ? line.substr(start, end - start) : std::string_view();
        }
    }
    return {};
}

}  // namespace sightglass::bench

#include "capture/gateway/test_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <gtest/gtest.h>

#include "net/http1.h"
#include "net/http1_body.h"
#include "net/socket.h"

namespace sightglass::capture {
namespace {

constexpr timeval kPatience{10, 0};

FileDescriptor ListenSomewhere(std::uint16_t& port) {
    auto address = net::ParseAddress("127.0.0.1", 0);
    FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* raw = reinterpret_cast<const sockaddr*>(&address->storage);
    EXPECT_EQ(::bind(listener.get(), raw, address->size), 0);
    EXPECT_EQ(::listen(listener.get(), 128), 0);
    port = net::LocalAddress(listener.get())->Port();
    return listener;
}

}  // namespace

TestSocket::TestSocket(FileDescriptor fd) : fd_(std::move(fd)) {
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

TestSocket TestSocket::Connect(std::uint16_t port) {
    auto address = net::ParseAddress("127.0.0.1", port);
    FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* raw = reinterpret_cast<const sockaddr*>(&address->storage);
    EXPECT_EQ(::connect(fd.get(), raw, address->size), 0);
    return TestSocket(std::move(fd));
}

void TestSocket::Send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            reset_ = true;
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool TestSocket::Fill() {
    char buffer[65536];
    const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (got <= 0) {
        reset_ = got < 0;
        EXPECT_FALSE(got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "nothing came";
        return false;
    }
    unread_.append(buffer, static_cast<std::size_t>(got));
    return true;
}

std::string TestSocket::Read(std::size_t size) {
    while (unread_.size() < size && Fill()) {
    }
    std::string bytes = unread_.substr(0, size);
    unread_.erase(0, bytes.size());
    return bytes;
}

std::string TestSocket::ReadUntil(std::string_view end) {
    while (unread_.find(end) == std::string::npos) {
        if (!Fill()) {
            return std::move(unread_);
        }
    }
    return Read(unread_.find(end) + end.size());
}

std::string TestSocket::ReadAll() {
    while (Fill()) {
    }
    return std::move(unread_);
}

std::string TestSocket::ReadMessage() {
    const std::string head = ReadUntil("\r\n\r\n");
    net::BodyFramer framer;
    std::size_t scanned = 0;
    if (head.starts_with("HTTP/")) {
        net::ResponseHead response;
        net::ParseResponseHead(head, head.size(), scanned, response);
        framer.Start(response.Body(false), response.content_length);
    } else {
        net::RequestHead request;
        net::ParseRequestHead(head, head.size(), scanned, request);
        framer.Start(request.Body(), request.content_length);
    }
    std::string body;
    while (!framer.Done() && !framer.Bad()) {
        if (unread_.empty() && !Fill()) {
            break;
        }
        const std::size_t used = framer.Read(unread_, [](std::string_view) {});
        body += Read(used);
    }
    return head + body;
}

bool TestSocket::PeerEnds() {
    return unread_.empty() && !Fill() && unread_.empty();
}

void TestSocket::ShutdownWrite() {
    ::shutdown(fd_.get(), SHUT_WR);
}

void TestSocket::Close() {
    fd_.Close();
}

void TestSocket::Abort() {
    const linger at_once{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    fd_.Close();
}

TestUpstream::TestUpstream(Script script)
    : script_(std::move(script)), listener_(ListenSomewhere(port_)), acceptor_([this] { Run(); }) {}

TestUpstream::~TestUpstream() {
    Stop();
    acceptor_.join();
}

void TestUpstream::Stop() {
    ::shutdown(listener_.get(), SHUT_RDWR);
}

int TestUpstream::Connections() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(connections_.size());
}

void TestUpstream::Run() {
    while (true) {
        FileDescriptor fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!fd.Valid()) {
            return;
        }
        const std::lock_guard lock(mutex_);
        connections_.emplace_back([this, socket = TestSocket(std::move(fd))]() mutable {
            script_(socket);
        });
    }
}

std::uint16_t ClosedPort() {
    std::uint16_t port = 0;
    ListenSomewhere(port);
    return port;
}

}  // namespace sightglass::capture

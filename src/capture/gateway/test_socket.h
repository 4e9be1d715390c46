// Blocking sockets on loopback for tests: a client, and an upstream whose connections run a script. Every wait ends after ten
// seconds, so that a test fails instead of hanging.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/files.h"

namespace sightglass::capture {

/// Thread-safety: one thread.
class TestSocket {
public:
    explicit TestSocket(FileDescriptor fd);

    static TestSocket Connect(std::uint16_t port);

    int fd() const noexcept { return fd_.get(); }

    void Send(std::string_view bytes);
    /// Exactly `size` bytes; fewer where the peer ended first.
    std::string Read(std::size_t size);
    /// Everything up to and with `end`; what came where the peer ended first.
    std::string ReadUntil(std::string_view end);
    /// Everything until the peer ends; afterwards WasReset says how.
    std::string ReadAll();
    /// A whole message: head, and the body that its Content-Length or chunks announce.
    std::string ReadMessage();

    bool WasReset() const noexcept { return reset_; }

    /// True where the peer ends within ten seconds, without sending anything more.
    bool PeerEnds();
    void ShutdownWrite();
    void Close();
    /// Closes so that the peer sees a reset.
    void Abort();

private:
    bool Fill();

    FileDescriptor fd_;
    std::string unread_;
    bool reset_ = false;
};

/// An upstream: each connection is served by `script` on a thread of its own.
/// Thread-safety: one thread; the script runs on others.
class TestUpstream {
public:
    using Script = std::function<void(TestSocket& socket)>;

    explicit TestUpstream(Script script);
    ~TestUpstream();

    std::uint16_t Port() const noexcept { return port_; }

    std::string BaseUrl() const { return "http://127.0.0.1:" + std::to_string(port_); }

    int Connections() const;
    /// Accepts no more.
    void Stop();

private:
    void Run();

    Script script_;
    std::uint16_t port_ = 0;
    FileDescriptor listener_;
    mutable std::mutex mutex_;
    std::vector<std::jthread> connections_;
    std::jthread acceptor_;
};

/// A port on which nobody listens.
std::uint16_t ClosedPort();

}  // namespace sightglass::capture

// A connected socket, plain or TLS, read and written without ever waiting: each call does what can
// be done now and says how far it came. Waiting is the owner's, on the stream's Signal.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "net/event_loop.h"
#include "net/send_round.h"
#include "net/tls.h"

namespace sightglass::net {

enum class IoStatus : std::uint8_t {
    kOk,
    kWouldBlock,  ///< Nothing to read, or no room: the stream's signal will be raised when that
                  ///< changes.
    kEnd,         ///< The peer closed its side.
    kError,       ///< The connection is broken; IoResult::error is errno, or 0 for a TLS failure.
};

struct IoResult {
    IoStatus status = IoStatus::kOk;
    std::size_t bytes = 0;
    int error = 0;
};

/// Thread-safety: the loop's thread.
class Stream {
public:
    /// `signal` is raised when an operation that would have blocked may be tried again.
    Stream(EventLoop& loop, FileDescriptor socket, Signal& signal)
        : sends_(loop.sends()), socket_(loop, std::move(socket), signal) {}

    /// Sends what is deferred, as far as there is room.
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// From here on this is a TLS connection; Handshake comes first. False on lack of memory.
    bool StartTls(const TlsContext& context, const std::string& host, TlsSession& session);
    IoResult Handshake();

    std::string TlsError() const { return TlsErrorText(tls_.get()); }

    /// Reads what is there, up to `size` bytes (> 0).
    IoResult Read(char* out, std::size_t size);

    /// Writes the parts in order, as far as there is room. kOk may have written less than all, and
    /// then there is more room. Few bytes are taken as written, and go out with the others of this
    /// round of the loop (send_round.h): an error of theirs is told by what comes next.
    IoResult Write(const iovec* parts, int count);

    /// kOk once everything that was taken as written is out; kWouldBlock as Write.
    IoResult Flush();

    /// Whether a read may find something. False makes sure that the signal will be raised when it
    /// does.
    bool PollReadable();
    /// The same for room to write.
    bool PollWritable();

    /// Looks what a read would find, without taking it: kOk where bytes are waiting, kWouldBlock where nothing is.
    IoStatus Peek();

    void SetSignal(Signal& signal) noexcept { socket_.SetSignal(signal); }

    WatchedDescriptor& socket() noexcept { return socket_; }

    /// Tells the peer that nothing more will come.
    void ShutdownWrite() noexcept;

private:
    friend class SendRound;

    /// False where some of it has to wait for the peer, and nobody knows yet.
    bool SendDeferred(std::string_view bytes);
    /// True where nothing is waiting for the peer any more.
    bool RetryHeld();
    IoResult SendHeld();
    IoResult WriteNow(const iovec* parts, int count);
    IoResult PlainRead(char* out, std::size_t size);
    IoResult ReadReceived(char* out, std::size_t size);
    IoResult PlainWrite(const iovec* parts, int count);
    IoResult TlsWrite(const iovec* parts, int count);
    IoResult TlsFailure(int returned);

    SendRound& sends_;
    WatchedDescriptor socket_;
    std::unique_ptr<ssl_st, SslDeleter> tls_;
    std::string held_;       ///< Taken as written; the peer has no room for it yet.
    IoResult broken_;        ///< kError: how a deferred write failed.
    bool deferred_ = false;  ///< Some of its bytes are in sends_.
    bool waiting_ = false;   ///< It is among those that sends_ tries again.
};

}  // namespace sightglass::net

#include "net/stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace sightglass::net {
namespace {

/// Of one TLS record.
constexpr std::size_t kRecordBytes = 16U << 10;

std::size_t TotalBytes(const iovec* parts, int count) noexcept {
    std::size_t total = 0;
    for (int i = 0; i < count; ++i) {
        total += parts[i].iov_len;
    }
    return total;
}

/// As sendmsg(2); one part takes the shorter way.
ssize_t SendParts(int fd, const iovec* parts, int count) noexcept {
    constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
    if (count == 1) {
        return ::send(fd, parts->iov_base, parts->iov_len, kFlags);
    }
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts);
    message.msg_iovlen = static_cast<std::size_t>(count);
    return ::sendmsg(fd, &message, kFlags);
}

}  // namespace

bool Stream::StartTls(const TlsContext& context, const std::string& host, TlsSession& session) {
    tls_ = NewTlsClient(context, socket_.fd(), host, session);
    return tls_ != nullptr;
}

IoResult Stream::Handshake() {
    ::ERR_clear_error();
    errno = 0;
    const int done = ::SSL_do_handshake(tls_.get());
    return done == 1 ? IoResult{} : TlsFailure(done);
}

IoResult Stream::Read(char* out, std::size_t size) {
    if (tls_ == nullptr) {
        return PlainRead(out, size);
    }
    std::size_t got = 0;
    ::ERR_clear_error();
    const int done = ::SSL_read_ex(tls_.get(), out, size, &got);
    return done == 1 ? IoResult{IoStatus::kOk, got, 0} : TlsFailure(done);
}

IoResult Stream::PlainRead(char* out, std::size_t size) {
    if (socket_.received().Pending()) {
        return ReadReceived(out, size);
    }
    const ssize_t got = ::recv(socket_.fd(), out, size, MSG_DONTWAIT);
    if (got > 0) {
        const auto bytes = static_cast<std::size_t>(got);
        socket_.SetReadable(bytes == size);  // A short read has emptied the socket.
        socket_.received().OwnerRead(bytes);
        return {IoStatus::kOk, bytes, 0};
    }
    if (got == 0) {
        return {IoStatus::kEnd, 0, 0};
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        socket_.AwaitReadable();
        return {IoStatus::kWouldBlock, 0, 0};
    }
    return {IoStatus::kError, 0, errno};
}

IoResult Stream::ReadReceived(char* out, std::size_t size) {
    ReceivedBytes& received = socket_.received();
    if (const int error = received.TakeError(); error != 0) {
        return {IoStatus::kError, 0, error};
    }
    const std::size_t bytes = received.Take(out, size);
    socket_.SetReadable(received.Pending() || received.MayHaveMore());
    return {IoStatus::kOk, bytes, 0};
}

Stream::~Stream() {
    if (deferred_ || waiting_) {
        sends_.Forget(*this);
    }
}

IoResult Stream::Write(const iovec* parts, int count) {
    const std::size_t total = TotalBytes(parts, count);
    if (total == 0) {
        return {};
    }
    const bool defers = total <= SendRound::kWriteBytesMax;
    if (!held_.empty() || broken_.status == IoStatus::kError || (deferred_ && !defers)) {
        if (const IoResult before = Flush(); before.status != IoStatus::kOk) {
            return {before.status, 0, before.error};
        }
    }
    if (!defers) {
        return WriteNow(parts, count);
    }
    deferred_ = true;
    sends_.Add(*this, parts, count, total);
    return {IoStatus::kOk, total, 0};
}

IoResult Stream::Flush() {
    if (deferred_) {
        sends_.Flush();
    }
    return held_.empty() ? broken_ : SendHeld();
}

bool Stream::SendDeferred(std::string_view bytes) {
    deferred_ = false;
    while (held_.empty() && !bytes.empty() && broken_.status == IoStatus::kOk) {
        const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
        const IoResult result = WriteNow(&part, 1);
        bytes.remove_prefix(result.bytes);
        if (result.status == IoStatus::kWouldBlock) {
            break;
        }
        broken_ = {result.status, 0, result.error};
    }
    if (broken_.status == IoStatus::kOk) {
        held_ += bytes;
    }
    const bool listed = std::exchange(waiting_, waiting_ || !held_.empty());
    return listed || !waiting_;
}

bool Stream::RetryHeld() {
    if (!held_.empty() && socket_.Writable()) {
        SendHeld();
    }
    waiting_ = !held_.empty();
    return !waiting_;
}

IoResult Stream::SendHeld() {
    IoResult result;
    std::size_t sent = 0;
    while (sent < held_.size() && result.status == IoStatus::kOk) {
        const iovec part{held_.data() + sent, held_.size() - sent};
        result = WriteNow(&part, 1);
        sent += result.bytes;
    }
    held_.erase(0, sent);
    if (result.status == IoStatus::kError) {
        broken_ = {IoStatus::kError, 0, result.error};
        held_.clear();
    }
    return {result.status, sent, result.error};
}

IoResult Stream::WriteNow(const iovec* parts, int count) {
    return tls_ == nullptr ? PlainWrite(parts, count) : TlsWrite(parts, count);
}

IoResult Stream::PlainWrite(const iovec* parts, int count) {
    const std::size_t total = TotalBytes(parts, count);
    const ssize_t sent = SendParts(socket_.fd(), parts, count);
    if (sent >= 0) {
        const auto bytes = static_cast<std::size_t>(sent);
        if (bytes < total) {
            socket_.AwaitWritable();
            return {IoStatus::kWouldBlock, bytes, 0};
        }
        return {IoStatus::kOk, bytes, 0};
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        socket_.AwaitWritable();
        return {IoStatus::kWouldBlock, 0, 0};
    }
    return {IoStatus::kError, 0, errno};
}

IoResult Stream::TlsWrite(const iovec* parts, int count) {
    std::array<char, kRecordBytes> record;
    std::size_t size = 0;
    for (int i = 0; i < count && size < record.size(); ++i) {
        const std::size_t part = std::min(parts[i].iov_len, record.size() - size);
        std::memcpy(record.data() + size, parts[i].iov_base, part);
        size += part;
    }
    if (size == 0) {
        return {};
    }
    std::size_t sent = 0;
    ::ERR_clear_error();
    const int done = ::SSL_write_ex(tls_.get(), record.data(), size, &sent);
    if (done != 1) {
        return TlsFailure(done);
    }
    return {IoStatus::kOk, sent, 0};
}

IoResult Stream::TlsFailure(int returned) {
    const int error_number = errno;
    switch (::SSL_get_error(tls_.get(), returned)) {
        case SSL_ERROR_WANT_READ:
            socket_.AwaitReadable();
            return {IoStatus::kWouldBlock, 0, 0};
        case SSL_ERROR_WANT_WRITE:
            socket_.AwaitWritable();
            return {IoStatus::kWouldBlock, 0, 0};
        case SSL_ERROR_ZERO_RETURN:
            return {IoStatus::kEnd, 0, 0};
        case SSL_ERROR_SYSCALL:
            return {IoStatus::kError, 0, error_number == 0 ? ECONNRESET : error_number};
        default:
            return {IoStatus::kError, 0, 0};
    }
}

bool Stream::PollReadable() {
    if (!socket_.Readable()) {
        socket_.AwaitReadable();
        return false;
    }
    return true;
}

bool Stream::PollWritable() {
    if (!socket_.Writable()) {
        socket_.AwaitWritable();
        return false;
    }
    return true;
}

IoStatus Stream::Peek() {
    if (const ReceivedBytes& received = socket_.received(); received.Pending()) {
        return received.error() == 0 ? IoStatus::kOk : IoStatus::kError;
    }
    char byte = 0;
    if (tls_ != nullptr) {
        std::size_t got = 0;
        ::ERR_clear_error();
        const int done = ::SSL_peek_ex(tls_.get(), &byte, 1, &got);
        return done == 1 ? IoStatus::kOk : TlsFailure(done).status;
    }
    const ssize_t got = ::recv(socket_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        socket_.AwaitReadable();
        return IoStatus::kWouldBlock;
    }
    if (got == 0) {
        return IoStatus::kEnd;
    }
    return got > 0 ? IoStatus::kOk : IoStatus::kError;
}

void Stream::ShutdownWrite() noexcept {
    Flush();
    ::shutdown(socket_.fd(), SHUT_WR);
}

}  // namespace sightglass::net

#include "net/received_bytes.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace sightglass::net {

void ReceivedBytes::Receive(int fd, char* slot) noexcept {
    if (!small_ || Pending()) {
        return;
    }
    const ssize_t got = ::recv(fd, slot, kBytesMax, MSG_DONTWAIT);
    if (got > 0) {
        view_ = {slot, static_cast<std::size_t>(got)};
        small_ = view_.size() < kBytesMax;
    } else if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        error_ = errno;  // The system tells it once.
    }
}

void ReceivedBytes::Keep() {
    if (!view_.empty() && view_.data() != kept_.data()) {
        kept_ = view_;
        view_ = kept_;
    }
}

std::size_t ReceivedBytes::Take(char* out, std::size_t size) noexcept {
    const std::size_t taken = std::min(size, view_.size());
    std::memcpy(out, view_.data(), taken);
    view_.remove_prefix(taken);
    if (view_.empty() && !kept_.empty()) {
        kept_ = std::string();
    }
    return taken;
}

int ReceivedBytes::TakeError() noexcept {
    return std::exchange(error_, 0);
}

}  // namespace sightglass::net

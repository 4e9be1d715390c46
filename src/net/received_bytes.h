// What a loop has read for the owner of a socket. Sockets that become readable in one round are read side by side, before
// their owners run, for the reason for which send_round.h writes side by side: the code of the network stack, and then the
// owners' own, stays in the cache from one to the next.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sightglass::net {

/// Of one socket. Thread-safety: the loop's thread.
class ReceivedBytes {
public:
    /// A read that finds more than this gains nothing by company.
    static constexpr std::size_t kBytesMax = 8U << 10;

    /// Tells how much the owner's own last read found: only sockets whose reads are small are read ahead.
    void OwnerRead(std::size_t bytes) noexcept { small_ = bytes < kBytesMax; }

    /// Reads up to kBytesMax bytes into `slot`, which must stay as it is until Keep(), where the last read was small. The
    /// end of the stream is left for the owner to find.
    void Receive(int fd, char* slot) noexcept;
    /// Copies what the owner has not taken.
    void Keep();

    /// There are bytes or an error that the owner has not taken.
    bool Pending() const noexcept { return error_ != 0 || !view_.empty(); }

    /// Moves up to `size` bytes to `out`; returns how many.
    std::size_t Take(char* out, std::size_t size) noexcept;

    /// The errno of a read that failed, 0 where none did.
    int error() const noexcept { return error_; }

    /// The same, and 0 from then on.
    int TakeError() noexcept;

    /// Whether the socket may have more than what was received.
    bool MayHaveMore() const noexcept { return !small_; }

    /// All of it.
    std::string_view View() const noexcept { return view_; }

private:
    std::string_view view_;
    std::string kept_;
    int error_ = 0;
    bool small_ = false;
};

}  // namespace sightglass::net

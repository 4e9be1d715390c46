// Small writes of one round of a loop, made together at its end. Their system calls then stand side by side, so that the
// code of the network stack is in the cache for all but the first, and a peer on this machine that the first of them
// wakes is awake for the others.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <string>
#include <vector>

namespace sightglass::net {

class Stream;

/// Holds bytes for at most one round of its loop, and not for longer than it takes to fill it.
/// Thread-safety: the loop's thread.
class SendRound {
public:
    /// A write of more than this gains nothing by waiting.
    static constexpr std::size_t kWriteBytesMax = 8U << 10;

    SendRound();

    /// Copies the parts, `total` bytes; they are sent before anything that is added later. Sends at once what there is
    /// when it is enough.
    void Add(Stream& stream, const iovec* parts, int count, std::size_t total);
    /// Sends everything. What a peer has no room for stays with its stream, and is tried again in later rounds.
    void Flush();
    /// The stream goes: what it added is sent now, as far as there is room.
    void Forget(Stream& stream);

private:
    struct Entry {
        Stream* stream;
        std::size_t size;
    };

    void RetryBlocked();

    std::vector<Entry> entries_;
    std::string bytes_;             ///< Of all entries, in their order.
    std::vector<Stream*> blocked_;  ///< Whose peers had no room.
};

}  // namespace sightglass::net

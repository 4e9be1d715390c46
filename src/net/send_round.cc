#include "net/send_round.h"

#include <algorithm>
#include <string_view>

#include "net/stream.h"

namespace sightglass::net {
namespace {

/// As many as a busy round has, mostly: each time that some are sent, those who wait for them are woken anew, which takes as
/// long as sending one. Their bytes fit into the second cache.
constexpr std::size_t kEntriesMax = 32;
constexpr std::size_t kBytesMax = 8 * SendRound::kWriteBytesMax;

}  // namespace

SendRound::SendRound() {
    entries_.reserve(kEntriesMax);
    bytes_.reserve(kBytesMax + kWriteBytesMax);
}

void SendRound::Add(Stream& stream, const iovec* parts, int count, std::size_t total) {
    for (int i = 0; i < count; ++i) {
        bytes_.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    }
    if (!entries_.empty() && entries_.back().stream == &stream) {
        entries_.back().size += total;
    } else {
        entries_.push_back({&stream, total});
    }
    if (entries_.size() >= kEntriesMax || bytes_.size() >= kBytesMax) {
        Flush();
    }
}

void SendRound::Flush() {
    std::string_view left = bytes_;
    for (const Entry& entry : entries_) {
        if (!entry.stream->SendDeferred(left.substr(0, entry.size))) {
            blocked_.push_back(entry.stream);
        }
        left.remove_prefix(entry.size);
    }
    entries_.clear();
    bytes_.clear();
    if (!blocked_.empty()) {
        RetryBlocked();
    }
}

void SendRound::RetryBlocked() {
    std::erase_if(blocked_, [](Stream* stream) { return stream->RetryHeld(); });
}

void SendRound::Forget(Stream& stream) {
    Flush();
    std::erase(blocked_, &stream);
}

}  // namespace sightglass::net

// Keyed hashes of what was said: equal for equal messages of this installation, and nothing to anybody without its secret, so
// that a guess at a message cannot be tried against them (SipHash-2-4, 64 bits; the key is made of DIR/secret).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "codec/json.h"
#include "pipeline/derived.h"
#include "pipeline/request_messages.h"

namespace sightglass::pipeline {

/// Thread-safety: safe for concurrent use.
class MessageHasher {
public:
    explicit MessageHasher(const Secret& secret);

    /// Never 0.
    std::uint64_t Of(std::string_view text) const;

    /// Of a list of messages that is one longer. Never 0.
    std::uint64_t Extend(std::uint64_t before, char role, std::string_view text) const;

private:
    static constexpr std::size_t kKeyBytes = 16;

    std::array<unsigned char, kKeyBytes> key_{};
};

/// The keys of one exchange. Messages that say what the model shall be are left out: applications put the time into them.
/// `answer`: the answer's messages; none where it is not known.
/// Thread-safety: pure function.
ThreadKeys MakeThreadKeys(
    const MessageHasher& hasher,
    codec::JsonValue body,
    const RequestMessages& request,
    const std::vector<RequestMessage>& answer
);

}  // namespace sightglass::pipeline

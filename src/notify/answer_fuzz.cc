// Any answer of a receiver: each kind reads it as delivered, or says why not.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "notify/channel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    if (size < 2) {
        return 0;
    }
    notify::Answer answer;
    answer.status = data[0] * 4;  // 0 to 1020.
    answer.body.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
    for (const notify::ChannelKind* kind : notify::ChannelKinds()) {
        const notify::Verdict verdict = kind->read(answer);
        const bool delivered = verdict.outcome == notify::Outcome::kDelivered;
        const bool backwards = verdict.retry_after && *verdict.retry_after < Duration(0);
        if (delivered != verdict.why.empty() || backwards) {
            std::abort();
        }
    }
    return 0;
}

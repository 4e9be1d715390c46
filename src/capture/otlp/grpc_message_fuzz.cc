// Any bytes as the body of a gRPC request: what is taken is bounded, a message is framed and read
// again as the same one, and texts for trailers hold nothing but what trailers may.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "capture/otlp/grpc_message.h"

namespace {

constexpr std::size_t kBytesMax = 64U << 10;

void Check(bool good) {
    if (!good) {
        std::abort();
    }
}

bool IsPrintable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass::capture;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    for (const std::string_view encoding : {"", "gzip", "identity"}) {
        const GrpcMessage message = ReadGrpcMessage(body, encoding, kBytesMax);
        Check(message.failure || message.Bytes().size() <= std::max(kBytesMax, size));
        Check(!message.failure || IsPrintable(EscapeGrpcMessage(message.failure->message)));
    }
    const std::string framed = FrameGrpcMessage(body);
    const GrpcMessage again = ReadGrpcMessage(framed, "", kBytesMax);
    Check(!again.failure && again.Bytes() == body);
    Check(IsPrintable(EscapeGrpcMessage(body)) && IsPrintable(GrpcBinary(body)));
    return 0;
}

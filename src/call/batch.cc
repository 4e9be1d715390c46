#include "call/batch.h"

#include <cstdint>
#include <cstring>

#include "call/encoding.h"

namespace sightglass {
namespace {

constexpr std::size_t kLengthBytes = 4;

}  // namespace

void AppendToBatch(const Call& call, std::string& batch) {
    const std::size_t size = EncodedSize(call);
    const std::size_t at = batch.size();
    batch.resize(at + kLengthBytes + size);
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        batch[at + i] = static_cast<char>(size >> (8 * i));
    }
    EncodeCall(call, batch.data() + at + kLengthBytes);
}

Result<std::string_view> TakeFromBatch(std::string_view& batch) {
    const Error cut_off{ErrorCode::kCorrupt, "the batch is cut off"};
    if (batch.size() < kLengthBytes) {
        return cut_off;
    }
    std::size_t size = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        size |= static_cast<std::size_t>(static_cast<unsigned char>(batch[i])) << (8 * i);
    }
    batch.remove_prefix(kLengthBytes);
    if (batch.size() < size) {
        return cut_off;
    }
    const std::string_view call = batch.substr(0, size);
    batch.remove_prefix(size);
    return call;
}

}  // namespace sightglass

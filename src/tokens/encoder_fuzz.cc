// Any bytes: in every encoding the tokens are those of the slow reference.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.h"
#include "tokens/reference_encoder.h"
#include "tokens/tokens.h"

namespace {

constexpr std::size_t kBytesMax = 512;  // The reference takes quadratic time.

struct Pair {
    explicit Pair(sightglass::tokens::Encoding encoding) : fast(encoding), slow(encoding) {}

    sightglass::tokens::Encoder fast;
    sightglass::tokens::ReferenceEncoder slow;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    static auto* const pairs = [] {
        auto* all = new std::vector<Pair*>();
        for (const tokens::Encoding encoding : tokens::Encodings()) {
            if (encoding != tokens::Encoding::kO200kHarmony) {
                all->push_back(new Pair(encoding));
            }
        }
        return all;
    }();
    std::string text(reinterpret_cast<const char*>(data), std::min(size, kBytesMax));
    const std::string raw = text;
    MakeValidUtf8(text);
    for (Pair* pair : *pairs) {
        std::vector<tokens::TokenId> ids;
        pair->fast.Encode(raw, ids);
        if (ids != pair->slow.Encode(text) || pair->fast.Count(raw) != ids.size()) {
            std::abort();
        }
    }
    return 0;
}

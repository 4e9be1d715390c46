#include "tokens/pack/class_blocks.h"

#include <algorithm>
#include <iterator>

#include "tokens/character_class.h"

namespace sightglass::tokens {
namespace {

constexpr std::size_t kCodePoints = 0x110000;
constexpr std::size_t kBlock = 256;

struct Range {
    std::uint32_t first;
    std::uint32_t last;
    CharacterClass kind;
};

constexpr auto kSpace = CharacterClass::kSpace;
constexpr auto kNewline = CharacterClass::kNewline;
constexpr auto kNumber = CharacterClass::kNumber;
constexpr auto kUpper = CharacterClass::kUpper;
constexpr auto kLower = CharacterClass::kLower;
constexpr auto kCaseless = CharacterClass::kCaseless;
constexpr auto kMark = CharacterClass::kMark;

constexpr Range kRanges[] = {
#include "tokens/pack/unicode_ranges.inc"
};

}  // namespace

ClassBlocks BuildClassBlocks() {
    std::vector<std::uint8_t> flat(kCodePoints, static_cast<std::uint8_t>(CharacterClass::kOther));
    for (const Range& range : kRanges) {
        std::fill(
            flat.begin() + range.first,
            flat.begin() + range.last + 1,
            static_cast<std::uint8_t>(range.kind)
        );
    }
    ClassBlocks built;
    for (auto block = flat.begin(); block != flat.end(); block += kBlock) {
        auto same = built.classes.begin();
        while (same != built.classes.end() && !std::equal(same, same + kBlock, block)) {
            same += kBlock;
        }
        const auto number = static_cast<std::size_t>(same - built.classes.begin()) / kBlock;
        built.blocks.push_back(static_cast<std::uint16_t>(number));
        if (same == built.classes.end()) {
            built.classes.insert(built.classes.end(), block, block + kBlock);
        }
    }
    return built;
}

}  // namespace sightglass::tokens

#include "tokens/vocabulary.h"

#include <cstring>

namespace sightglass::tokens {
namespace {

/// The section as elements of its type; empty where it does not lie in the image.
template <typename T>
std::span<const T> View(std::string_view image, const Section& section) {
    const std::uint64_t bytes = std::uint64_t{section.count} * sizeof(T);
    if (section.offset % kSectionAlignment != 0 || section.offset + bytes > image.size()) {
        return {};
    }
    return {reinterpret_cast<const T*>(image.data() + section.offset), section.count};
}

}  // namespace

Result<Vocabulary> Vocabulary::Read(std::string_view image) {
    ImageHeader header;
    if (image.size() < sizeof header) {
        return Error{ErrorCode::kCorrupt, "a vocabulary's image ends within its header"};
    }
    std::memcpy(&header, image.data(), sizeof header);
    if (header.magic != kImageMagic || header.bytes != image.size()) {
        return Error{ErrorCode::kCorrupt, "not an image of a vocabulary, or not a whole one"};
    }
    Vocabulary read;
    read.nodes_ = View<TrieNode>(image, header.nodes);
    read.splits_ = View<Split>(image, header.splits);
    read.prefixes_ = View<Entry>(image, header.prefixes);
    read.pairs_ = View<std::uint64_t>(image, header.pairs);
    read.pair_filter_ = View<std::uint64_t>(image, header.pair_filter);
    read.short_borders_ = View<std::uint64_t>(image, header.short_borders);
    read.border_filter_ = View<std::uint64_t>(image, header.border_filter);
    read.short_pieces_ = View<ShortPiece>(image, header.short_pieces);
    read.medium_pieces_ = View<MediumPiece>(image, header.medium_pieces);
    read.classes_.blocks = View<std::uint16_t>(image, header.class_blocks).data();
    read.classes_.classes = View<std::uint8_t>(image, header.classes).data();
    read.short_slots_ = header.short_slots;
    read.medium_slots_ = header.medium_slots;
    read.pair_slots_ = header.pair_slots;
    read.pair_filter_bits_ = header.pair_filter_bits;
    read.border_filter_bits_ = header.border_filter_bits;
    read.token_bytes_max_ = header.token_bytes_max;
    if (read.nodes_.empty() || read.splits_.empty() || read.prefixes_.empty() ||
        read.short_borders_.empty() || read.border_filter_.empty() || read.pairs_.empty() ||
        read.pair_filter_.empty() || read.short_pieces_.empty() || read.medium_pieces_.empty() ||
        read.classes_.blocks == nullptr || read.classes_.classes == nullptr) {
        return Error{ErrorCode::kCorrupt, "a section of a vocabulary's image is not in it"};
    }
    return read;
}

Vocabulary::Match Vocabulary::FindLongest(std::string_view text) const noexcept {
    Match match;
    const TrieNode* node = nodes_.data();
    std::size_t depth = 0;
    for (; depth < text.size(); ++depth) {
        const std::uint32_t byte = static_cast<unsigned char>(text[depth]);
        const TrieNode* next = &nodes_[node->Base() + byte];
        if (next->Label() != byte) {
            break;
        }
        node = next;
        // An entry that does not exist has this bit too.
        match.longest = node->value.Is(Entry::kWholePieceOnly) ? match.longest : node->value;
    }
    if (depth == text.size() && node->value.Exists()) {
        match.whole = node->value.Id();
    }
    return match;
}

/// Takes the merges of both back, the latest first, and looks at each moment whether merging would rather have joined what
/// stood at the border. `limit` is the merge that was taken back last: what would have come before it wins.
bool Vocabulary::Compatible(TokenId left, TokenId right) const noexcept {
    TokenId limit = kNoToken;
    for (;;) {
        if (FindPair(left, right) < limit) {
            return false;
        }
        const Split left_split = splits_[left];
        const Split right_split = splits_[right];
        const bool left_splits = left_split.right != left;
        const bool right_splits = right_split.left != right;
        if (!left_splits && !right_splits) {
            return true;
        }
        if (left_splits && (left > right || !right_splits)) {
            limit = left;
            left = left_split.right;
        } else {
            limit = right + 1;  // Of equal merges the one further left comes first.
            right = right_split.left;
        }
    }
}

}  // namespace sightglass::tokens

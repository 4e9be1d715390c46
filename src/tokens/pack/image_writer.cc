#include "tokens/pack/image_writer.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "tokens/pack/class_blocks.h"
#include "tokens/pack/trie_builder.h"

namespace sightglass::tokens {
namespace {

constexpr std::size_t kShortBytesMax = 8;
constexpr std::size_t kMediumBytesMax = 16;
constexpr std::uint32_t kFilterBitsAPair = 8;
constexpr std::uint32_t kFilterBitsABorder = 16;

/// Seven places in ten are taken.
std::uint32_t SlotsFor(std::size_t count) {
    return static_cast<std::uint32_t>(count * 10 / 7 + 1);
}

bool IsEmpty(std::uint64_t pair) {
    return pair == 0;
}

template <typename Piece>
bool IsEmpty(const Piece& piece) {
    return piece.id == kNoToken;
}

/// Puts what has the least id first in its place, so that what is met most often is found at once, the others behind it. An
/// empty place ends every search.
template <typename T>
void Place(std::vector<T>& table, std::size_t slot, const T& item) {
    while (slot < table.size() && !IsEmpty(table[slot])) {
        ++slot;
    }
    table.resize(std::max(table.size(), slot + 2));
    table[slot] = item;
}

/// Sets the bit on which a hash falls.
void Set(std::vector<std::uint64_t>& filter, std::uint32_t bits, std::uint32_t hash) {
    const std::uint32_t bit = SlotOf(hash, bits);
    filter[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

bool IsUtf8(std::string text) {
    return !MakeValidUtf8(text);
}

std::uint64_t Load(std::string_view bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), std::min<std::size_t>(bytes.size(), sizeof word));
    return word;
}

class ImageWriter {
public:
    explicit ImageWriter(const Ranks& ranks) : ranks_(ranks) {}

    Result<std::string> Write();

private:
    Status FindSplits();
    void FindPrefixes(const std::vector<TrieNode>& nodes);
    void MakeEntries();
    void HashPairs();
    void HashBorders();
    void HashPieces();

    template <typename T>
    Section Append(const std::vector<T>& items) {
        image_.resize(
            (image_.size() + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment
        );
        const Section section = {
            static_cast<std::uint32_t>(image_.size()),
            static_cast<std::uint32_t>(items.size())};
        image_.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
        return section;
    }

    const Ranks& ranks_;
    ImageHeader header_;
    std::string image_;
    std::vector<bool> merged_;  // By id: whether merging makes it, as it makes all but very few.
    std::vector<Split> splits_;
    std::vector<Entry> entries_;
    std::vector<Entry> prefixes_;
    std::vector<std::uint64_t> pairs_;
    std::vector<std::uint64_t> pair_filter_;
    std::vector<std::uint64_t> short_borders_;
    std::vector<std::uint64_t> border_filter_;
    std::vector<ShortPiece> short_pieces_;
    std::vector<MediumPiece> medium_pieces_;
};

Result<std::string> ImageWriter::Write() {
    SG_TRY(FindSplits());
    MakeEntries();
    SG_ASSIGN_OR_RETURN(const std::vector<TrieNode> nodes, BuildTrie(ranks_, entries_));
    FindPrefixes(nodes);
    HashPairs();
    HashBorders();
    HashPieces();
    const ClassBlocks classes = BuildClassBlocks();
    image_.assign(sizeof header_, '\0');
    header_.nodes = Append(nodes);
    header_.splits = Append(splits_);
    header_.prefixes = Append(prefixes_);
    header_.pairs = Append(pairs_);
    header_.pair_filter = Append(pair_filter_);
    header_.short_borders = Append(short_borders_);
    header_.border_filter = Append(border_filter_);
    header_.short_pieces = Append(short_pieces_);
    header_.medium_pieces = Append(medium_pieces_);
    header_.class_blocks = Append(classes.blocks);
    header_.classes = Append(classes.classes);
    header_.bytes = static_cast<std::uint32_t>(image_.size());
    std::memcpy(image_.data(), &header_, sizeof header_);
    return std::move(image_);
}

Status ImageWriter::FindSplits() {
    const std::size_t count = ranks_.bytes.size();
    merged_.assign(count, false);
    for (TokenId id = 0; id < count; ++id) {
        splits_.push_back({.left = id, .right = id});
        const std::string& bytes = ranks_.bytes[id];
        header_.token_bytes_max =
            std::max(header_.token_bytes_max, static_cast<std::uint32_t>(bytes.size()));
        if (bytes.size() < 2) {
            merged_[id] = bytes.size() == 1;
            continue;
        }
        const std::vector<TokenId> parts = MergePlainly(ranks_, bytes, 2);
        if (parts.size() != 2) {
            continue;
        }
        if (parts[0] >= id || parts[1] >= id) {
            return Error{ErrorCode::kCorrupt, "a token of later ones: " + std::to_string(id)};
        }
        merged_[id] = true;
        splits_[id] = {.left = parts[0], .right = parts[1]};
    }
    return {};
}

void ImageWriter::MakeEntries() {
    for (TokenId id = 0; id < splits_.size(); ++id) {
        const auto bytes = static_cast<std::uint32_t>(ranks_.bytes[id].size());
        entries_.push_back(
            {id | bytes << Entry::kIdBits | (merged_[id] ? 0 : Entry::kWholePieceOnly)}
        );
    }
}

void ImageWriter::FindPrefixes(const std::vector<TrieNode>& nodes) {
    for (const std::string& bytes : ranks_.bytes) {
        Entry prefix;
        std::uint32_t place = 0;
        for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
            place = nodes[place].Base() + static_cast<unsigned char>(bytes[i]);
            const Entry value = nodes[place].value;
            prefix = value.Is(Entry::kWholePieceOnly) ? prefix : value;
        }
        prefixes_.push_back(prefix);
    }
}

void ImageWriter::HashPairs() {
    const auto count = static_cast<std::size_t>(std::count(merged_.begin(), merged_.end(), true));
    header_.pair_slots = SlotsFor(count);
    header_.pair_filter_bits = static_cast<std::uint32_t>(count) * kFilterBitsAPair;
    pairs_.assign(header_.pair_slots + 1, 0);
    pair_filter_.assign(header_.pair_filter_bits / 64 + 1, 0);
    for (TokenId id = 0; id < splits_.size(); ++id) {
        const auto [left, right] = splits_[id];
        if (left != id) {
            const std::uint32_t hash = HashPair(left, right);
            Set(pair_filter_, header_.pair_filter_bits, hash);
            Place(pairs_, SlotOf(hash, header_.pair_slots), PairEntry(left, right, id));
        }
    }
}

void ImageWriter::HashBorders() {
    short_borders_.assign(256 * 256 / 64, 0);
    std::vector<std::uint32_t> hashes;
    for (TokenId id = 0; id < splits_.size(); ++id) {
        const TokenId left = splits_[id].left;
        if (left == id) {
            continue;
        }
        const std::string& bytes = ranks_.bytes[id];
        const std::size_t border = ranks_.bytes[left].size();
        if (border < kBorderBytes || bytes.size() - border < kBorderBytes) {
            const std::uint32_t bit = ShortBorder(bytes.data() + border);
            short_borders_[bit / 64] |= std::uint64_t{1} << (bit % 64);
        } else {
            hashes.push_back(HashBorder(bytes.data() + border));
        }
    }
    header_.border_filter_bits = static_cast<std::uint32_t>(hashes.size()) * kFilterBitsABorder;
    border_filter_.assign(header_.border_filter_bits / 64 + 1, 0);
    for (const std::uint32_t hash : hashes) {
        Set(border_filter_, header_.border_filter_bits, hash);
    }
}

void ImageWriter::HashPieces() {
    std::vector<TokenId> texts[2];
    for (TokenId id = 0; id < ranks_.bytes.size(); ++id) {
        const std::string& bytes = ranks_.bytes[id];
        if (!bytes.empty() && bytes.size() <= kMediumBytesMax && IsUtf8(bytes)) {
            texts[bytes.size() <= kShortBytesMax ? 0 : 1].push_back(id);
        }
    }
    header_.short_slots = SlotsFor(texts[0].size());
    short_pieces_.resize(header_.short_slots + 1);
    for (const TokenId id : texts[0]) {
        const std::string& bytes = ranks_.bytes[id];
        const std::uint64_t key = FillKey(Load(bytes), bytes.size());
        ShortPiece piece{.id = id};
        std::memcpy(piece.key.data(), &key, sizeof key);
        Place(short_pieces_, SlotOf(HashShort(key), header_.short_slots), piece);
    }
    header_.medium_slots = SlotsFor(texts[1].size());
    medium_pieces_.resize(header_.medium_slots + 1);
    for (const TokenId id : texts[1]) {
        const std::string_view bytes = ranks_.bytes[id];
        const std::string_view rest = bytes.substr(8);
        const std::uint64_t key[] = {Load(bytes), FillKey(Load(rest), rest.size())};
        MediumPiece piece{.id = id};
        std::memcpy(piece.key.data(), key, sizeof key);
        const std::uint32_t slot = SlotOf(HashMedium(key[0], key[1]), header_.medium_slots);
        Place(medium_pieces_, slot, piece);
    }
}

}  // namespace

Result<std::string> MakeImage(const Ranks& ranks) {
    return ImageWriter(ranks).Write();
}

}  // namespace sightglass::tokens

#include "capture/files/line_identity.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace sightglass::capture::files {
namespace {

constexpr std::size_t kLinesMax = std::size_t{3} << 18;  // Three quarters of a table's places.
constexpr std::size_t kFirstPlaces = std::size_t{1} << 12;

constexpr std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES> kKey =
    {'s', 'i', 'g', 'h', 't', 'g', 'l', 'a', 's', 's', ' ', 'l', 'i', 'n', 'e', 's'};

static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(ContentHash::bytes));

}  // namespace

ContentHash ContentHash::Of(std::string_view text) noexcept {
    ContentHash hash;
    crypto_shorthash_siphashx24(
        hash.bytes.data(),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        kKey.data()
    );
    return hash;
}

ContentHash ContentHash::Repeated(std::uint64_t number) const noexcept {
    if (number == 0) {
        return *this;
    }
    std::array<char, sizeof bytes + sizeof number> text{};
    std::memcpy(text.data(), bytes.data(), sizeof bytes);
    std::memcpy(text.data() + sizeof bytes, &number, sizeof number);
    return Of({text.data(), text.size()});
}

std::uint64_t ContentHash::Low() const noexcept {
    std::uint64_t low = 0;
    std::memcpy(&low, bytes.data(), sizeof low);
    return low;
}

Uuid IdOf(Time start, const ContentHash& hash) noexcept {
    const std::int64_t ms = ToMicros(start) / 1000;
    Uuid id;
    for (std::size_t i = 0; i < 6; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
    }
    std::copy_n(hash.bytes.begin(), 10, id.bytes.begin() + 6);
    id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0f));
    id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

EqualLines::EqualLines() {
    recent_.Grow();
    before_.Grow();
}

std::uint64_t EqualLines::Count(const ContentHash& hash) {
    const std::uint64_t key = std::max<std::uint64_t>(1, hash.Low());
    if (std::uint32_t* const count = recent_.Find(key)) {
        return (*count)++;
    }
    const std::uint32_t* const earlier = before_.Find(key);
    const std::uint32_t count = earlier != nullptr ? *earlier : 0;
    if (recent_.used == kLinesMax) {
        before_ = std::exchange(recent_, Table());
        recent_.Grow();
    }
    recent_.Insert(key, count + 1);
    return count;
}

std::uint32_t* EqualLines::Table::Find(std::uint64_t hash) noexcept {
    const std::size_t mask = hashes.size() - 1;
    for (std::size_t at = hash & mask; hashes[at] != 0; at = (at + 1) & mask) {
        if (hashes[at] == hash) {
            return &counts[at];
        }
    }
    return nullptr;
}

void EqualLines::Table::Insert(std::uint64_t hash, std::uint32_t count) {
    if (4 * (used + 1) > 3 * hashes.size()) {
        Grow();
    }
    const std::size_t mask = hashes.size() - 1;
    std::size_t at = hash & mask;
    while (hashes[at] != 0) {
        at = (at + 1) & mask;
    }
    hashes[at] = hash;
    counts[at] = count;
    ++used;
}

void EqualLines::Table::Grow() {
    Table larger;
    larger.hashes.resize(std::max(kFirstPlaces, 2 * hashes.size()));
    larger.counts.resize(larger.hashes.size());
    const std::size_t mask = larger.hashes.size() - 1;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (hashes[i] != 0) {
            std::size_t at = hashes[i] & mask;
            while (larger.hashes[at] != 0) {
                at = (at + 1) & mask;
            }
            larger.hashes[at] = hashes[i];
            larger.counts[at] = counts[i];
        }
    }
    larger.used = used;
    *this = std::move(larger);
}

}  // namespace sightglass::capture::files

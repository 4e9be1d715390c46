#include "access/key_table.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace sightglass::access {

/// The hash after its key went in.
struct KeyHasher::Keyed {
    crypto_generichash_state state;

    ~Keyed() { sodium_memzero(&state, sizeof state); }
};

namespace {

std::uint64_t StartOf(const KeyHash& hash) noexcept {
    std::uint64_t start = 0;
    std::memcpy(&start, hash.data(), sizeof start);
    return start | 1U;
}

}  // namespace

KeyHasher::KeyHasher(const Secret& secret) {
    auto keyed = std::make_shared<Keyed>();
    const std::string_view text = secret.Reveal();  // The hash's key.
    crypto_generichash_init(
        &keyed->state,
        reinterpret_cast<const unsigned char*>(text.data()),
        std::min<std::size_t>(text.size(), crypto_generichash_KEYBYTES_MAX),
        KeyHash{}.size()
    );
    keyed_ = std::move(keyed);
}

KeyHash KeyHasher::Of(std::string_view key) const noexcept {
    crypto_generichash_state state = keyed_->state;
    KeyHash hash;
    crypto_generichash_update(
        &state,
        reinterpret_cast<const unsigned char*>(key.data()),
        key.size()
    );
    crypto_generichash_final(&state, hash.data(), hash.size());
    return hash;
}

KeyTable::KeyTable(KeyHasher hasher, Records records)
    : hasher_(std::move(hasher)), records_(std::move(records)) {
    slots_.resize(std::bit_ceil(std::max<std::size_t>(4 * records_.size(), 2)));
    by_fingerprint_.reserve(records_.size());
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
        const KeyRecord& record = *records_[i];
        Insert(record.hash, i, false);
        if (record.previous_hash != KeyHash{}) {
            Insert(record.previous_hash, i, true);
        }
        by_fingerprint_.emplace(record.fingerprint, &record);
        has_limits_ = has_limits_ || (!record.limits.Empty() && !record.IsRevoked());
    }
}

void KeyTable::Insert(const KeyHash& hash, std::uint32_t record, bool previous) {
    std::size_t at = StartOf(hash) & (slots_.size() - 1);
    while (slots_[at].start != 0) {
        at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = {StartOf(hash), record, previous};
}

KeyLookup KeyTable::Find(std::string_view key, Time now) const noexcept {
    const KeyHash hash = hasher_.Of(key);
    const std::uint64_t start = StartOf(hash);
    for (std::size_t at = start & (slots_.size() - 1); slots_[at].start != 0;
         at = (at + 1) & (slots_.size() - 1)) {
        const Slot& slot = slots_[at];
        if (slot.start != start) {
            continue;
        }
        const std::shared_ptr<const KeyRecord>& found = records_[slot.record];
        const KeyRecord& record = *found;
        if (hash != (slot.previous ? record.previous_hash : record.hash)) {
            continue;
        }
        if (record.IsRevoked() || (slot.previous && now >= record.previous_until)) {
            return {KeyStatus::kRevoked, found};
        }
        return {record.IsExpired(now) ? KeyStatus::kExpired : KeyStatus::kValid, found};
    }
    return {};
}

const KeyRecord* KeyTable::FindFingerprint(std::string_view fingerprint) const {
    const auto found = by_fingerprint_.find(fingerprint);
    return found == by_fingerprint_.end() ? nullptr : found->second;
}

}  // namespace sightglass::access

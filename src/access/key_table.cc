#include "access/key_table.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace sightglass::access {

/// The hash after the secret went in. BLAKE2 needs no more to be a MAC: its state cannot be extended.
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
    const std::string_view text = secret.Reveal();  // To be hashed before each key.
    crypto_generichash_init(&keyed->state, nullptr, 0, KeyHash{}.size());
    crypto_generichash_update(
        &keyed->state,
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size()
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
    const auto rotated = std::count_if(records_.begin(), records_.end(), [](const auto& record) {
        return record->previous_hash != KeyHash{};
    });
    slots_.resize(std::bit_ceil(2 * (records_.size() + static_cast<std::size_t>(rotated)) + 1));
    by_fingerprint_.reserve(records_.size());
    for (const std::shared_ptr<const KeyRecord>& record : records_) {
        Insert(record->hash, record, false);
        if (record->previous_hash != KeyHash{}) {
            Insert(record->previous_hash, record, true);
        }
        by_fingerprint_.emplace(record->fingerprint, record.get());
    }
}

void KeyTable::Insert(
    const KeyHash& hash,
    const std::shared_ptr<const KeyRecord>& record,
    bool previous
) {
    std::size_t at = HomeOf(StartOf(hash));
    while (slots_[at].start != 0) {
        at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = {StartOf(hash), record, previous};
}

KeyLookup KeyTable::Find(std::string_view key, Time now) const noexcept {
    const KeyHash hash = hasher_.Of(key);
    const std::uint64_t start = StartOf(hash);
    for (std::size_t at = HomeOf(start); slots_[at].start != 0;
         at = (at + 1) & (slots_.size() - 1)) {
        const Slot& slot = slots_[at];
        if (slot.start != start) {
            continue;
        }
        const KeyRecord& record = *slot.record;
        if (hash != (slot.previous ? record.previous_hash : record.hash)) {
            continue;
        }
        if (record.IsRevoked() || (slot.previous && now >= record.previous_until)) {
            return {KeyStatus::kRevoked, slot.record};
        }
        return {record.IsExpired(now) ? KeyStatus::kExpired : KeyStatus::kValid, slot.record};
    }
    return {};
}

const KeyRecord* KeyTable::FindFingerprint(std::string_view fingerprint) const {
    const auto found = by_fingerprint_.find(fingerprint);
    return found == by_fingerprint_.end() ? nullptr : found->second;
}

}  // namespace sightglass::access

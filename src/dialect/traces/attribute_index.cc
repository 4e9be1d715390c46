#include "dialect/traces/attribute_index.h"

#include <cstring>

#include "base/text.h"

namespace sightglass::dialect::traces {
namespace {

constexpr std::size_t kSlots = 1024;
constexpr std::string_view kStar = ".*";

/// Keys share their beginnings: what tells them apart is their end and their length.
std::size_t SlotOf(std::string_view key) noexcept {
    std::uint64_t last = 0;
    std::uint64_t before = 0;
    if (key.size() >= 2 * sizeof last) {
        std::memcpy(&last, key.data() + key.size() - sizeof last, sizeof last);
        std::memcpy(&before, key.data() + key.size() - 2 * sizeof last, sizeof before);
    } else if (key.size() >= sizeof last) {
        std::memcpy(&last, key.data() + key.size() - sizeof last, sizeof last);
        std::memcpy(&before, key.data(), sizeof before);
    } else if (!key.empty()) {
        std::memcpy(&last, key.data(), key.size());
    }
    const std::uint64_t mixed =
        (last ^ (before * 0xff51afd7ed558ccdU) ^ key.size()) * 0x9e3779b97f4a7c15U;
    return (mixed >> 32U) & (kSlots - 1);
}

}  // namespace

const AttributeIndex& AttributeIndex::Instance() {
    static const AttributeIndex index;
    return index;
}

AttributeIndex::AttributeIndex() : slots_(kSlots) {
    std::uint16_t rank = 0;
    for (const TraceDialect& dialect : Dialects()) {
        for (const AttributeRow& row : dialect.attributes) {
            ++rank;
            if (row.key.ends_with(kStar)) {
                prefixes_.push_back({&row, rank});
                continue;
            }
            std::size_t at = SlotOf(row.key);
            while (slots_[at].row != nullptr && slots_[at].row->key != row.key) {
                at = (at + 1) & (kSlots - 1);
            }
            if (slots_[at].row == nullptr) {
                slots_[at] = {&row, rank};
            }
        }
    }
}

Meaning AttributeIndex::Find(std::string_view key) const noexcept {
    for (std::size_t at = SlotOf(key); slots_[at].row != nullptr; at = (at + 1) & (kSlots - 1)) {
        const AttributeRow& row = *slots_[at].row;
        if (row.key == key) {
            return {row.meaning, slots_[at].rank, row.name};
        }
    }
    for (const Slot& prefix : prefixes_) {
        const std::string_view start = prefix.row->key.substr(0, prefix.row->key.size() - 1);
        if (key.size() > start.size() && key.starts_with(start)) {
            return {prefix.row->meaning, prefix.rank, key.substr(start.size())};
        }
    }
    return {};
}

const KindWord* AttributeIndex::FindKind(std::string_view word) const noexcept {
    for (const TraceDialect& dialect : Dialects()) {
        for (const KindWord& kind : dialect.kinds) {
            if (EqualsIgnoreCase(kind.word, word)) {
                return &kind;
            }
        }
    }
    return nullptr;
}

const EventRow* AttributeIndex::FindEvent(std::string_view name) const noexcept {
    for (const TraceDialect& dialect : Dialects()) {
        for (const EventRow& event : dialect.events) {
            if (event.name == name) {
                return &event;
            }
        }
    }
    return nullptr;
}

}  // namespace sightglass::dialect::traces

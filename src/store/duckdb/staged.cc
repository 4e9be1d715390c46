#include "store/duckdb/staged.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

namespace sightglass::store {
namespace {

constexpr std::size_t kBlockRowsMax = 2'048;

/// Pointers to the items, each call_id once, with the last item of that id.
template <typename T>
std::vector<const T*> LatestOfItems(const std::vector<T>& items) {
    std::unordered_map<Uuid, std::size_t> place;
    place.reserve(items.size());
    std::vector<const T*> latest;
    latest.reserve(items.size());
    for (const T& item : items) {
        const auto [at, is_new] = place.try_emplace(item.call_id, latest.size());
        if (is_new) {
            latest.push_back(&item);
        } else {
            latest[at->second] = &item;
        }
    }
    return latest;
}

}  // namespace

StagedRows LatestOf(const Batch& batch, std::uint64_t commit) {
    StagedRows rows{.commit = commit, .calls = {}, .contents = {}};
    const std::vector<const Call*> calls = LatestOfItems(batch.calls);
    for (std::span<const Call* const> left = calls; !left.empty();) {
        const std::size_t count = std::min(left.size(), kBlockRowsMax);
        rows.calls.push_back(std::make_shared<const CallBlock>(left.first(count)));
        left = left.subspan(count);
    }
    for (const Content* content : LatestOfItems(batch.contents)) {
        rows.contents.push_back(std::make_shared<const Content>(*content));
    }
    return rows;
}

void Staged::Add(const Batch& batch) {
    std::shared_ptr<const CallBlock> block;
    if (!batch.calls.empty()) {
        std::vector<const Call*> calls;
        calls.reserve(batch.calls.size());
        for (const Call& call : batch.calls) {
            calls.push_back(&call);
        }
        block = std::make_shared<const CallBlock>(calls);
        call_count_ += block->rows();
        bytes_ += block->bytes();
    }
    std::vector<std::shared_ptr<const Content>> contents;
    for (const Content& content : batch.contents) {
        contents.push_back(std::make_shared<const Content>(content));
        bytes_ += content.input.size() + content.output.size();
    }
    for (const auto& [segment, position] : batch.positions) {
        positions_.positions[segment] = position;
    }
    for (const std::uint64_t segment : batch.forgotten_segments) {
        positions_.positions.erase(segment);
        positions_.forgotten_segments.push_back(segment);
    }
    rows_.With([&](StagedRows& rows) {
        if (block != nullptr) {
            rows.calls.push_back(std::move(block));
        }
        rows.contents.insert(rows.contents.end(), contents.begin(), contents.end());
    });
}

void Staged::Clear(std::uint64_t commit) {
    call_count_ = 0;
    bytes_ = 0;
    positions_ = {};
    StagedRows old = rows_.With([&](StagedRows& rows) {
        return std::exchange(rows, StagedRows{.commit = commit, .calls = {}, .contents = {}});
    });
}

bool Staged::HoldsCall(const Uuid& call_id) const {
    const StagedRows rows = Rows();
    return std::any_of(rows.calls.begin(), rows.calls.end(), [&](const auto& block) {
        return block->Holds(call_id);
    });
}

bool Staged::HoldsContent(const Uuid& call_id) const {
    const StagedRows rows = Rows();
    return std::any_of(rows.contents.begin(), rows.contents.end(), [&](const auto& content) {
        return content->call_id == call_id;
    });
}

}  // namespace sightglass::store

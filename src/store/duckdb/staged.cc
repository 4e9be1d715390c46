#include "store/duckdb/staged.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "store/duckdb/rollup_sets.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr std::size_t kBlockRowsMax = 2'048;
constexpr std::size_t kSpareBytesPerCall = 24;

/// Pointers to the items, each call_id once, with the last item of that id.
template <typename T>
std::vector<const T*> LatestOf(const std::vector<T>& items, bool ids_differ) {
    std::vector<const T*> latest;
    latest.reserve(items.size());
    if (ids_differ) {
        for (const T& item : items) {
            latest.push_back(&item);
        }
        return latest;
    }
    std::unordered_map<Uuid, std::size_t> place;
    place.reserve(items.size());
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

StagedRows CallsOf(const StagedRows& rows, std::span<const Uuid> ids) {
    const std::unordered_set<Uuid> wanted(ids.begin(), ids.end());
    StagedRows found;
    found.commit = rows.commit;
    for (const StagedBlock& staged : rows.calls) {
        std::vector<bool> left_out;
        for (std::size_t row = 0; row < staged.block->rows(); ++row) {
            const bool is_there = staged.withdrawn == nullptr || !(*staged.withdrawn)[row];
            if (is_there && wanted.contains(staged.block->CallId(row))) {
                left_out.resize(staged.block->rows(), true);
                left_out[row] = false;
            }
        }
        if (!left_out.empty()) {
            found.calls.push_back(
                {staged.block, std::make_shared<const std::vector<bool>>(std::move(left_out))}
            );
        }
    }
    return found;
}

std::shared_ptr<const Content> FindStagedContent(const StagedRows& rows, const Uuid& call_id) {
    const auto found =
        std::find_if(rows.contents.begin(), rows.contents.end(), [&](const auto& one) {
            return one->call_id == call_id;
        });
    return found != rows.contents.end() ? *found : nullptr;
}

void Staged::Add(const Batch& batch, Replaced replaced) {
    const std::vector<StagedBlock> blocks = BlocksOf(batch);
    rows_.With([&](StagedRows& rows) {
        WithdrawCalls(batch.withdrawn, rows);
        WithdrawCalls(replaced.calls, rows);
        rows.calls.insert(rows.calls.end(), blocks.begin(), blocks.end());
        TouchHours(batch, replaced, rows);
    });
    AddContents(batch.contents);
    AddSpans(std::move(replaced.new_spans));
    AddFeedback(batch.feedback);
    AddPositions(batch);
}

void Staged::TouchHours(const Batch& batch, const Replaced& replaced, StagedRows& rows) {
    std::vector<std::int64_t>& hours = rows.touched_hours;
    const auto touch = [&hours](const OptionalTime& started_at) {
        if (!started_at) {
            return;  // No question about a time finds it.
        }
        const std::int64_t us = std::clamp(ToMicros(*started_at), -kStoredIntMax, kStoredIntMax);
        const std::int64_t hour = ToMicros(BucketOf(TimeFromMicros(us), Grain::kHour));
        const auto place = std::lower_bound(hours.begin(), hours.end(), hour);
        if (place == hours.end() || *place != hour) {
            hours.insert(place, hour);
        }
    };
    for (const Call& call : batch.calls) {
        touch(call.started_at);
    }
    for (const Withdrawn& withdrawn : batch.withdrawn) {
        touch(withdrawn.started_at);
    }
    for (const Withdrawn& withdrawn : replaced.calls) {
        touch(withdrawn.started_at);
    }
}

bool Staged::HoldsCall(const Uuid& call_id) {
    rows_.With([this](const StagedRows& rows) { LearnPlaces(rows); });
    return places_.contains(call_id);
}

void Staged::LearnPlaces(const StagedRows& rows) {
    for (; blocks_learned_ < rows.calls.size(); ++blocks_learned_) {
        const CallBlock& block = *rows.calls[blocks_learned_].block;
        for (std::size_t row = 0; row < block.rows(); ++row) {
            places_[block.CallId(row)] = {blocks_learned_, row};
        }
    }
}

/// Rows in blocks are marked; any other is one of the file.
void Staged::WithdrawCalls(std::span<const Withdrawn> withdrawn, StagedRows& rows) {
    if (withdrawn.empty()) {
        return;
    }
    LearnPlaces(rows);
    std::unordered_map<std::size_t, std::vector<bool>> marks;  // By block.
    auto of_file = std::make_shared<std::vector<Uuid>>();
    for (const auto& [call_id, started_at] : withdrawn) {
        const auto found = places_.find(call_id);
        if (found == places_.end()) {
            of_file->push_back(call_id);
            rows.withdrawn_from_us = std::min(
                rows.withdrawn_from_us,
                started_at ? ToMicros(*started_at) : std::numeric_limits<std::int64_t>::min()
            );
            continue;
        }
        const auto [block, row] = found->second;
        const StagedBlock& staged = rows.calls[block];
        const auto [mark, is_first] = marks.try_emplace(block, staged.block->rows());
        if (is_first && staged.withdrawn != nullptr) {
            mark->second = *staged.withdrawn;
        }
        mark->second[row] = true;
        --call_count_;
        places_.erase(found);
    }
    for (auto& [block, mark] : marks) {
        rows.calls[block].withdrawn = std::make_shared<const std::vector<bool>>(std::move(mark));
    }
    if (!of_file->empty()) {
        rows.withdrawn_calls.push_back(std::move(of_file));
    }
}

std::vector<StagedBlock> Staged::BlocksOf(const Batch& batch) {
    std::vector<StagedBlock> blocks;
    const std::vector<const Call*> calls = LatestOf(batch.calls, batch.ids_are_new);
    for (std::span<const Call* const> left = calls; !left.empty();) {
        const std::size_t count = std::min(left.size(), kBlockRowsMax);
        auto block = std::make_shared<const CallBlock>(left.first(count), bytes_per_call_);
        bytes_per_call_ = block->bytes() / count + kSpareBytesPerCall;
        call_count_ += block->rows();
        bytes_ += block->bytes();
        blocks.push_back({std::move(block), nullptr});
        left = left.subspan(count);
    }
    return blocks;
}

/// What is told again takes the place of what was told.
void Staged::AddContents(const std::vector<Content>& all) {
    std::vector<std::pair<std::size_t, std::shared_ptr<const Content>>> placed;
    for (const Content& content : all) {
        const auto place =
            content_places_.try_emplace(content.call_id, content_places_.size()).first;
        placed.emplace_back(place->second, std::make_shared<const Content>(content));
        bytes_ += content.input.size() + content.output.size();
    }
    rows_.With([&](StagedRows& rows) {
        rows.contents.resize(content_places_.size());
        for (auto& [place, content] : placed) {
            rows.contents[place] = std::move(content);
        }
    });
}

void Staged::AddSpans(std::vector<Span> spans) {
    if (spans.empty()) {
        return;
    }
    for (const Span& span : spans) {
        span_ids_.insert(span.id);
        bytes_ += sizeof(Span) + span.name.size() + span.error_message.size();
    }
    auto block = std::make_shared<const std::vector<Span>>(std::move(spans));
    rows_.With([&](StagedRows& rows) { rows.spans.push_back(std::move(block)); });
}

/// What is said again takes the place of what was said.
void Staged::AddFeedback(const std::vector<Feedback>& all) {
    std::vector<std::pair<std::size_t, std::shared_ptr<const Feedback>>> placed;
    for (const Feedback& feedback : all) {
        const auto place = feedback_places_.try_emplace(feedback.id, feedback_places_.size()).first;
        placed.emplace_back(place->second, std::make_shared<const Feedback>(feedback));
        bytes_ += sizeof(Feedback) + feedback.comment.size();
    }
    rows_.With([&](StagedRows& rows) {
        rows.feedback.resize(feedback_places_.size());
        for (auto& [place, feedback] : placed) {
            rows.feedback[place] = std::move(feedback);
        }
    });
}

void Staged::AddPositions(const Batch& batch) {
    for (const auto& [segment, position] : batch.positions) {
        positions_.positions[segment] = position;
    }
    for (const std::uint64_t segment : batch.forgotten_segments) {
        positions_.positions.erase(segment);
        positions_.forgotten_segments.push_back(segment);
    }
}

void Staged::Clear(std::uint64_t commit) {
    call_count_ = 0;
    bytes_ = 0;
    positions_ = {};
    places_.clear();
    blocks_learned_ = 0;
    span_ids_.clear();
    content_places_.clear();
    feedback_places_.clear();
    StagedRows none;
    none.commit = commit;
    StagedRows old =
        rows_.With([&](StagedRows& rows) { return std::exchange(rows, std::move(none)); });
}

}  // namespace sightglass::store

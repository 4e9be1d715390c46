#include "store/memory.h"

#include <algorithm>
#include <tuple>

#include "base/mutex.h"
#include "call/record_ids.h"
#include "store/breakdown.h"
#include "store/feedback_reference.h"
#include "store/matching.h"
#include "store/reference.h"
#include "store/trace_reference.h"

namespace sightglass::store {
namespace {

struct Kept {
    std::map<Uuid, Call> calls;
    std::map<Uuid, Content> contents;
    std::map<Uuid, Span> spans;
    std::map<std::string, Feedback> feedback;
    JournalPositions positions;

    std::vector<const Call*> All() const {
        std::vector<const Call*> all;
        all.reserve(calls.size());
        for (const auto& [id, call] : calls) {
            all.push_back(&call);
        }
        return all;
    }

    std::vector<const Span*> AllSpans() const {
        std::vector<const Span*> all;
        all.reserve(spans.size());
        for (const auto& [id, span] : spans) {
            all.push_back(&span);
        }
        return all;
    }

    std::vector<const Feedback*> AllFeedback() const {
        std::vector<const Feedback*> all;
        all.reserve(feedback.size());
        for (const auto& [id, one] : feedback) {
            all.push_back(&one);
        }
        return all;
    }

    const Content* ContentOf(const Uuid& call_id) const {
        const auto found = contents.find(call_id);
        return found != contents.end() ? &found->second : nullptr;
    }
};

template <typename T>
bool Has(const std::vector<T>& all, const T& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool HasFigures(const RelatedQuery::Figures& figures, const Call& call) {
    const auto close = [](const OptionalTime& a, const OptionalTime& b) {
        return a && b && std::chrono::abs(*a - *b) <= RelatedQuery::Figures::kApart;
    };
    return call.output_tokens == figures.output_tokens &&
           (close(call.started_at, figures.started_at) || close(call.ended_at, figures.ended_at));
}

bool IsRelated(const RelatedQuery& query, const Call& call) {
    return call.started_at && *call.started_at >= query.from && *call.started_at <= query.to &&
           (Has(query.call_ids, call.call_id) ||
            Has(query.provider_response_ids, call.provider_response_id) ||
            Has(query.provider_request_ids, call.provider_request_id) ||
            Has(query.span_ids, call.span_id) ||
            std::any_of(query.figures.begin(), query.figures.end(), [&call](const auto& figures) {
                return HasFigures(figures, call);
            }));
}

/// What was said in a joined call may be kept under the id of any of its records.
bool MatchesAnyText(const std::string& text, const Call& call, const Kept& kept) {
    const std::vector<Uuid> records = RecordIdsOf(call);
    return MatchesText(text, call, kept.ContentOf(call.call_id)) ||
           std::any_of(records.begin(), records.end(), [&](const Uuid& id) {
               return MatchesText(text, call, kept.ContentOf(id));
           });
}

bool IsOnPage(const CallQuery& query, const Call& call, const Kept& kept) {
    if (!call.started_at || *call.started_at < query.from || *call.started_at >= query.to) {
        return false;
    }
    if (query.before && std::tie(*call.started_at, call.call_id) >=
                            std::tie(query.before->started_at, query.before->call_id)) {
        return false;
    }
    return MatchesAll(query.filters, call) &&
           (query.text.empty() || MatchesAnyText(query.text, call, kept));
}

/// Thread-safety: safe for concurrent use.
class MemoryStore final : public Store {
public:
    Status Commit(const Batch& batch) override {
        kept_.With([&](Kept& kept) {
            for (const Withdrawn& withdrawn : batch.withdrawn) {
                kept.calls.erase(withdrawn.call_id);
            }
            for (const Call& call : batch.calls) {
                kept.calls[call.call_id] = call;
            }
            for (const Content& content : batch.contents) {
                kept.contents[content.call_id] = content;
            }
            for (const Span& span : batch.spans) {
                kept.spans.try_emplace(span.id, span);
            }
            for (const Feedback& feedback : batch.feedback) {
                kept.feedback[feedback.id] = feedback;
            }
            for (const auto& [segment, offset] : batch.positions) {
                kept.positions[segment] = offset;
            }
            for (const std::uint64_t segment : batch.forgotten_segments) {
                kept.positions.erase(segment);
            }
        });
        return {};
    }

    Result<JournalPositions> Positions() const override {
        return kept_.With([](const Kept& kept) { return kept.positions; });
    }

    Result<Table> Select(const Plan& plan) const override {
        SG_TRY(CheckPlan(plan));
        return kept_.With([&](const Kept& kept) {
            const std::vector<const Call*> calls = kept.All();
            return SelectFrom(calls, Attribute(kept.AllFeedback(), calls), plan);
        });
    }

    Result<Table> Distribution(const DistributionPlan& plan) const override {
        SG_TRY(CheckPlan(plan));
        return kept_.With([&](const Kept& kept) { return DistributionFrom(kept.All(), plan); });
    }

    Result<std::vector<Breakdown>> BreakDown(const BreakdownPlan& plan) const override {
        SG_TRY(CheckPlan(plan));
        return kept_.With([&](const Kept& kept) {
            const std::vector<const Call*> calls = kept.All();
            return BreakdownFrom(calls, Attribute(kept.AllFeedback(), calls), plan);
        });
    }

    Result<std::vector<Call>> List(const CallQuery& query) const override {
        return kept_.With([&](const Kept& kept) {
            std::vector<const Call*> page;
            for (const Call* call : kept.All()) {
                if (IsOnPage(query, *call, kept)) {
                    page.push_back(call);
                }
            }
            std::sort(page.begin(), page.end(), [](const Call* a, const Call* b) {
                return std::tie(*a->started_at, a->call_id) > std::tie(*b->started_at, b->call_id);
            });
            std::vector<Call> calls;
            for (std::size_t i = 0; i < std::min(page.size(), query.limit); ++i) {
                calls.push_back(*page[i]);
            }
            return calls;
        });
    }

    Result<Call> Find(const Uuid& call_id) const override {
        return kept_.With([&](const Kept& kept) -> Result<Call> {
            const auto found = kept.calls.find(call_id);
            if (found == kept.calls.end()) {
                return Error{ErrorCode::kNotFound, "no call has the id " + ToString(call_id)};
            }
            return found->second;
        });
    }

    Result<Content> FindContent(const Uuid& call_id) const override {
        return kept_.With([&](const Kept& kept) -> Result<Content> {
            const Content* content = kept.ContentOf(call_id);
            if (content == nullptr) {
                return Error{
                    ErrorCode::kNotFound,
                    "no content was kept of call " + ToString(call_id)};
            }
            return *content;
        });
    }

    Result<std::vector<TraceSummary>> ListTraces(const TraceQuery& query) const override {
        return kept_.With([&](const Kept& kept) {
            return TracesFrom(kept.All(), kept.AllSpans(), query);
        });
    }

    Result<Trace> FindTrace(const TraceKey& key) const override {
        return kept_.With([&](const Kept& kept) {
            return TraceFrom(kept.All(), kept.AllSpans(), key);
        });
    }

    Result<std::vector<Feedback>> ListFeedback(const FeedbackQuery& query) const override {
        return kept_.With([&](const Kept& kept) { return FeedbackFrom(kept.AllFeedback(), query); }
        );
    }

    Result<std::vector<Feedback>> FindFeedback(const Call& call) const override {
        return kept_.With([&](const Kept& kept) {
            return FeedbackOf(call, Attribute(kept.AllFeedback(), kept.All()));
        });
    }

    Result<std::vector<Call>> FindRelated(const RelatedQuery& query) override {
        return kept_.With([&](const Kept& kept) {
            std::vector<Call> related;
            for (const auto& [id, call] : kept.calls) {
                if (IsRelated(query, call)) {
                    related.push_back(call);
                }
            }
            return related;
        });
    }

    Result<StoreStats> GetStats() const override {
        return kept_.With([](const Kept& kept) {
            StoreStats stats;
            stats.calls = kept.calls.size();
            for (const auto& [id, call] : kept.calls) {
                if (call.started_at) {
                    stats.oldest =
                        std::min(stats.oldest.value_or(*call.started_at), *call.started_at);
                    stats.newest =
                        std::max(stats.newest.value_or(*call.started_at), *call.started_at);
                }
            }
            return stats;
        });
    }

private:
    Guarded<Kept> kept_;
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore() {
    return std::make_unique<MemoryStore>();
}

}  // namespace sightglass::store

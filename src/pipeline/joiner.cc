#include "pipeline/joiner.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "refine/members.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kWindowBytesPerFilter = std::size_t{16} << 20;
constexpr std::size_t kCandidatesMax = 16;  ///< Under one key.
constexpr std::size_t kComponentMax = 32;
constexpr int kRoundsMax = 4;  ///< Of questions to the store: a call, what it may be one with, …
constexpr Duration kLongBefore = std::chrono::minutes(10);  ///< A call may have begun so long
                                                            ///< before one that it is.
constexpr Duration kUnsure = std::chrono::minutes(1);       ///< Past what the filter has forgotten.

bool IsOfGateway(const Call& call) noexcept {
    return call.source.value_or(Source::kGateway) == Source::kGateway;
}

bool IsOne(const Call& record, const Call& call) {
    const std::vector<Call> members = refine::MembersOf(call);
    return std::any_of(members.begin(), members.end(), [&](const Call& member) {
        return member.call_id == record.call_id || refine::WhyJoined(record, member);
    });
}

/// Rows that one question to the store is about.
void AddTo(store::RelatedQuery& query, const Call& record) {
    query.call_ids.push_back(record.call_id);
    const auto add = [](const std::string& id, std::vector<std::string>& ids) {
        if (!id.empty()) {
            ids.push_back(id);
        }
    };
    add(record.provider_response_id, query.provider_response_ids);
    add(record.provider_request_id, query.provider_request_ids);
    add(record.span_id, query.span_ids);
    const Time from = *record.started_at - kLongBefore;
    const Time to = record.ended_at.value_or(*record.started_at) + kLongBefore;
    const bool is_first = query.call_ids.size() == 1;
    query.from = is_first ? from : std::min(query.from, from);
    query.to = is_first ? to : std::max(query.to, to);
}

}  // namespace

Joiner::Joiner(store::Store& store, std::size_t window_bytes_max)
    : store_(store),
      window_(window_bytes_max),
      filter_(std::clamp<std::size_t>(window_bytes_max / kWindowBytesPerFilter, 2, 4)) {}

Status Joiner::Start() {
    SG_TRY(LearnKinds());
    for (const Source source : {Source::kOtlp, Source::kImport, Source::kProviderUsage}) {
        is_active_ = is_active_ || kinds_.Has(source);
    }
    return {};
}

/// Of the calls that are in the store, only their sources are asked for: those of logs are taken to
/// be without ids.
Status Joiner::LearnKinds() {
    SG_ASSIGN_OR_RETURN(const store::StoreStats stats, store_.GetStats());
    if (!stats.oldest || !stats.newest) {
        return {};
    }
    filter_.ForgetUpTo(*stats.newest);
    store::Plan plan;
    plan.from = *stats.oldest;
    plan.to = *stats.newest + Duration(1);
    plan.metrics = {FindMetric("calls")};
    store::Filter by_source;
    by_source.dimension.field = FindField("source");
    plan.group_by = {by_source};
    SG_ASSIGN_OR_RETURN(const store::Table table, store_.Select(plan));
    for (const auto& row : table.rows) {
        Call kind;
        const auto* const name = std::get_if<std::string>(&row.front());
        kind.source = ParseEnum<Source>(name != nullptr ? *name : "gateway");
        kinds_.Add(kind);
    }
    return {};
}

Status Joiner::Join(store::Batch& batch, const std::unordered_set<Uuid>& known) {
    new_calls_ = batch.calls.size();
    repeats_.clear();
    known_.assign(known.begin(), known.end());
    if (!is_active_) {
        if (std::all_of(batch.calls.begin(), batch.calls.end(), IsOfGateway)) {
            if (!known.empty()) {
                const auto versions = std::stable_partition(
                    batch.calls.begin(),
                    batch.calls.end(),
                    [&known](const Call& call) { return !known.contains(call.call_id); }
                );
                new_calls_ = static_cast<std::size_t>(versions - batch.calls.begin());
            }
            return {};
        }
        SG_TRY(LearnKinds());
        is_active_ = true;
    }
    for (const Call& record : batch.calls) {
        kinds_.Add(record);
    }
    asked_store_ = false;
    window_.Trim(filter_);
    FindBatchKeys(batch.calls);
    const refine::RecordKinds kinds = kinds_;
    SG_TRY(BringIn(batch.calls));
    if (!(kinds_ == kinds)) {
        FindBatchKeys(batch.calls);  // What came in is of a kind that nobody looked for.
    }
    fates_.clear();
    new_of_gateway_.clear();
    batch_first_ = window_.Next();
    // Mostly all are, and stay where they are.
    std::size_t plain = 0;
    for (; plain < batch.calls.size(); ++plain) {
        const Call& record = batch.calls[plain];
        if (!TakeIfUnrelated(record, batch_keys_[plain], Gather(record, batch_keys_[plain]))) {
            break;
        }
    }
    const auto first = batch.calls.begin() + static_cast<std::ptrdiff_t>(plain);
    std::vector<Call> records(
        std::make_move_iterator(first),
        std::make_move_iterator(batch.calls.end())
    );
    batch.calls.resize(plain);
    for (std::size_t i = 0; i < records.size(); ++i) {
        Take(records[i], batch_keys_[plain + i], batch);
    }
    Finish(batch);
    return {};
}

void Joiner::FindKeys(std::span<const Call> records, std::vector<refine::JoinKeys>& keys) const {
    if (keys.size() < records.size()) {
        keys.resize(records.size());
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        keys[i].Clear();
        refine::AddJoinKeys(records[i], kinds_, keys[i]);
    }
}

/// Where the keys lead to is all over the memory, so it is asked for ahead.
void Joiner::FindBatchKeys(std::span<const Call> records) {
    FindKeys(records, batch_keys_);
    for (const refine::JoinKeys& keys : std::span(batch_keys_).first(records.size())) {
        for (const std::uint64_t key : keys.own) {
            window_.Prefetch(key);
        }
        for (const std::uint64_t key : keys.wanted) {
            window_.Prefetch(key);
            filter_.Prefetch(key);
        }
    }
}

/// Reads into the window what the store has that may be one with one of the records, and what may
/// be one with that.
Status Joiner::BringIn(std::span<const Call> records) {
    if (filter_.Empty()) {
        return {};
    }
    if (auto first = BringInRelated(records, batch_keys_); !first.Ok()) {
        return std::move(first).error();
    }
    std::vector<refine::JoinKeys> keys;
    for (int round = 1; round < kRoundsMax; ++round) {
        std::vector<Call> members;
        for (std::size_t i = 0; i < records.size(); ++i) {
            for (Call& member : Gather(records[i], batch_keys_[i]).records) {
                members.push_back(std::move(member));
            }
        }
        FindKeys(members, keys);
        SG_ASSIGN_OR_RETURN(const std::vector<Call> found, BringInRelated(members, keys));
        if (found.empty()) {
            break;
        }
    }
    return {};
}

/// Returns what was not in the window before.
Result<std::vector<Call>>
Joiner::BringInRelated(std::span<const Call> records, std::span<const refine::JoinKeys> keys) {
    store::RelatedQuery query;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const Call& record = records[i];
        if (record.started_at && MayBeInStore(record, keys[i])) {
            AddTo(query, record);
            if (keys[i].wants_figures) {
                query.figures.push_back({*record.output_tokens, *record.started_at, record.ended_at}
                );
            }
        }
    }
    std::vector<Call> brought;
    if (query.Empty()) {
        return brought;
    }
    asked_store_ = true;
    SG_ASSIGN_OR_RETURN(std::vector<Call> related, store_.FindRelated(query));
    // The window keeps what came last: calls that share a provider's id, as some give it to every
    // answer, may be too many for it, and must not push out what was asked for by its own.
    const std::unordered_set<Uuid> own(query.call_ids.begin(), query.call_ids.end());
    std::stable_partition(related.begin(), related.end(), [&own](const Call& call) {
        return !own.contains(call.call_id);
    });
    std::vector<CallWindow::Number> numbers;
    for (Call& call : related) {
        numbers.clear();
        window_.Find(refine::CallKey(call.call_id), kCandidatesMax, numbers);
        const bool is_known = std::any_of(numbers.begin(), numbers.end(), [&](auto number) {
            return window_.Read(number).call_id == call.call_id;
        });
        if (!is_known) {
            Remember(call);
            brought.push_back(std::move(call));
        }
    }
    return brought;
}

bool Joiner::MayBeInStore(const Call& record, const refine::JoinKeys& keys) const {
    const OptionalTime forgotten = filter_.ForgottenUpTo();
    if (forgotten && *record.started_at <= *forgotten + kUnsure) {
        return true;
    }
    return std::any_of(keys.wanted.begin(), keys.wanted.end(), [&](std::uint64_t key) {
        return filter_.MayHold(key);
    });
}

/// Adds Calls of the window that may be one with the record. False where that is too many.
bool Joiner::Extend(Component& component, const Call& record, const refine::JoinKeys& keys) {
    std::vector<CallWindow::Number> candidates;
    for (const std::uint64_t key : keys.wanted) {
        window_.Find(key, kCandidatesMax, candidates);
    }
    for (const CallWindow::Number number : candidates) {
        const auto& known = component.numbers;
        if (known.size() >= kComponentMax) {
            return false;
        }
        if (std::find(known.begin(), known.end(), number) != known.end()) {
            continue;
        }
        Call call = window_.Read(number);
        if (IsOne(record, call)) {
            component.numbers.push_back(number);
            component.calls.push_back(std::move(call));
        }
    }
    return true;
}

Joiner::Component Joiner::Gather(const Call& record, const refine::JoinKeys& keys) {
    Component component;
    bool has_room = Extend(component, record, keys);
    for (std::size_t i = 0; i < component.calls.size(); ++i) {
        for (Call& member : refine::MembersOf(component.calls[i])) {
            keys_.Clear();
            refine::AddJoinKeys(member, kinds_, keys_);
            has_room = has_room && Extend(component, member, keys_);
            component.records.push_back(std::move(member));
        }
    }
    return component;
}

/// Takes in a record that no other may be one with: it is a Call. False where there is more to do.
bool Joiner::TakeIfUnrelated(
    const Call& record,
    const refine::JoinKeys& keys,
    const Component& component
) {
    if (!record.joined.empty() || !component.calls.empty()) {
        return false;
    }
    if (IsOfGateway(record)) {
        new_of_gateway_.insert(record.call_id);
    }
    Remember(record, keys);
    fates_.push_back(Fate::kNew);
    return true;
}

void Joiner::Take(Call& record, const refine::JoinKeys& keys, store::Batch& batch) {
    Component component = Gather(record, keys);
    if (TakeIfUnrelated(record, keys, component)) {
        batch.calls.push_back(std::move(record));
        return;
    }
    const bool is_known =
        std::any_of(component.records.begin(), component.records.end(), [&](const Call& member) {
            return member.call_id == record.call_id;
        });
    if (IsOfGateway(record) && !is_known) {
        new_of_gateway_.insert(record.call_id);
    }
    if (component.calls.empty()) {
        Put(std::move(record), Fate::kNew, batch);
        return;
    }
    if (!Unite(record, component)) {
        ++duplicates_;
        const bool is_sure = component.calls.size() == 1;
        repeats_.push_back(
            {record.source.value_or(Source::kGateway),
             is_sure ? component.calls.front().call_id : record.call_id,
             record.started_at.value_or(Time())}
        );
        return;
    }
    component.records.push_back(std::move(record));
    std::vector<Call> calls;
    for (std::vector<Call>& members : refine::GroupByRequest(std::move(component.records))) {
        joined_ += members.size() > 1 ? 1 : 0;
        calls.push_back(refine::Merge(std::move(members)));
    }
    Replace(component, std::move(calls), batch);
}

/// Puts the record together with what was known under its id. False where it says nothing new.
bool Joiner::Unite(Call& record, Component& component) {
    const auto known =
        std::find_if(component.records.begin(), component.records.end(), [&](const Call& member) {
            return member.call_id == record.call_id;
        });
    if (known == component.records.end()) {
        return true;
    }
    if (!IsOfGateway(record)) {
        record = refine::Unite(*known, record);
    }
    if (record == *known) {
        return false;
    }
    component.records.erase(known);
    return true;
}

/// What the component's Calls were is now `calls`. Those that answers have counted already go on
/// being counted as such.
void Joiner::Replace(Component& component, std::vector<Call> calls, store::Batch& batch) {
    std::size_t counted = 0;
    for (std::size_t i = 0; i < component.calls.size(); ++i) {
        const auto same = std::find(calls.begin(), calls.end(), component.calls[i]);
        if (same != calls.end()) {
            calls.erase(same);  // As it was.
            continue;
        }
        const CallWindow::Number number = component.numbers[i];
        const bool is_new = number >= batch_first_ && fates_[number - batch_first_] == Fate::kNew;
        counted += is_new ? 0 : 1;
        Withdraw(component.numbers[i], component.calls[i], batch);
    }
    for (Call& call : calls) {
        Put(std::move(call), counted > 0 ? Fate::kVersion : Fate::kNew, batch);
        counted -= counted > 0 ? 1 : 0;
    }
}

/// Takes a Call out of the batch, or out of the store with the batch.
void Joiner::Withdraw(CallWindow::Number number, const Call& call, store::Batch& batch) {
    if (number >= batch_first_) {
        fates_[number - batch_first_] = Fate::kGone;
    } else {
        batch.withdrawn.push_back({call.call_id, call.started_at});
    }
    window_.Remove(number);
}

void Joiner::Put(Call call, Fate fate, store::Batch& batch) {
    Remember(call);
    fates_.push_back(fate);
    batch.calls.push_back(std::move(call));
}

void Joiner::Remember(const Call& call) {
    refine::JoinKeys& keys = keys_;
    keys.Clear();
    if (call.joined.empty()) {
        refine::AddJoinKeys(call, kinds_, keys);
    } else {
        for (const Call& member : refine::MembersOf(call)) {
            kinds_.Add(member);  // The store tells of the first of them only.
            refine::AddJoinKeys(member, kinds_, keys);
        }
    }
    Remember(call, keys);
}

void Joiner::Remember(const Call& call, const refine::JoinKeys& keys) {
    window_.Add(call, keys.own);
}

/// Leaves in the batch what is to be stored, the new ones first.
void Joiner::Finish(store::Batch& batch) {
    batch.ids_are_new = true;
    new_calls_ = batch.calls.size();
    if (std::all_of(fates_.begin(), fates_.end(), [](Fate fate) { return fate == Fate::kNew; })) {
        return;
    }
    std::vector<Call> kept;
    kept.reserve(batch.calls.size());
    for (const Fate fate : {Fate::kNew, Fate::kVersion}) {
        for (std::size_t i = 0; i < batch.calls.size(); ++i) {
            if (fates_[i] == fate) {
                kept.push_back(std::move(batch.calls[i]));
            }
        }
        new_calls_ = fate == Fate::kNew ? kept.size() : new_calls_;
    }
    batch.calls = std::move(kept);
}

}  // namespace sightglass::pipeline

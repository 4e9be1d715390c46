#include "pipeline/repricing.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"
#include "call/batch.h"
#include "call/encoding.h"
#include "pipeline/reworking.h"
#include "pipeline/undo_file.h"
#include "refine/members.h"
#include "refine/steps.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kPageCalls = 2'000;
constexpr std::size_t kLinesMax = 2'000;
constexpr std::string_view kUndoFile = "undo.pages";
constexpr std::string_view kUnfinishedFile = "undo.unfinished";

/// "openai/gpt-4o@2026-08-21+flex*0.85" in its parts.
struct PriceId {
    std::string_view model;
    std::string_view list;
    std::string_view tier;
    std::string_view discount;
};

PriceId PartsOf(std::string_view id) noexcept {
    PriceId parts;
    const auto take = [&id](char mark) {
        const std::size_t at = id.rfind(mark);
        if (at == std::string_view::npos) {
            return std::string_view();
        }
        const std::string_view part = id.substr(at + 1);
        id = id.substr(0, at);
        return part;
    };
    const std::size_t at = id.rfind('@');
    const std::string_view behind = at == std::string_view::npos ? "" : id.substr(at + 1);
    parts.discount = behind.find('*') == std::string_view::npos ? "" : take('*');
    parts.tier = behind.find('+') == std::string_view::npos ? "" : take('+');
    parts.list = take('@');
    parts.model = id;
    return parts;
}

template <typename Visit>
void ForEachMoney(Visit&& visit) {
    for (const auto field :
         {&Call::cost,
          &Call::input_cost,
          &Call::cached_cost,
          &Call::cache_write_cost,
          &Call::output_cost,
          &Call::other_cost}) {
        visit(field);
    }
}

bool HasSameMoney(const Call& a, const Call& b) noexcept {
    bool same = a.price_id == b.price_id && a.cost_source == b.cost_source;
    ForEachMoney([&](auto field) { same = same && a.*field == b.*field; });
    return same;
}

void CopyMoney(const Call& from, Call& to) {
    ForEachMoney([&](auto field) { to.*field = from.*field; });
    to.price_id = from.price_id;
    to.cost_source = from.cost_source;
    to.joined = from.joined;
}

Status Remove(const Path& file) {
    std::error_code failed;
    std::filesystem::remove(file, failed);
    return failed ? ErrnoError("cannot remove", file, failed.value()) : Status();
}

Money Known(const OptionalMoney& cost) noexcept {
    return cost.value_or(Money());
}

}  // namespace

std::string_view CauseOfChange(const Call& before, const Call& after) noexcept {
    if (HasSameMoney(before, after)) {
        return {};
    }
    if (!before.cost) {
        return "newly_priced";
    }
    if (!after.cost) {
        return "no_longer_priced";
    }
    const PriceId was = PartsOf(before.price_id);
    const PriceId is = PartsOf(after.price_id);
    if (was.model != is.model) {
        return "model";
    }
    if (was.tier != is.tier) {
        return "service_tier";
    }
    if (was.discount != is.discount) {
        return "discount";
    }
    return was.list != is.list ? "list" : "rates";
}

Call Reprice(const Call& call, const prices::PriceBook& prices) {
    std::vector<Call> members = refine::MembersOf(call);
    for (Call& member : members) {
        refine::Price(member, prices);
    }
    Call repriced = refine::Merge(std::move(members));
    Call result = call;
    CopyMoney(repriced, result);
    return result;
}

/// One order on its way.
struct Repricing::Run {
    RepriceOrder order;
    std::optional<store::CallQuery::Cursor> before;
    std::optional<UndoFile> undo;  // Opened when it is first needed.
    std::map<std::tuple<std::string, std::string, std::string_view>, RepriceLine> lines;
    std::map<Change, RefineLine> changes;
};

Repricing::Repricing(store::Store& store, Path directory)
    : store_(store), directory_(std::move(directory)) {}

Repricing::~Repricing() = default;

Status Repricing::Start(const RepriceOrder& order) {
    if (directory_.empty()) {
        return Error{ErrorCode::kUnavailable, "there is no place to keep what undoing needs"};
    }
    auto run = std::make_unique<Run>();
    run->order = order;
    return report_.With([&](RepriceReport& report) -> Status {
        if (is_running_.load(std::memory_order_acquire)) {
            return Error{ErrorCode::kConflict, "calls are being priced or cleaned again already"};
        }
        std::error_code ignored;
        if (order.kind == RepriceOrder::Kind::kUndo &&
            !std::filesystem::exists(directory_ / kUndoFile, ignored)) {
            return Error{ErrorCode::kNotFound, "there is nothing to undo"};
        }
        report = {};
        report.state = RepriceReport::State::kRunning;
        report.order = order;
        run_ = std::move(run);
        is_running_.store(true, std::memory_order_release);
        return {};
    });
}

RepriceReport Repricing::Report() const {
    return report_.With([](const RepriceReport& report) { return report; });
}

bool Repricing::IsRunning() const noexcept {
    return is_running_.load(std::memory_order_acquire);
}

bool Repricing::Step(const prices::PriceBook& prices) {
    Result<bool> changed = Advance(prices);
    if (!changed.Ok()) {
        Log(LogLevel::kError, "pipeline", "pricing again: " + changed.error().message);
        Finish(RepriceReport::State::kFailed, changed.error().message);
        return true;  // Nobody knows.
    }
    return *changed;
}

Result<bool> Repricing::Advance(const prices::PriceBook& prices) {
    return run_->order.kind == RepriceOrder::Kind::kUndo ? UndoPage() : RepricePage(prices);
}

Result<bool> Repricing::RepricePage(const prices::PriceBook& prices) {
    Run& run = *run_;
    store::CallQuery query;
    query.from = run.order.from;
    query.to =
        run.before ? std::min(run.order.to, run.before->started_at + Duration(1)) : run.order.to;
    query.before = run.before;
    query.limit = kPageCalls;
    SG_ASSIGN_OR_RETURN(const std::vector<Call> calls, store_.List(query));
    std::vector<Call> versions;
    std::vector<store::Withdrawn> replaced;
    std::string pairs;
    for (const Call& call : calls) {
        Call now = Rework(call, prices);
        if (now == call) {
            continue;
        }
        const std::pair<Call, Call> difference = DifferenceOf(call, now);
        AppendToBatch(difference.first, pairs);
        AppendToBatch(difference.second, pairs);
        replaced.push_back({call.call_id, call.started_at});
        versions.push_back(std::move(now));
    }
    const bool changes = run.order.kind == RepriceOrder::Kind::kApply && !versions.empty();
    report_.With([&](RepriceReport& report) {
        report.calls += calls.size();
        report.changed += versions.size();
    });
    if (changes) {
        SG_TRY(Save(pairs));
        SG_TRY(CommitVersions(std::move(versions), std::move(replaced)));
    }
    if (calls.size() < kPageCalls) {
        Finish(RepriceReport::State::kDone, {});
    } else {
        run.before = {*calls.back().started_at, calls.back().call_id};
    }
    return changes;
}

/// Before the calls change.
Status Repricing::Save(const std::string& pairs) {
    if (!run_->undo) {
        SG_TRY(BeginSaving());
    }
    return run_->undo->Append(pairs);
}

/// A run forgets the one before it, unless that was cut off: then it goes on with its file.
Status Repricing::BeginSaving() {
    SG_TRY(EnsurePrivateDirectory(directory_));
    const Path unfinished = directory_ / kUnfinishedFile;
    std::error_code ignored;
    if (!std::filesystem::exists(unfinished, ignored)) {
        SG_TRY(Remove(directory_ / kUndoFile));
        SG_TRY(WriteFileAtomically(unfinished, "", 0600));
    }
    return OpenUndo();
}

Status Repricing::OpenUndo() {
    SG_ASSIGN_OR_RETURN(run_->undo, UndoFile::Open(directory_ / kUndoFile));
    return {};
}

/// What the order makes of a call; counts what that changes.
Call Repricing::Rework(const Call& call, const prices::PriceBook& prices) {
    Run& run = *run_;
    if (!run.order.steps) {
        Call now = Reprice(call, prices);
        const std::string_view cause = CauseOfChange(call, now);
        if (cause.empty()) {
            return call;
        }
        CountMoney(cause, call, now);
        return now;
    }
    std::vector<Change> changes;
    Call now = RefineAgain(call, prices, *run.order.steps, changes);
    for (const Change& change : changes) {
        RefineLine& line = run.changes[change];
        ++line.calls;
        if (line.examples.size() < RefineLine::kExamplesMax) {
            line.examples.push_back(call.call_id);
        }
    }
    if (const std::string_view cause = CauseOfChange(call, now); !cause.empty()) {
        CountMoney(cause, call, now);
    }
    return now;
}

void Repricing::CountMoney(std::string_view cause, const Call& before, const Call& after) {
    RepriceLine& line = run_->lines[{before.provider, before.model, cause}];
    line.cause = cause;
    ++line.calls;
    line.before += Known(before.cost);
    line.after += Known(after.cost);
}

Status Repricing::CommitVersions(std::vector<Call> calls, std::vector<store::Withdrawn> replaced) {
    store::Batch batch;
    batch.calls = std::move(calls);
    batch.withdrawn = std::move(replaced);
    batch.ids_are_new = true;
    return store_.Commit(batch);
}

/// What of a page's calls was different, and what it became.
Result<Repricing::Pairs> Repricing::ReadPairs(std::string_view page) {
    Pairs pairs;
    while (!page.empty()) {
        SG_ASSIGN_OR_RETURN(const std::string_view was_bytes, TakeFromBatch(page));
        SG_ASSIGN_OR_RETURN(const std::string_view now_bytes, TakeFromBatch(page));
        SG_ASSIGN_OR_RETURN(const Call was, DecodeCall(was_bytes));
        SG_ASSIGN_OR_RETURN(const Call now, DecodeCall(now_bytes));
        pairs.try_emplace(was.call_id, was, now);
    }
    return pairs;
}

Result<std::vector<Call>> Repricing::FindAll(const Pairs& pairs) {
    if (pairs.empty()) {
        return std::vector<Call>();
    }
    store::RelatedQuery query;
    query.from = Time::max();
    query.to = Time::min();
    for (const auto& [id, pair] : pairs) {
        for (const Call* one : {&pair.first, &pair.second}) {
            const Time at = one->started_at.value_or(Time());
            query.from = std::min(query.from, at);
            query.to = std::max(query.to, at);
        }
        query.call_ids.push_back(id);
    }
    return store_.FindRelated(query);
}

/// The last page first: of a run that was cut off and gone on with, a call may be in several, and goes back through all of its
/// prices.
Result<bool> Repricing::UndoPage() {
    if (!run_->undo) {
        SG_TRY(OpenUndo());
    }
    SG_ASSIGN_OR_RETURN(const std::optional<std::string> page, run_->undo->TakeLast());
    SG_ASSIGN_OR_RETURN(const Pairs pairs, ReadPairs(page.value_or("")));
    SG_ASSIGN_OR_RETURN(std::vector<Call> found, FindAll(pairs));
    std::vector<Call> versions;
    std::vector<store::Withdrawn> replaced;
    for (Call& call : found) {
        const auto pair = pairs.find(call.call_id);
        const Call is = call;
        if (pair != pairs.end() && TakeBack(pair->second, call)) {
            CountMoney("undo", is, call);
            replaced.push_back({is.call_id, is.started_at});
            versions.push_back(std::move(call));
        }
    }
    report_.With([&](RepriceReport& report) {
        report.calls += pairs.size();
        report.changed += versions.size();
        report.skipped += pairs.size() - versions.size();
    });
    const bool changes = !versions.empty();
    if (changes) {
        SG_TRY(CommitVersions(std::move(versions), std::move(replaced)));
    }
    if (run_->undo->Pages() == 0) {
        SG_TRY(Remove(directory_ / kUndoFile));
        SG_TRY(Remove(directory_ / kUnfinishedFile));
        Finish(RepriceReport::State::kDone, {});
    }
    return changes;
}

void Repricing::Finish(RepriceReport::State state, std::string error) {
    std::vector<RepriceLine> lines;
    for (auto& [key, line] : run_->lines) {
        line.provider = std::get<0>(key);
        line.model = std::get<1>(key);
        lines.push_back(std::move(line));
    }
    std::vector<RefineLine> changes;
    for (auto& [change, line] : run_->changes) {
        line.step = change.step;
        line.field = change.field;
        changes.push_back(std::move(line));
    }
    const auto change = [](const RepriceLine& line) {
        const std::int64_t by = line.after.nano_usd() - line.before.nano_usd();
        return by < 0 ? -by : by;
    };
    std::stable_sort(lines.begin(), lines.end(), [&](const RepriceLine& a, const RepriceLine& b) {
        return change(a) > change(b);
    });
    lines.resize(std::min(lines.size(), kLinesMax));
    if (run_->undo && state == RepriceReport::State::kDone) {
        if (const Status removed = Remove(directory_ / kUnfinishedFile); !removed.Ok()) {
            Log(LogLevel::kError, "pipeline", removed.error().message);
        }
    }
    run_.reset();
    report_.With([&](RepriceReport& report) {
        report.state = state;
        report.error = std::move(error);
        report.lines = std::move(lines);
        report.changes = std::move(changes);
    });
    is_running_.store(false, std::memory_order_release);
}

}  // namespace sightglass::pipeline

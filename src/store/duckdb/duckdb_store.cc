#include "store/duckdb/duckdb_store.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "store/breakdown.h"
#include "store/duckdb/breakdown_sql.h"
#include "store/duckdb/commit.h"
#include "store/duckdb/content_file.h"
#include "store/duckdb/engine.h"
#include "store/duckdb/feedback_rows.h"
#include "store/duckdb/feedback_sql.h"
#include "store/duckdb/plan_sql.h"
#include "store/duckdb/read_rows.h"
#include "store/duckdb/rollup_sql.h"
#include "store/duckdb/schema.h"
#include "store/duckdb/sources.h"
#include "store/duckdb/staged.h"
#include "store/duckdb/trace_reader.h"
#include "store/duckdb/values.h"
#include "store/reference.h"

namespace sightglass::store {
namespace {

constexpr std::size_t kStagedBytesMax = 96U << 20;
/// What a commit takes of DuckDB's memory, in multiples of what is staged: all columns in full width.
constexpr std::size_t kMemoryToStaged = 5;
constexpr auto kReopenPoll = std::chrono::milliseconds(10);
constexpr Duration kFirstListSpan = std::chrono::minutes(15);
constexpr int kListSpanGrowth = 8;  ///< 2 hours, 16 hours, 5 days, 6 weeks …

using SharedEngine = std::shared_ptr<Engine>;

/// Puts what is staged, newest first, among what the file holds from `from` on.
void MergeStaged(
    std::vector<Call>& staged,
    Time from,
    std::vector<Call>& found,
    std::size_t limit
) {
    const auto is_newer = [](const Call& a, const Call& b) {
        return std::tie(a.started_at, a.call_id) > std::tie(b.started_at, b.call_id);
    };
    const auto end = std::find_if(staged.begin(), staged.end(), [&](const Call& call) {
        return call.started_at < from;
    });
    const auto middle = static_cast<std::ptrdiff_t>(found.size());
    std::move(staged.begin(), end, std::back_inserter(found));
    staged.erase(staged.begin(), end);
    std::inplace_merge(found.begin(), found.begin() + middle, found.end(), is_newer);
    found.resize(std::min(found.size(), limit));
}

/// Thread-safety: as Store.
class DuckDbStore final : public Store {
public:
    DuckDbStore(Path file, const DuckDbOptions& options)
        : file_(std::move(file)), options_(options) {}

    Status Open() {
        SG_ASSIGN_OR_RETURN(SharedEngine engine, Engine::Open(file_, options_));
        SG_ASSIGN_OR_RETURN(Committer committer, Committer::Make(*engine, options_));
        SG_ASSIGN_OR_RETURN(auto columns, CallColumns(engine->Writer()));
        SG_ASSIGN_OR_RETURN(
            const StoreStats stats,
            ReadStats(engine->Writer(), Sources(), NoDeadline())
        );
        SG_ASSIGN_OR_RETURN(const OptionalTime newest_span, ReadNewestSpan(engine->Writer()));
        committer_.emplace(std::move(committer));
        columns_ = std::move(columns);
        const Time newest = std::max(stats.newest.value_or(Time()), newest_span.value_or(Time()));
        newest_us_ = std::max<std::int64_t>(newest_us_, ToMicros(newest));
        if (staged_.Empty() || committer_->Commits() >= staged_.Rows().commit) {
            staged_.Clear(committer_->Commits() + 1);  // A commit that failed may have succeeded.
        }
        engine_.With([&](SharedEngine& current) { current = std::move(engine); });
        return {};
    }

    Status Commit(const Batch& batch) override {
        if (batch.Empty()) {
            return {};
        }
        if (!committer_) {
            SG_TRY(Open());
        }
        SG_TRY(Keep());
        SG_TRY(Stage(batch));
        const Status status = Keep();
        if (!status.Ok()) {
            staged_.Clear(staged_.Rows().commit);  // It is the caller's again.
        }
        return status;
    }

    Status Stage(const Batch& batch) override {
        if (!committer_) {
            SG_TRY(Open());
        }
        SG_ASSIGN_OR_RETURN(Replaced replaced, committer_->FindReplaced(batch, staged_));
        // Before anybody sees it: a list must not look past a call that is there already.
        RememberNewest(batch);
        staged_.Add(batch, std::move(replaced));
        return {};
    }

    std::size_t StageRoom() const override {
        return staged_.Bytes() <
                       std::min(kStagedBytesMax, options_.memory_bytes_max / kMemoryToStaged)
                   ? options_.group_rows - std::min(options_.group_rows, staged_.CallCount())
                   : 0;
    }

    Status Keep() override {
        if (staged_.Empty()) {
            return {};
        }
        if (!committer_) {
            SG_TRY(Open());
            return Keep();
        }
        return CommitRows(staged_.Rows(), staged_.Positions());
    }

    bool HasStaged() const override { return !staged_.Empty(); }

    Result<JournalPositions> Positions() const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        return ReadPositions(reader.loan.get(), reader.deadline);
    }

    Result<bool> Tend() override {
        if (!committer_ || !options_.rollups) {
            return false;
        }
        Result<bool> has_done = committer_->Tend(TimeFromMicros(newest_us_));
        if (!has_done.Ok() && IsFatal(has_done.error())) {
            GiveUp(has_done.error());
        }
        return has_done;
    }

    Result<Table> Select(const Plan& plan) const override {
        SG_TRY(CheckPlan(plan));
        const RollupSet* const rollup = options_.rollups ? FindRollup(plan) : nullptr;
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader(rollup != nullptr));
        Table table{ColumnsOf(plan), {}};
        Sql sql = SelectSql(plan, reader.sources);
        if (rollup != nullptr) {
            SG_ASSIGN_OR_RETURN(
                RollupAnswer answer,
                FromRollups(
                    plan,
                    *rollup,
                    {reader.loan.get(), reader.sources, StagedHours(reader), reader.deadline}
                )
            );
            if (answer.calls >= options_.rollup_calls_min) {
                sql = std::move(answer.sql);
                table.source = std::move(answer.source);
            }
        }
        SG_ASSIGN_OR_RETURN(Rows rows, Run(reader.loan.get(), sql, reader.deadline));
        table.rows = ReadTable(rows, table.columns.size(), plan.interval ? 1 : 0);
        return table;
    }

    Result<Table> Distribution(const DistributionPlan& plan) const override {
        SG_TRY(CheckPlan(plan));
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        SG_ASSIGN_OR_RETURN(
            Rows rows,
            Run(reader.loan.get(), DistributionSql(plan, reader.sources), reader.deadline)
        );
        Table table{DistributionColumns(), {}};
        for (const std::vector<Cell>& row : ReadTable(rows, 3, 1)) {
            const std::int64_t bucket = std::get<std::int64_t>(row[1]);
            const double low = LogBucketLow(bucket, plan.buckets_per_decade);
            table.rows.push_back(
                {row[0], low, LogBucketLow(bucket + 1, plan.buckets_per_decade), row[2]}
            );
        }
        return table;
    }

    Result<std::vector<Breakdown>> BreakDown(const BreakdownPlan& plan) const override {
        SG_TRY(CheckPlan(plan));
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        SG_ASSIGN_OR_RETURN(
            Rows rows,
            Run(reader.loan.get(), BreakdownSql(plan, reader.sources), reader.deadline)
        );
        return ReadBreakdowns(rows, plan);
    }

    Result<std::vector<Call>> List(const CallQuery& query) const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        SG_ASSIGN_OR_RETURN(std::vector<Call> staged, ListStaged(reader, query));
        const bool has_staged = reader.sources.calls != Sources().calls;
        const Sources file =
            has_staged ? FileSources(reader.sources, *reader.staged, reader.commits) : Sources();
        std::vector<Call> calls;
        CallQuery part = query;
        part.to = std::min(query.to, TimeFromMicros(newest_us_) + Duration(1));
        if (query.before) {
            part.to = std::min(part.to, query.before->started_at + Duration(1));
        }
        // The newest are near the end of the file: look there first, and further back only as long as some are missing.
        for (Duration span = kFirstListSpan; calls.size() < query.limit && part.to > query.from;
             span *= kListSpanGrowth) {
            part.from = part.to - query.from > span ? part.to - span : query.from;
            part.limit = query.limit - calls.size();
            SG_ASSIGN_OR_RETURN(
                const Sources sources,
                NarrowTexts(reader.loan.get(), part, file, reader.deadline)
            );
            SG_ASSIGN_OR_RETURN(
                Rows rows,
                Run(reader.loan.get(), ListSql(part, columns_, sources), reader.deadline)
            );
            std::vector<Call> found = ReadCalls(rows, columns_);
            MergeStaged(staged, part.from, found, part.limit);
            std::move(found.begin(), found.end(), std::back_inserter(calls));
            part.to = part.from;
        }
        return calls;
    }

    Result<Call> Find(const Uuid& call_id) const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        SG_ASSIGN_OR_RETURN(
            Rows rows,
            Run(reader.loan.get(), FindSql(call_id, columns_, reader.sources), reader.deadline)
        );
        std::vector<Call> calls = ReadCalls(rows, columns_);
        if (calls.empty()) {
            return Error{ErrorCode::kNotFound, "no call has the id " + ToString(call_id)};
        }
        return std::move(calls.front());
    }

    Result<Content> FindContent(const Uuid& call_id) const override {
        // Looked at before the file: what leaves it meanwhile is there.
        if (const auto staged = FindStagedContent(staged_.Rows(), call_id); staged != nullptr) {
            return *staged;
        }
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        return ReadContent(reader.loan.get(), call_id, reader.deadline);
    }

    Result<bool> ForgetContents(Time now) override {
        const auto today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
        if (options_.content_days == 0 || !committer_) {
            return false;
        }
        return committer_->ForgetContentsBefore(today - options_.content_days);
    }

    Result<std::vector<TraceSummary>> ListTraces(const TraceQuery& query) const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        const TraceSource source{reader.loan.get(), reader.sources, reader.deadline};
        return ReadTraces(source, query, TimeFromMicros(newest_us_));
    }

    Result<Trace> FindTrace(const TraceKey& key) const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        const TraceSource source{reader.loan.get(), reader.sources, reader.deadline};
        return ReadTrace(source, key, columns_);
    }

    Result<std::vector<Feedback>> ListFeedback(const FeedbackQuery& query) const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        SG_ASSIGN_OR_RETURN(
            Rows rows,
            Run(reader.loan.get(), ListFeedbackSql(query, reader.sources), reader.deadline)
        );
        return ReadFeedback(rows);
    }

    Result<std::vector<Feedback>> FindFeedback(const Call& call) const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        const auto run = [&reader](const Sql& sql) {
            return Run(reader.loan.get(), sql, reader.deadline);
        };
        // First what may be meant, which is seldom anything, without a look at other calls.
        SG_ASSIGN_OR_RETURN(Rows named, run(FeedbackNamingSql(call, reader.sources)));
        std::vector<Feedback> found = ReadFeedback(named);
        const auto is_certain = [](const Feedback& one) { return !one.call_id.IsNil(); };
        if (std::all_of(found.begin(), found.end(), is_certain)) {
            found.resize(std::min(found.size(), kFeedbackOfCallMax));
            return found;
        }
        SG_ASSIGN_OR_RETURN(Rows counted, run(FeedbackOfCallSql(call, found, reader.sources)));
        return ReadFeedback(counted);
    }

    Result<std::vector<Call>> FindRelated(const RelatedQuery& query) override {
        if (!committer_) {
            SG_TRY(Open());
        }
        const SharedEngine engine =
            engine_.With([](const SharedEngine& current) { return current; });
        const StagedRows staged = staged_.Rows();
        const Sources sources = staged.Empty() ? Sources() : SourcesWith(staged, staged.commit - 1);
        // First the ids alone: mostly there are none, and then no other column need be read.
        SG_ASSIGN_OR_RETURN(
            Rows found,
            Run(engine->Writer(), RelatedSql(query, sources), NoDeadline())
        );
        std::vector<Uuid> ids = ReadIds(found);
        if (ids.empty()) {
            return std::vector<Call>();
        }
        SG_ASSIGN_OR_RETURN(
            Rows rows,
            Run(engine->Writer(), FindAllSql(std::move(ids), query, columns_, sources), NoDeadline()
            )
        );
        return ReadCalls(rows, columns_);
    }

    Result<StoreStats> GetStats() const override {
        SG_ASSIGN_OR_RETURN(const Reader reader, NewReader());
        SG_ASSIGN_OR_RETURN(
            StoreStats stats,
            ReadStats(reader.loan.get(), reader.sources, reader.deadline)
        );
        for (const Path& file : {file_, ContentFileOf(file_)}) {
            stats.bytes += FileBytes(file) + FileBytes(Path(file) += ".wal");
        }
        return stats;
    }

private:
    /// A connection, the engine that it belongs to for as long as it is used, and what to read: the
    /// file alone, or, within one transaction, the file and what is staged.
    struct Reader {
        SharedEngine engine;
        std::unique_ptr<const StagedRows> staged;
        Engine::Loan loan;
        SteadyTime deadline;
        Sources sources;
        std::uint64_t commits = 0;  ///< Of the file, where what is staged is read too.
        bool in_transaction = false;

        Reader(SharedEngine from, Engine::Loan lent, SteadyTime until)
            : engine(std::move(from)), loan(std::move(lent)), deadline(until) {}

        Reader(Reader&&) = default;
        Reader& operator=(Reader&&) = delete;

        ~Reader() {
            if (in_transaction && loan.get() != nullptr) {
                static_cast<void>(Execute(loan.get(), "ROLLBACK"));
            }
        }
    };

    Result<Reader> NewReader(bool asks_twice = false) const {
        SharedEngine engine = engine_.With([](const SharedEngine& current) { return current; });
        if (engine == nullptr) {
            return Error{ErrorCode::kUnavailable, "the store is being opened anew"};
        }
        const SteadyTime deadline = std::chrono::steady_clock::now() + options_.query_time_max;
        auto staged = std::make_unique<const StagedRows>(staged_.Rows());
        SG_ASSIGN_OR_RETURN(Engine::Loan loan, engine->Lend(deadline));
        Reader reader(std::move(engine), std::move(loan), deadline);
        if (staged->Empty() && !asks_twice) {
            return reader;
        }
        SG_TRY(Execute(reader.loan.get(), "BEGIN TRANSACTION READ ONLY"));
        reader.in_transaction = true;
        if (staged->Empty()) {
            return reader;
        }
        reader.staged = std::move(staged);
        SG_ASSIGN_OR_RETURN(const std::uint64_t commits, ReadCommits(reader.loan.get(), deadline));
        if (commits < reader.staged->commit) {
            reader.commits = commits;
            reader.sources = SourcesWith(*reader.staged, commits);
        }
        return reader;
    }

    /// Hours of calls that the reader's file does not hold.
    static std::span<const std::int64_t> StagedHours(const Reader& reader) {
        return reader.sources.calls != Sources().calls
                   ? std::span<const std::int64_t>(reader.staged->touched_hours)
                   : std::span<const std::int64_t>();
    }

    /// What a list holds of what is staged, newest first.
    Result<std::vector<Call>> ListStaged(const Reader& reader, const CallQuery& query) const {
        if (reader.sources.calls == Sources().calls) {
            return std::vector<Call>();
        }
        Sources sources = reader.sources;
        sources.calls = StagedCallsSql(*reader.staged);
        SG_ASSIGN_OR_RETURN(
            const Sources staged,
            NarrowTexts(reader.loan.get(), query, std::move(sources), reader.deadline)
        );
        // First the ids alone, so that of most rows few columns are read.
        SG_ASSIGN_OR_RETURN(
            Rows ids,
            Run(reader.loan.get(), ListSql(query, {}, staged), reader.deadline)
        );
        const StagedRows page = CallsOf(*reader.staged, ReadIds(ids));
        SG_ASSIGN_OR_RETURN(
            Rows rows,
            Run(reader.loan.get(), AllSql(StagedCallsSql(page), columns_), reader.deadline)
        );
        return ReadCalls(rows, columns_);
    }

    Status CommitRows(const StagedRows& rows, const Batch& positions) {
        Status status = committer_->Commit(rows, positions);
        if (status.Ok()) {
            staged_.Clear(committer_->Commits() + 1);
        } else if (IsFatal(status.error())) {
            GiveUp(status.error());
        }
        return status;
    }

    void GiveUp(const Error& why) {
        Log(LogLevel::kError, "store", "DuckDB gave up (" + why.message + "); opening the file anew"
        );
        Close();
    }

    void RememberNewest(const Batch& batch) {
        std::int64_t newest_us = newest_us_;
        for (const Call& call : batch.calls) {
            newest_us =
                std::max(newest_us, call.started_at ? ToMicros(*call.started_at) : newest_us);
        }
        for (const Span& span : batch.spans) {
            newest_us =
                std::max(newest_us, span.started_at ? ToMicros(*span.started_at) : newest_us);
        }
        newest_us_ = std::min(newest_us, kStoredIntMax);
    }

    /// Lets go of the engine and waits for those who still read from it: two must never have the
    /// file open.
    void Close() {
        committer_.reset();
        std::weak_ptr<Engine> leaving;
        engine_.With([&](SharedEngine& current) {
            leaving = current;
            current.reset();
        });
        while (!leaving.expired()) {
            std::this_thread::sleep_for(kReopenPoll);
        }
    }

    const Path file_;
    const DuckDbOptions options_;
    Guarded<SharedEngine> engine_;
    std::atomic<std::int64_t> newest_us_ = 0;  ///< Nothing in the file started later.
    std::vector<const Field*> columns_;   ///< Changes only while no engine is there to read with.
    std::optional<Committer> committer_;  ///< Of the thread that commits.
    Staged staged_;
};

}  // namespace

Result<std::unique_ptr<Store>> OpenDuckDb(const Path& file, const DuckDbOptions& options) {
    auto store = std::make_unique<DuckDbStore>(file, options);
    SG_TRY(store->Open());
    return std::unique_ptr<Store>(std::move(store));
}

}  // namespace sightglass::store

// How fast Calls go in and answers come out, beside SQLite with the same rows, one transaction a batch, and its journal
// synced as ours is. Rows are whole Calls with every field that a gateway fills.
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>

#include <benchmark/benchmark.h>

#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/sample_calls.h"
#include "store/duckdb/sample_plans.h"

namespace sightglass::store {
namespace {

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);
constexpr std::int64_t kLoadBatch = 20'000;
constexpr Duration kBetweenCalls = std::chrono::milliseconds(120);  // A week is five million calls.

/// A directory that goes with the program.
class Scratch {
public:
    Scratch() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "store_bench_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }

    ~Scratch() { std::filesystem::remove_all(path_); }

    const Path& Get() const { return path_; }

private:
    Path path_;
};

Batch MakeBatch(Samples& samples, std::int64_t first, std::int64_t calls) {
    Batch batch;
    batch.calls.reserve(static_cast<std::size_t>(calls));
    for (std::int64_t i = 0; i < calls; ++i) {
        batch.calls.push_back(samples.TrafficCall(kStart + kBetweenCalls * (first + i)));
    }
    batch.positions = {{1, static_cast<std::uint64_t>(first + calls)}};
    return batch;
}

std::unique_ptr<Store> MustOpen(const Path& file) {
    Result<std::unique_ptr<Store>> store = OpenDuckDb(file, {});
    if (!store.Ok()) {
        std::fprintf(stderr, "%s\n", store.error().message.c_str());
        std::abort();
    }
    return std::move(*store);
}

/// SQLite with the columns of a Call that the questions below need, and the rest of it as text.
class SqliteStore {
public:
    explicit SqliteStore(const Path& file) {
        sqlite3_open(file.c_str(), &database_);
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
        std::string columns;
        std::string marks;
        for (const Field& field : Fields()) {
            columns += (columns.empty() ? "\"" : ", \"") + std::string(field.name) + "\"";
            marks += marks.empty() ? "?" : ",?";
        }
        Execute("CREATE TABLE calls (" + columns + "); CREATE INDEX by_time ON calls (started_at)");
        sqlite3_prepare_v2(
            database_,
            ("INSERT INTO calls VALUES (" + marks + ")").c_str(),
            -1,
            &insert_,
            nullptr
        );
    }

    ~SqliteStore() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }

    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    void Execute(const std::string& sql) {
        sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    }

    void Commit(const Batch& batch) {
        Execute("BEGIN");
        for (const Call& call : batch.calls) {
            int place = 0;
            for (const Field& field : Fields()) {
                std::visit(Binder{insert_, ++place, call, field}, field.member);
            }
            sqlite3_step(insert_);
            sqlite3_reset(insert_);
        }
        Execute("COMMIT");
    }

    std::int64_t CountRows(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
        std::int64_t rows = 0;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            ++rows;
        }
        sqlite3_finalize(statement);
        return rows;
    }

private:
    struct Binder {
        sqlite3_stmt* statement;
        int place;
        const Call& call;
        const Field& field;

        void operator()(OptionalInt Call::*member) const {
            Number((call.*member) ? &*(call.*member) : nullptr);
        }

        void operator()(OptionalTime Call::*member) const {
            const std::int64_t us = (call.*member) ? ToMicros(*(call.*member)) : 0;
            Number((call.*member) ? &us : nullptr);
        }

        void operator()(OptionalMoney Call::*member) const {
            const std::int64_t nano_usd = (call.*member) ? (call.*member)->nano_usd() : 0;
            Number((call.*member) ? &nano_usd : nullptr);
        }

        template <typename T>
        void operator()(T Call::*) const {
            const std::string text = DisplayText(field, call);
            sqlite3_bind_text(
                statement,
                place,
                text.data(),
                static_cast<int>(text.size()),
                SQLITE_TRANSIENT
            );
        }

        void Number(const std::int64_t* value) const {
            if (value != nullptr) {
                sqlite3_bind_int64(statement, place, *value);
            } else {
                sqlite3_bind_null(statement, place);
            }
        }
    };

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

/// Stores that were filled once, by their number of rows.
template <typename T>
T& Filled(std::int64_t rows, const std::function<std::unique_ptr<T>(const Path&)>& open) {
    struct Entry {
        std::unique_ptr<Scratch> scratch = std::make_unique<Scratch>();
        std::unique_ptr<T> store;
    };

    static std::map<std::int64_t, Entry> all;
    Entry& entry = all[rows];
    if (entry.store == nullptr) {
        entry.store = open(entry.scratch->Get() / "calls.db");
        Samples samples(1);
        for (std::int64_t first = 0; first < rows; first += kLoadBatch) {
            static_cast<void>(entry.store->Commit(MakeBatch(samples, first, kLoadBatch)));
        }
    }
    return *entry.store;
}

Store& FilledDuckDb(std::int64_t rows) {
    return Filled<Store>(rows, MustOpen);
}

SqliteStore& FilledSqlite(std::int64_t rows) {
    return Filled<SqliteStore>(rows, [](const Path& file) {
        return std::make_unique<SqliteStore>(file);
    });
}

/// Time of single commits: what an average hides are the checkpoints.
void ReportCommits(benchmark::State& state, std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double share) {
        return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    };
    state.counters["p50_ms"] = at(0.5);
    state.counters["p99_ms"] = at(0.99);
    state.counters["max_ms"] = ms.back();
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <typename StoreType>
void CommitBatches(benchmark::State& state, StoreType& store) {
    Samples samples(2);
    std::int64_t first = 0;
    std::vector<double> ms;
    for (auto step : state) {
        state.PauseTiming();
        const Batch batch = MakeBatch(samples, first, state.range(0));
        first += state.range(0);
        state.ResumeTiming();
        const auto start = std::chrono::steady_clock::now();
        static_cast<void>(store.Commit(batch));
        ms.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count()
        );
    }
    ReportCommits(state, std::move(ms));
}

void BmCommit(benchmark::State& state) {
    const Scratch scratch;
    const std::unique_ptr<Store> store = MustOpen(scratch.Get() / "calls.duckdb");
    CommitBatches(state, *store);
}

BENCHMARK(BmCommit)->Arg(1'000)->Iterations(400)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond
);
BENCHMARK(BmCommit)->Arg(20'000)->Iterations(30)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond
);

void BmCommitSqlite(benchmark::State& state) {
    const Scratch scratch;
    SqliteStore store(scratch.Get() / "calls.sqlite");
    CommitBatches(state, store);
}

BENCHMARK(BmCommitSqlite)
    ->Arg(1'000)
    ->Iterations(100)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BmCommitSqlite)
    ->Arg(20'000)
    ->Iterations(10)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

Plan WeekOf(std::vector<std::string_view> metrics) {
    Plan plan;
    plan.from = kStart;
    plan.to = kStart + std::chrono::hours(24 * 8);
    for (const std::string_view name : metrics) {
        plan.metrics.push_back(FindMetric(name));
    }
    return plan;
}

void RunPlan(benchmark::State& state, const Plan& plan) {
    const Store& store = FilledDuckDb(state.range(0));
    for (auto step : state) {
        const Result<Table> table = store.Select(plan);
        if (!table.Ok() || table->rows.empty()) {
            state.SkipWithError(table.Ok() ? "no rows" : table.error().message.c_str());
            return;
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BmHourByModel(benchmark::State& state) {
    Plan plan = WeekOf({"calls", "cost_usd", "latency_p95_ms"});
    plan.interval = std::chrono::hours(1);
    plan.group_by = {MakeFilter("model", Comparison::kIs, {})};
    RunPlan(state, plan);
}

BENCHMARK(BmHourByModel)
    ->Arg(1'000'000)
    ->Arg(5'000'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BmHourByModelSqlite(benchmark::State& state) {
    SqliteStore& store = FilledSqlite(state.range(0));
    const std::string sql =
        "SELECT t, model, count(*), sum(cost), max(CASE WHEN place >= 0.95 * n THEN latency END) "
        "FROM (SELECT started_at / "
        "3600000000 AS t, model, cost_nano_usd AS cost, latency_us AS latency, row_number() OVER "
        "(PARTITION BY started_at / "
        "3600000000, model ORDER BY latency_us) AS place, count(*) OVER (PARTITION BY started_at / "
        "3600000000, model) AS n "
        "FROM calls) GROUP BY t, model";
    for (auto step : state) {
        benchmark::DoNotOptimize(store.CountRows(sql));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(BmHourByModelSqlite)
    ->Arg(1'000'000)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// The figures on top of the Overview.
void BmOverview(benchmark::State& state) {
    RunPlan(
        state,
        WeekOf(
            {"calls",
             "cost_usd",
             "input_tokens",
             "output_tokens",
             "error_rate",
             "latency_p95_ms",
             "users"}
        )
    );
}

BENCHMARK(BmOverview)
    ->Arg(1'000'000)
    ->Arg(5'000'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// A breakdown's rows.
void BmByUser(benchmark::State& state) {
    Plan plan = WeekOf(
        {"calls", "total_tokens", "cost_usd", "error_rate", "latency_p50_ms", "latency_p95_ms"}
    );
    plan.group_by = {MakeFilter("user", Comparison::kIs, {})};
    plan.order_by = {{"calls", true}};
    plan.limit = 10;
    RunPlan(state, plan);
}

BENCHMARK(BmByUser)->Arg(1'000'000)->Arg(5'000'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond
);

void BmSessions(benchmark::State& state) {
    RunPlan(state, WeekOf({"sessions", "session_length_p95_s", "session_turns_avg"}));
}

BENCHMARK(BmSessions)
    ->Arg(1'000'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BmByTag(benchmark::State& state) {
    Plan plan = WeekOf({"calls"});
    plan.group_by = {MakeFilter("tag:feature", Comparison::kIs, {})};
    RunPlan(state, plan);
}

BENCHMARK(BmByTag)->Arg(1'000'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond
);

void BmHeatMap(benchmark::State& state) {
    const Store& store = FilledDuckDb(state.range(0));
    const DistributionPlan plan{
        kStart,
        kStart + std::chrono::hours(24 * 8),
        std::chrono::hours(2),
        Quantity::kLatencyUs,
        {},
        8};
    for (auto step : state) {
        benchmark::DoNotOptimize(store.Distribution(plan));
    }
}

BENCHMARK(BmHeatMap)->Arg(1'000'000)->Arg(5'000'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond
);

CallQuery NewestHundred() {
    CallQuery query;
    query.from = kStart;
    query.to = kStart + std::chrono::hours(24 * 8);
    return query;
}

void RunList(benchmark::State& state, const CallQuery& query) {
    const Store& store = FilledDuckDb(state.range(0));
    for (auto step : state) {
        const Result<std::vector<Call>> calls = store.List(query);
        if (!calls.Ok()) {
            state.SkipWithError(calls.error().message.c_str());
            return;
        }
    }
}

void BmListNewest(benchmark::State& state) {
    RunList(state, NewestHundred());
}

BENCHMARK(BmListNewest)
    ->Arg(1'000'000)
    ->Arg(5'000'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BmListErrorsOfAModel(benchmark::State& state) {
    CallQuery query = NewestHundred();
    query.filters = {
        MakeFilter("model", Comparison::kIs, {"o3-mini"}),
        MakeFilter("status", Comparison::kIs, {"error"})};
    RunList(state, query);
}

BENCHMARK(BmListErrorsOfAModel)
    ->Arg(1'000'000)
    ->Arg(5'000'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BmSearchText(benchmark::State& state) {
    CallQuery query = NewestHundred();
    query.text = "nowhere to be found";
    RunList(state, query);
}

BENCHMARK(BmSearchText)
    ->Arg(1'000'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BmFind(benchmark::State& state) {
    const Store& store = FilledDuckDb(state.range(0));
    const Result<std::vector<Call>> newest = store.List(NewestHundred());
    for (auto step : state) {
        benchmark::DoNotOptimize(store.Find(newest->back().call_id));
    }
}

BENCHMARK(BmFind)->Arg(1'000'000)->Arg(5'000'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond
);

void BmBytesPerCall(benchmark::State& state) {
    const Store& store = FilledDuckDb(state.range(0));
    for (auto step : state) {
        const Result<StoreStats> stats = store.GetStats();
        state.counters["bytes_per_call"] =
            static_cast<double>(stats->bytes) / static_cast<double>(stats->calls);
    }
}

BENCHMARK(BmBytesPerCall)
    ->Arg(1'000'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sightglass::store

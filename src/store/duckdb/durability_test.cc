// What the file survives: processes that are killed, a disk that is full, other versions, other processes.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/sample_calls.h"
#include "store/duckdb/sample_plans.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

using testing::HasSubstr;

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);
constexpr int kBatchCalls = 50;

class DurabilityTest : public testing::Test {
protected:
    Path File() const { return directory_ / "calls.duckdb"; }

    std::unique_ptr<Store> MustOpen() const {
        Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), {});
        EXPECT_TRUE(opened.Ok()) << opened.error().message;
        return std::move(*opened);
    }

    /// Runs statements of another program on the closed file.
    void RunOutside(const std::string& text) const {
        DatabaseHandle database;
        ConnectionHandle connection;
        ASSERT_EQ(duckdb_open(File().c_str(), database.Out()), DuckDBSuccess);
        ASSERT_EQ(duckdb_connect(database.get(), connection.Out()), DuckDBSuccess);
        const Status status = Execute(connection.get(), text);
        ASSERT_TRUE(status.Ok()) << status.error().message;
    }

    const TestDirectory directory_;
};

Batch NumberedBatch(Samples& samples, std::uint64_t number) {
    Batch batch;
    for (int i = 0; i < kBatchCalls; ++i) {
        batch.calls.push_back(samples.TrafficCall(kStart + std::chrono::seconds(number)));
    }
    batch.positions = {{1, number}};
    return batch;
}

/// In a child: commits batch after batch and says so of each when it is done.
[[noreturn]] void CommitForever(const Path& file, int said) {
    Result<std::unique_ptr<Store>> store = OpenDuckDb(file, {});
    if (!store.Ok()) {
        _exit(3);
    }
    const JournalPositions positions = *(*store)->Positions();
    std::uint64_t number = positions.empty() ? 0 : positions.at(1);
    Samples samples(number + 1);
    while (true) {
        ++number;
        if (!(*store)->Commit(NumberedBatch(samples, number)).Ok() ||
            write(said, &number, sizeof number) < 0) {
            _exit(4);
        }
    }
}

TEST_F(DurabilityTest, LosesNothingThatWasCommittedWhenItIsKilled) {
    std::mt19937 random(5);
    std::uint64_t told = 0;
    for (int round = 0; round < 5; ++round) {
        int pipe_ends[2];
        ASSERT_EQ(pipe(pipe_ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            close(pipe_ends[0]);
            CommitForever(File(), pipe_ends[1]);
        }
        close(pipe_ends[1]);
        const auto after = static_cast<std::uint64_t>(1 + random() % 12);
        for (std::uint64_t i = 0; i < after; ++i) {
            ASSERT_EQ(read(pipe_ends[0], &told, sizeof told), static_cast<ssize_t>(sizeof told));
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 5'000));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        while (read(pipe_ends[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told)) {
        }
        close(pipe_ends[0]);

        const std::unique_ptr<Store> store = MustOpen();
        const std::uint64_t position = store->Positions()->at(1);
        EXPECT_GE(position, told);
        EXPECT_LE(position, told + 1);
        EXPECT_EQ(store->GetStats()->calls, position * kBatchCalls);
    }
}

/// In a child: fills the disk, as far as it can see, and makes room again.
int CommitAroundAFullDisk(const Path& file) {
    std::signal(SIGXFSZ, SIG_IGN);
    Result<std::unique_ptr<Store>> store = OpenDuckDb(file, {});
    Samples samples(1);
    std::uint64_t number = 1;
    if (!store.Ok() || !(*store)->Commit(NumberedBatch(samples, number)).Ok()) {
        return 10;
    }
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit whole = limit;
    limit.rlim_cur = (*store)->GetStats()->bytes + 20'000;
    setrlimit(RLIMIT_FSIZE, &limit);
    Status status;
    Batch refused;
    while (status.Ok()) {
        refused = NumberedBatch(samples, ++number);
        status = (*store)->Commit(refused);
    }
    if (status.error().code != ErrorCode::kFull) {
        std::fprintf(stderr, "refused with: %s\n", status.error().message.c_str());
        return 11;
    }
    setrlimit(RLIMIT_FSIZE, &whole);
    for (int tries = 0; tries < 3 && !status.Ok(); ++tries) {
        status = (*store)->Commit(refused);
    }
    if (!status.Ok()) {
        std::fprintf(stderr, "then with: %s\n", status.error().message.c_str());
        return 12;
    }
    const Result<StoreStats> stats = (*store)->GetStats();
    return stats.Ok() && stats->calls == number * kBatchCalls ? 0 : 13;
}

TEST_F(DurabilityTest, RefusesABatchOnAFullDiskAndTakesItOnceThereIsRoom) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(CommitAroundAFullDisk(File()));
    }
    int how = 0;
    waitpid(child, &how, 0);
    ASSERT_TRUE(WIFEXITED(how));
    EXPECT_EQ(WEXITSTATUS(how), 0);
    EXPECT_EQ(MustOpen()->GetStats()->calls % kBatchCalls, 0u);
}

/// In a child: what is staged cannot be kept, and can be later.
int KeepAroundAFullDisk(const Path& file) {
    std::signal(SIGXFSZ, SIG_IGN);
    Result<std::unique_ptr<Store>> store = OpenDuckDb(file, {});
    Samples samples(1);
    if (!store.Ok() || !(*store)->Commit(NumberedBatch(samples, 1)).Ok()) {
        return 10;
    }
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit whole = limit;
    limit.rlim_cur = (*store)->GetStats()->bytes + 5'000;
    setrlimit(RLIMIT_FSIZE, &limit);
    constexpr std::uint64_t kStaged = 60;  // More than fits, however large the empty tables are.
    for (std::uint64_t number = 2; number < 2 + kStaged; ++number) {
        if (!(*store)->Stage(NumberedBatch(samples, number)).Ok()) {
            return 11;
        }
    }
    const auto all_are_seen = [&] {
        const Result<StoreStats> stats = (*store)->GetStats();
        return stats.Ok() && stats->calls == (1 + kStaged) * kBatchCalls;
    };
    for (int tries = 0; tries < 3; ++tries) {
        if ((*store)->Keep().Ok()) {
            return 12;
        }
        // A disk that is full may end the engine; the next try opens it anew.
        if (tries > 0 && !(*store)->HasStaged()) {
            return 13;
        }
    }
    setrlimit(RLIMIT_FSIZE, &whole);
    Status status = (*store)->Keep();
    for (int tries = 0; tries < 3 && !status.Ok(); ++tries) {
        status = (*store)->Keep();
    }
    if (!status.Ok() || (*store)->HasStaged()) {
        std::fprintf(stderr, "then with: %s\n", status.Ok() ? "" : status.error().message.c_str());
        return 14;
    }
    return all_are_seen() && (*store)->Positions()->at(1) == 1 + kStaged ? 0 : 15;
}

TEST_F(DurabilityTest, HoldsWhatIsStagedOnAFullDiskAndKeepsItOnceThereIsRoom) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(KeepAroundAFullDisk(File()));
    }
    int how = 0;
    waitpid(child, &how, 0);
    ASSERT_TRUE(WIFEXITED(how));
    EXPECT_EQ(WEXITSTATUS(how), 0);
}

TEST_F(DurabilityTest, TellsASecondProcessWhoHasTheFile) {
    int ready[2];
    int done[2];
    ASSERT_EQ(pipe(ready), 0);
    ASSERT_EQ(pipe(done), 0);
    const pid_t child = fork();
    char byte = 0;
    if (child == 0) {
        const Result<std::unique_ptr<Store>> store = OpenDuckDb(File(), {});
        const bool told = write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1;
        _exit(store.Ok() && told ? 0 : 1);
    }
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    const Result<std::unique_ptr<Store>> second = OpenDuckDb(File(), {});
    EXPECT_EQ(write(done[1], &byte, 1), 1);
    int how = 0;
    waitpid(child, &how, 0);
    ASSERT_FALSE(second.Ok());
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
    EXPECT_THAT(
        second.error().message,
        HasSubstr("another process (pid " + std::to_string(child) + ") has")
    );
    EXPECT_TRUE(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    MustOpen();
}

TEST_F(DurabilityTest, RefusesAFileOfALaterVersion) {
    MustOpen();
    RunOutside("INSERT INTO schema_migrations VALUES (99, 'the future', now()::TIMESTAMP)");
    const Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), {});
    ASSERT_FALSE(opened.Ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(opened.error().message, HasSubstr("schema version 99"));
}

TEST_F(DurabilityTest, AddsFieldsThatAnOlderFileLacksAndLeavesThoseItDoesNotKnow) {
    Samples samples(1);
    const Batch before = NumberedBatch(samples, 1);
    ASSERT_TRUE(MustOpen()->Commit(before).Ok());
    RunOutside("ALTER TABLE calls DROP COLUMN language; ALTER TABLE calls ADD COLUMN mood VARCHAR[]"
    );
    const std::unique_ptr<Store> store = MustOpen();
    const Batch after = NumberedBatch(samples, 2);
    ASSERT_TRUE(store->Commit(after).Ok());
    EXPECT_EQ(store->Find(before.calls[0].call_id)->language, "");
    EXPECT_EQ(*store->Find(after.calls[0].call_id), after.calls[0]);
}

TEST_F(DurabilityTest, ShowsReadersWholeBatchesOnly) {
    const std::unique_ptr<Store> store = MustOpen();
    Plan plan;
    plan.from = kStart;
    plan.to = kStart + std::chrono::hours(1);
    plan.metrics = {FindMetric("calls")};
    std::atomic<bool> is_done = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 6; ++i) {  // More than there are connections.
        readers.emplace_back([&] {
            while (!is_done) {
                const Result<Table> table = store->Select(plan);
                ASSERT_TRUE(table.Ok()) << table.error().message;
                EXPECT_EQ(std::get<std::int64_t>(table->rows[0][0]) % kBatchCalls, 0);
            }
        });
    }
    Samples samples(1);
    for (std::uint64_t number = 1; number <= 20; ++number) {
        EXPECT_TRUE(store->Commit(NumberedBatch(samples, number)).Ok());
    }
    is_done = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(store->GetStats()->calls, 20u * kBatchCalls);
}

TEST_F(DurabilityTest, ShowsReadersWholeGroupsOnceWhileTheyAreCommitted) {
    constexpr std::size_t kGroup = 2048;
    constexpr int kGroups = 15;
    DuckDbOptions options;
    options.group_rows = kGroup;
    Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), options);
    ASSERT_TRUE(opened.Ok()) << opened.error().message;
    Store& store = **opened;
    Plan plan;
    plan.from = kStart;
    plan.to = kStart + std::chrono::hours(1);
    plan.metrics = {FindMetric("calls")};
    std::atomic<std::int64_t> staged = 0;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                const std::int64_t least = staged;
                const Result<Table> table = store.Select(plan);
                ASSERT_TRUE(table.Ok()) << table.error().message;
                const auto calls = std::get<std::int64_t>(table->rows[0][0]);
                EXPECT_GE(calls, least);
                EXPECT_LE(calls, staged + static_cast<std::int64_t>(kGroup));
            }
        });
    }
    Samples samples(1);
    for (int group = 0; group < kGroups; ++group) {
        Batch batch;
        batch.calls.resize(kGroup);
        for (Call& call : batch.calls) {
            call = samples.TrafficCall(kStart + std::chrono::seconds(group));
        }
        ASSERT_TRUE(store.Stage(batch).Ok());
        staged += static_cast<std::int64_t>(kGroup);
        ASSERT_TRUE(store.Keep().Ok());
    }
    readers.clear();
    EXPECT_EQ(store.GetStats()->calls, kGroups * kGroup);
}

TEST_F(DurabilityTest, AgreesWithPlainSqlOnTheFile) {
    Samples samples(9);
    Batch batch;
    for (int i = 0; i < 3'000; ++i) {
        batch.calls.push_back(samples.TrafficCall(kStart + std::chrono::seconds(i)));
    }
    std::unique_ptr<Store> store = MustOpen();
    ASSERT_TRUE(store->Commit(batch).Ok());
    Plan plan;
    plan.from = kStart;
    plan.to = kStart + std::chrono::seconds(2'000);
    plan.group_by = {MakeFilter("model", Comparison::kIs, {})};
    for (const char* name :
         {"calls",
          "errors",
          "cost_usd",
          "total_tokens",
          "users",
          "latency_p95_ms",
          "ttft_avg_ms"}) {
        plan.metrics.push_back(FindMetric(name));
    }
    const Result<Table> table = store->Select(plan);
    ASSERT_TRUE(table.Ok());
    ASSERT_EQ(table->rows.size(), 6u);
    store.reset();

    DatabaseHandle database;
    ConnectionHandle connection;
    ASSERT_EQ(duckdb_open(File().c_str(), database.Out()), DuckDBSuccess);
    ASSERT_EQ(duckdb_connect(database.get(), connection.Out()), DuckDBSuccess);
    Result<Rows> rows = store::Run(
        connection.get(),
        {"SELECT model, count(*), sum(CASE status WHEN 'error' THEN 1 ELSE 0 END), "
         "sum(cost_nano_usd) / 1e9, "
         "sum(fresh_input_tokens + cached_input_tokens + output_tokens), count(DISTINCT \"user\"), "
         "quantile_cont(latency_us, 0.95) / 1e3, avg(ttft_us) / 1e3 FROM calls "
         "WHERE started_at < (SELECT min(started_at) FROM calls) + INTERVAL 2000 SECOND GROUP BY "
         "model ORDER BY model",
         {}},
        NoDeadline()
    );
    ASSERT_TRUE(rows.Ok()) << rows.error().message;
    const ChunkHandle chunk = rows->Next();
    ASSERT_EQ(duckdb_data_chunk_get_size(chunk.get()), 6u);
    for (idx_t row = 0; row < 6; ++row) {
        for (idx_t column = 0; column < 8; ++column) {
            const Cell wanted = ReadCell(chunk.get(), column, row, rows->TypeOf(column));
            const Cell& got = table->rows[row][column];
            if (std::holds_alternative<double>(wanted)) {
                EXPECT_NEAR(
                    std::get<double>(got),
                    std::get<double>(wanted),
                    1e-9 * std::get<double>(wanted)
                );
            } else {
                EXPECT_EQ(got, wanted);
            }
        }
    }
}

}  // namespace
}  // namespace sightglass::store

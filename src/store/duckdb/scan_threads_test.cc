#include "store/duckdb/scan_threads.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace sightglass::store {
namespace {

constexpr auto kWaitMax = std::chrono::seconds(60);
constexpr auto kPoll = std::chrono::milliseconds(1);

/// A database without threads of its own, and a query in it that the asking thread never works on.
class ScanThreadsTest : public testing::Test {
protected:
    void SetUp() override {
        ConfigHandle config;
        ASSERT_EQ(duckdb_create_config(config.Out()), DuckDBSuccess);
        for (const char* name : {"threads", "external_threads"}) {
            ASSERT_EQ(duckdb_set_config(config.get(), name, "2"), DuckDBSuccess);
        }
        ASSERT_EQ(duckdb_open_ext(nullptr, database_.Out(), config.get(), nullptr), DuckDBSuccess);
        ASSERT_EQ(duckdb_connect(database_.get(), connection_.Out()), DuckDBSuccess);
        ASSERT_EQ(
            duckdb_prepare(
                connection_.get(),
                "SELECT sum(range) FROM range(300000)",
                statement_.Out()
            ),
            DuckDBSuccess
        );
    }

    void Ask() {
        ASSERT_EQ(duckdb_pending_prepared(statement_.get(), pending_.Out()), DuckDBSuccess);
    }

    bool Answered() {
        const duckdb_pending_state state = duckdb_pending_execute_check_state(pending_.get());
        return duckdb_pending_execution_is_finished(state);
    }

    bool IsAnsweredInTime() {
        const auto end = std::chrono::steady_clock::now() + kWaitMax;
        while (!Answered() && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(kPoll);
        }
        return Answered();
    }

    DatabaseHandle database_;
    ConnectionHandle connection_;
    StatementHandle statement_;
    PendingHandle pending_;
};

TEST_F(ScanThreadsTest, AnswerQueriesThatTheAskingThreadDoesNotWorkOn) {
    ScanThreads threads(database_.get(), 1);
    threads.Begin();
    Ask();
    EXPECT_TRUE(IsAnsweredInTime());
    threads.End();
}

TEST_F(ScanThreadsTest, BeginNothingWhereNoReaderAsks) {
    ScanThreads threads(database_.get(), 3);
    Ask();
    for (int poll = 0; poll < 50; ++poll) {
        ASSERT_FALSE(Answered());
        std::this_thread::sleep_for(kPoll);
    }
    threads.Begin();
    EXPECT_TRUE(IsAnsweredInTime());
}

TEST_F(ScanThreadsTest, BeginNothingWhileTheyPauseAndGoOnAfterIt) {
    ScanThreads threads(database_.get(), 3, kWaitMax);
    threads.Begin();
    for (int round = 0; round < 50; ++round) {
        {
            const ScanThreads::Pause pause(threads);
            Ask();
            for (int poll = 0; poll < 5; ++poll) {
                ASSERT_FALSE(Answered());
                std::this_thread::sleep_for(kPoll);
            }
        }
        ASSERT_TRUE(IsAnsweredInTime());
        pending_.Reset();
    }
}

TEST_F(ScanThreadsTest, EndWhileTheyWaitForWork) {
    for (int round = 0; round < 500; ++round) {
        ScanThreads threads(database_.get(), 3);
        threads.Begin();
        if (round % 2 == 0) {  // Some have not begun to wait, others have.
            std::this_thread::sleep_for(kPoll);
        }
    }
}

}  // namespace
}  // namespace sightglass::store

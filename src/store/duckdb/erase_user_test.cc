// What is erased is in no byte of the file, and every sum is as it was.
#include "store/duckdb/erase_user.h"

#include <unistd.h>

#include <filesystem>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "call/catalogue.h"
#include "store/duckdb/content_file.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

constexpr Time kNow = TimeFromMicros(1'789'948'800'000'000);
const std::string kUser = "ada.lovelace@example.org";
const std::string kSecret = "the analytical engine weaves";

class EraseUserTest : public testing::Test {
protected:
    EraseUserTest() { file_ = folder_ / "calls.duckdb"; }

    Call MakeCall(const std::string& user, int i) {
        Call call;
        const Time at = kNow + std::chrono::minutes(i);
        call.call_id = ids_.Next(at);
        call.started_at = at;
        call.user = user;
        call.session_id = user + "-session-" + std::to_string(i / 3);
        call.client_ip = "192.0.2.77";
        call.sdk = user + "-browser";
        call.error_message = kSecret;
        call.model = "gpt-4o";
        call.status = i % 5 == 0 ? CallStatus::kError : CallStatus::kOk;
        call.fresh_input_tokens = 100 + i;
        call.output_tokens = 10;
        call.cost = Money::FromNanoUsd(1'000 + i);
        return call;
    }

    void Fill(Store& store) {
        Batch batch;
        for (int i = 0; i < 300; ++i) {
            const Call call = MakeCall(i % 3 == 0 ? kUser : "bob", i);
            if (i % 3 == 0) {
                Content content;
                content.call_id = call.call_id;
                content.input = kSecret;
                batch.contents.push_back(std::move(content));
            }
            if (i == 3) {
                Feedback feedback;
                feedback.id = "f";
                feedback.created_at = kNow;
                feedback.call_id = call.call_id;
                feedback.score = -1;
                feedback.comment = kSecret;
                feedback.user = kUser;
                batch.feedback.push_back(feedback);
            }
            batch.calls.push_back(call);
        }
        ASSERT_TRUE(store.Commit(batch).Ok());
    }

    static std::vector<std::vector<Cell>> TotalsOf(const Store& store) {
        Plan plan;
        plan.from = kNow;
        plan.to = kNow + std::chrono::hours(24);
        for (const char* metric :
             {"calls",
              "errors",
              "cost_usd",
              "total_tokens",
              "sessions",
              "feedback_count",
              "satisfaction_rate"}) {
            plan.metrics.push_back(FindMetric(metric));
        }
        return store.Select(plan)->rows;
    }

    bool IsAnywhere(const std::string& text) const {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
            if (entry.is_regular_file() &&
                ReadFile(entry.path())->find(text) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    /// How many rows of the closed file of contents hold it: compressed, it is in none of its bytes.
    std::int64_t TextsWith(const std::string& part) const {
        DatabaseHandle database;
        ConnectionHandle connection;
        EXPECT_EQ(duckdb_open(ContentFileOf(file_).c_str(), database.Out()), DuckDBSuccess);
        EXPECT_EQ(duckdb_connect(database.get(), connection.Out()), DuckDBSuccess);
        Result<Rows> rows = store::Run(
            connection.get(),
            {"SELECT count(*) FROM texts WHERE contains(text, $1)", {part}},
            NoDeadline()
        );
        EXPECT_TRUE(rows.Ok());
        const ChunkHandle chunk = rows->Next();
        return ReadInt(chunk.get(), 0, 0).value_or(-1);
    }

    const TestDirectory folder_;
    Path file_;
    UuidSource ids_{1};
};

TEST_F(EraseUserTest, LeavesNoByteAndEveryTotal) {
    std::vector<std::vector<Cell>> before;
    {
        const auto store = OpenDuckDb(file_, {}).value();
        Fill(*store);
        before = TotalsOf(*store);
    }
    ASSERT_TRUE(IsAnywhere(kUser)) << "else the test would show nothing";
    const auto erased = EraseUser(file_, kUser, kGroupRows);
    ASSERT_TRUE(erased.Ok()) << erased.error().message;
    EXPECT_EQ(erased->calls, 100);
    EXPECT_EQ(erased->contents, 100);
    EXPECT_EQ(erased->feedback, 1);
    EXPECT_TRUE(erased->leftovers.empty());
    EXPECT_FALSE(IsAnywhere(kUser));
    EXPECT_FALSE(IsAnywhere("ada.lovelace"));
    const auto store = OpenDuckDb(file_, {}).value();
    EXPECT_EQ(TotalsOf(*store), before);
    CallQuery others;
    others.from = kNow;
    others.to = kNow + std::chrono::hours(24);
    others.limit = 1'000;
    std::vector<Uuid> of_bob;
    const std::vector<Call> calls = store->List(others).value();
    for (const Call& call : calls) {
        EXPECT_TRUE(call.user == "bob" || (call.user.empty() && call.client_ip.empty()));
        if (call.user == "bob") {
            of_bob.push_back(call.call_id);
        }
    }
    ASSERT_EQ(of_bob.size(), 200U);
    const Result<Call> found = store->Find(of_bob.front());
    ASSERT_TRUE(found.Ok()) << found.error().message;
    EXPECT_EQ(found->error_message, kSecret);
}

TEST_F(EraseUserTest, LeavesTextsOfOthersAndOfNobodyElse) {
    const std::string shared = "weaves like a loom";
    Batch batch;
    for (int i = 0; i < 4; ++i) {
        Call call = MakeCall(i % 2 == 0 ? kUser : "bob", i);
        Content content;
        content.call_id = call.call_id;
        if (i == 2) {  // Said in a record that was joined into the call.
            content.call_id = ids_.Next(*call.started_at);
            call.joined = R"([{"call_id":")" + ToString(call.call_id) + R"("},{"call_id":")" +
                          ToString(content.call_id) + R"("}])";
        }
        content.input =
            R"([{"a":")" + shared + R"("},{"b":")" + (i % 2 == 0 ? kSecret : "hello") + R"("}])";
        batch.contents.push_back(content);
        batch.calls.push_back(call);
    }
    ASSERT_TRUE(OpenDuckDb(file_, {}).value()->Commit(batch).Ok());
    const auto erased = EraseUser(file_, kUser, kGroupRows);
    ASSERT_TRUE(erased.Ok()) << erased.error().message;
    EXPECT_EQ(erased->contents, 2);
    {
        const auto store = OpenDuckDb(file_, {}).value();
        for (std::size_t i = 0; i < 4; ++i) {
            const Result<Content> content = store->FindContent(batch.contents[i].call_id);
            EXPECT_EQ(content.Ok(), i % 2 == 1);
            if (content.Ok()) {
                EXPECT_EQ(*content, batch.contents[i]);
            }
        }
    }
    EXPECT_EQ(TextsWith(kSecret), 0);
    EXPECT_EQ(TextsWith(shared), 1);
}

TEST_F(EraseUserTest, SaysWhereOthersNamedThem) {
    {
        const auto store = OpenDuckDb(file_, {}).value();
        Fill(*store);
        Batch batch;
        Call call = MakeCall("bob", 400);
        call.endpoint = "/v1/users/" + kUser;
        batch.calls = {call};
        ASSERT_TRUE(store->Commit(batch).Ok());
    }
    const auto erased = EraseUser(file_, kUser, kGroupRows);
    ASSERT_TRUE(erased.Ok());
    ASSERT_EQ(erased->leftovers.size(), 1U);
    EXPECT_EQ(erased->leftovers[0].column, "calls.endpoint");
    EXPECT_EQ(erased->leftovers[0].rows, 1);
}

TEST_F(EraseUserTest, IsRefusedWhileTheFileIsOpenAndWhereThereIsNone) {
    EXPECT_EQ(EraseUser(file_, kUser, kGroupRows).error().code, ErrorCode::kNotFound);
    const auto store = OpenDuckDb(file_, {}).value();
    EXPECT_EQ(EraseUser(file_, kUser, kGroupRows).error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace sightglass::store

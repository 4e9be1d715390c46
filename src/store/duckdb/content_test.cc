// What was said: kept once, found, forgotten, and moved out of older files.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "store/duckdb/content_file.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/handle.h"
#include "store/duckdb/values.h"
#include "store/memory.h"

namespace sightglass::store {
namespace {

constexpr Time kNoon = TimeFromMicros(1'789'992'000'000'000);
constexpr Duration kDay = std::chrono::hours(24);

class ContentTest : public testing::Test {
protected:
    ContentTest() { Reopen(); }

    ~ContentTest() override { store_.reset(); }

    void Reopen() {
        store_.reset();
        Result<std::unique_ptr<Store>> opened = OpenDuckDb(File(), options_);
        ASSERT_TRUE(opened.Ok()) << opened.error().message;
        store_ = std::move(*opened);
    }

    Path File() const { return directory_ / "calls.duckdb"; }

    /// The first column's first row, asked of the closed files.
    std::int64_t AskOutside(const std::string& text) {
        store_.reset();
        std::int64_t answer = -1;
        {
            DatabaseHandle database;
            ConnectionHandle connection;
            EXPECT_EQ(duckdb_open(File().c_str(), database.Out()), DuckDBSuccess);
            EXPECT_EQ(duckdb_connect(database.get(), connection.Out()), DuckDBSuccess);
            EXPECT_TRUE(
                Execute(connection.get(), AttachContentsSql(ContentFileOf(File()), "content")).Ok()
            );
            Result<Rows> rows = store::Run(connection.get(), {text, {}}, NoDeadline());
            EXPECT_TRUE(rows.Ok()) << rows.error().message;
            const ChunkHandle chunk = rows.Ok() ? rows->Next() : ChunkHandle();
            answer = chunk.get() != nullptr ? ReadInt(chunk.get(), 0, 0).value_or(-1) : -1;
        }
        Reopen();
        return answer;
    }

    /// Gives the closed file the form that it had when contents were a table of it.
    void MakeOlder(const std::vector<Content>& contents) {
        store_.reset();
        DatabaseHandle database;
        ConnectionHandle connection;
        ASSERT_EQ(duckdb_open(File().c_str(), database.Out()), DuckDBSuccess);
        ASSERT_EQ(duckdb_connect(database.get(), connection.Out()), DuckDBSuccess);
        ASSERT_TRUE(Execute(
                        connection.get(),
                        "CREATE TABLE contents (call_id UUID, input VARCHAR, output VARCHAR, "
                        "redacted BOOLEAN, truncated BOOLEAN); DELETE FROM schema_migrations WHERE "
                        "version > 5"
        )
                        .Ok());
        ASSERT_TRUE(Execute(connection.get(), "BEGIN").Ok());
        for (const Content& one : contents) {
            const Sql insert{
                "INSERT INTO contents VALUES ($1, $2, $3, $4, $5)",
                {one.call_id, one.input, one.output, one.redacted, one.truncated}};
            ASSERT_TRUE(store::Run(connection.get(), insert, NoDeadline()).Ok());
        }
        ASSERT_TRUE(Execute(connection.get(), "COMMIT").Ok());
    }

    /// A call of that time in which so many messages of a conversation were sent, and its content.
    void Say(Batch& batch, Time at, int conversation, int messages) {
        Call call;
        call.call_id = UuidSource(++made_).Next(at);  // One source goes on from the latest.
        call.started_at = at;
        call.model = "gpt-4o";
        std::string input = R"({"model":"gpt-4o","messages":[)";
        for (int i = 0; i < messages; ++i) {
            input += (i > 0 ? "," : "") + MessageOf(conversation, i);
        }
        const std::string answer = MessageOf(conversation, messages);
        batch.contents.push_back(
            {call.call_id, input + R"(],"stream":false})", answer, messages % 2 == 0, false}
        );
        batch.calls.push_back(std::move(call));
    }

    static std::string MessageOf(int conversation, int number) {
        return R"({"role":"user","content":"It is said of number )" + std::to_string(conversation) +
               " for the time " + std::to_string(number) + R"("})";
    }

    static CallQuery Asking(const std::string& text) {
        CallQuery query;
        query.from = kNoon - 61 * kDay;
        query.to = kNoon + 2 * kDay;
        query.text = text;
        return query;
    }

    const TestDirectory directory_;
    DuckDbOptions options_;
    std::unique_ptr<Store> store_;
    std::uint64_t made_ = 0;
};

TEST_F(ContentTest, KeepsEachMessageOfAConversationOnce) {
    Batch batch;
    for (int turn = 0; turn < 20; ++turn) {
        Say(batch, kNoon + std::chrono::seconds(turn), 1, 2 * turn + 1);
        if (turn == 10) {
            ASSERT_TRUE(store_->Commit(batch).Ok());
            batch = {};
            Reopen();  // What there is it knows of the file.
        }
    }
    ASSERT_TRUE(store_->Commit(batch).Ok());
    for (const Content& content : batch.contents) {
        EXPECT_EQ(*store_->FindContent(content.call_id), content);
    }
    // The messages with a comma before them, the first, what stands around them, and answers.
    EXPECT_EQ(AskOutside("SELECT count(*) FROM content.texts"), 38 + 1 + 2 + 20);
    EXPECT_EQ(AskOutside("SELECT count(DISTINCT hash) FROM content.texts"), 38 + 1 + 2 + 20);
    EXPECT_EQ(AskOutside("SELECT count(*) FROM content.contents"), 20);
}

TEST_F(ContentTest, ReadsTextsThatStandFarApart) {
    Batch batch;
    Content wide;
    wide.input = "[{}";
    for (int i = 0; i < 10'000; ++i) {
        const std::string piece = R"(,{"n":)" + std::to_string(i) + "}";
        Content& one = batch.contents.emplace_back();
        one.call_id = UuidSource(++made_).Next(kNoon);
        one.input = "[{}" + piece + "]";
        one.output = "The answer to " + std::to_string(i);
        wide.input += i % 100 == 0 ? piece : "";
    }
    wide.input += "]";
    wide.call_id = UuidSource(++made_).Next(kNoon);
    batch.contents.push_back(wide);
    std::shuffle(batch.contents.begin(), batch.contents.end() - 1, std::mt19937(3));
    ASSERT_TRUE(store_->Commit(batch).Ok());
    EXPECT_EQ(*store_->FindContent(wide.call_id), wide);
}

TEST_F(ContentTest, AgreesWithTheReferenceOnWhatIsFound) {
    const std::unique_ptr<Store> reference = NewMemoryStore();
    std::mt19937 random(7);
    std::vector<Uuid> said;
    for (int round = 0; round < 5; ++round) {
        Batch batch;
        for (int i = 0; i < 40; ++i) {
            const Time at = kNoon - (round % 3) * kDay + std::chrono::seconds(40 * round + i);
            Say(batch, at, static_cast<int>(random() % 5), static_cast<int>(random() % 9));
            said.push_back(batch.calls.back().call_id);
        }
        if (round > 0) {  // What was said before is told again, and differently.
            batch.contents.push_back({said[random() % 40], "What is a [{glass}]?", "", false, true}
            );
        }
        for (Store* const one : {store_.get(), reference.get()}) {
            ASSERT_TRUE(one->Stage(batch).Ok());
            ASSERT_TRUE(round % 2 == 0 || one->Keep().Ok());
        }
        for (const char* text :
             {"number 3", "TIME 7\"}", "glass", "said of number 1 for the time 8"}) {
            CallQuery query = Asking(text);
            query.limit = round % 2 == 0 ? 5 : 1'000;
            EXPECT_EQ(*store_->List(query), *reference->List(query)) << text;
        }
        for (int i = 0; i < 20; ++i) {
            const Uuid& id = said[random() % said.size()];
            EXPECT_EQ(*store_->FindContent(id), *reference->FindContent(id));
        }
    }
}

TEST_F(ContentTest, ForgetsWhatIsOldAndNothingElse) {
    options_.content_days = 30;
    Reopen();
    Batch batch;
    for (const int days : {0, 29, 30, 31, 60}) {
        Say(batch, kNoon - days * kDay, 1, 5);
    }
    ASSERT_TRUE(store_->Commit(batch).Ok());
    const Result<bool> more = store_->ForgetContents(kNoon);
    ASSERT_TRUE(more.Ok()) << more.error().message;
    EXPECT_FALSE(*more);
    for (int i = 0; i < 5; ++i) {
        const Result<Content> found = store_->FindContent(batch.calls[i].call_id);
        EXPECT_EQ(found.Ok(), i < 3);
        EXPECT_TRUE(store_->Find(batch.calls[i].call_id).Ok());
        if (found.Ok()) {
            EXPECT_EQ(*found, batch.contents[i]);
        } else {
            EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
        }
    }
    EXPECT_EQ(store_->List(Asking("number 1"))->size(), 3U);
    EXPECT_EQ(AskOutside("SELECT count(DISTINCT day) FROM content.texts"), 3);
    // What is old and comes late is written, whole, and goes again.
    Say(batch, kNoon - 60 * kDay, 1, 5);
    batch.contents.erase(batch.contents.begin(), batch.contents.end() - 1);
    batch.calls.erase(batch.calls.begin(), batch.calls.end() - 1);
    ASSERT_TRUE(store_->Commit(batch).Ok());
    EXPECT_EQ(*store_->FindContent(batch.calls[0].call_id), batch.contents[0]);
    ASSERT_TRUE(store_->ForgetContents(kNoon).Ok());
    EXPECT_FALSE(store_->FindContent(batch.calls[0].call_id).Ok());
}

TEST_F(ContentTest, KeepsEverythingWhereNothingElseIsSaid) {
    Batch batch;
    Say(batch, kNoon - 3'000 * kDay, 1, 5);
    ASSERT_TRUE(store_->Commit(batch).Ok());
    ASSERT_FALSE(*store_->ForgetContents(kNoon));
    EXPECT_TRUE(store_->FindContent(batch.calls[0].call_id).Ok());
}

TEST_F(ContentTest, IsWholeAfterACrashBetweenTheTwoFiles) {
    Batch first;
    Say(first, kNoon, 1, 3);
    ASSERT_TRUE(store_->Commit(first).Ok());
    store_.reset();
    const Path before = directory_ / "before";
    std::filesystem::copy_file(File(), before);
    Reopen();
    Batch second;
    Say(second, kNoon + std::chrono::seconds(1), 1, 5);
    ASSERT_TRUE(store_->Commit(second).Ok());
    store_.reset();
    // The contents have come, the calls and the journal's positions have not.
    std::filesystem::rename(before, File());
    Reopen();
    EXPECT_FALSE(store_->Find(second.calls[0].call_id).Ok());
    ASSERT_TRUE(store_->Commit(second).Ok());
    EXPECT_EQ(*store_->FindContent(first.calls[0].call_id), first.contents[0]);
    EXPECT_EQ(*store_->FindContent(second.calls[0].call_id), second.contents[0]);
    EXPECT_EQ(AskOutside("SELECT count(*) FROM content.contents"), 2);
    EXPECT_EQ(AskOutside("SELECT count(*) - count(DISTINCT hash) FROM content.texts"), 0);
}

TEST_F(ContentTest, MovesContentsOutOfAnOlderFile) {
    for (const bool crashed : {false, true}) {
        Batch batch;
        for (int i = 0; i < 1'200; ++i) {
            Say(batch, kNoon + std::chrono::seconds(i), i / 10, i % 10);
        }
        Reopen();
        ASSERT_TRUE(store_->Commit(batch).Ok());
        MakeOlder(batch.contents);
        if (!crashed) {  // Else all have moved, and their table has not gone.
            std::filesystem::remove(ContentFileOf(File()));
        }
        Reopen();
        for (std::size_t i = 0; i < batch.contents.size(); i += 50) {
            ASSERT_EQ(*store_->FindContent(batch.contents[i].call_id), batch.contents[i]);
        }
        EXPECT_EQ(AskOutside("SELECT count(*) FROM content.contents"), 1'200);
        EXPECT_EQ(
            AskOutside("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'contents' AND "
                       "database_name <> 'content'"),
            0
        );
        store_.reset();
        std::filesystem::remove(File());
        std::filesystem::remove(ContentFileOf(File()));
    }
}

TEST_F(ContentTest, RefusesAFileOfALaterVersion) {
    store_.reset();
    {
        DatabaseHandle database;
        ConnectionHandle connection;
        ASSERT_EQ(duckdb_open(ContentFileOf(File()).c_str(), database.Out()), DuckDBSuccess);
        ASSERT_EQ(duckdb_connect(database.get(), connection.Out()), DuckDBSuccess);
        ASSERT_TRUE(Execute(connection.get(), "UPDATE format SET version = 99").Ok());
    }
    EXPECT_EQ(OpenDuckDb(File(), {}).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace sightglass::store

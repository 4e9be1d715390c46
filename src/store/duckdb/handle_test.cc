#include "store/duckdb/handle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/duckdb/id_memory.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

using testing::HasSubstr;

class HandleTest : public testing::Test {
protected:
    HandleTest() {
        EXPECT_EQ(duckdb_open(nullptr, database_.Out()), DuckDBSuccess);
        EXPECT_EQ(duckdb_connect(database_.get(), connection_.Out()), DuckDBSuccess);
    }

    DatabaseHandle database_;
    ConnectionHandle connection_;
};

TEST_F(HandleTest, BindsEveryKindOfValue) {
    const Uuid id = *ParseUuid("ffffffff-0000-7000-8000-000000000001");
    Result<Rows> rows = store::Run(
        connection_.get(),
        {"SELECT $1 = 'it''s', $2 = 5, $3 = TIMESTAMP '2026-11-22 01:00:00', $4::VARCHAR, $4 "
         "IN (SELECT unnest($5)), "
         "$6 IS NULL, $7, $8 = 0.5",
         {std::string("it's"),
          std::int64_t{5},
          *ParseTime("2026-11-22T01:00:00Z", Time()),
          id,
          std::vector<Uuid>{id},
          std::monostate(),
          true,
          0.5}},
        NoDeadline()
    );
    ASSERT_TRUE(rows.Ok()) << rows.error().message;
    const ChunkHandle chunk = rows->Next();
    const auto is_true = [&](idx_t column) {
        return *static_cast<bool*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk.get(), column))
        );
    };
    for (const idx_t column : std::initializer_list<idx_t>{0, 1, 2, 4, 5, 6, 7}) {
        EXPECT_TRUE(is_true(column)) << column;
    }
    EXPECT_EQ(ReadText(chunk.get(), 3, 0), ToString(id));
}

TEST_F(HandleTest, OrdersUuidsAsTheirBytes) {
    std::vector<Uuid> ids;
    for (const char* text :
         {"00000000-0000-0000-0000-000000000000",
          "7fffffff-ffff-ffff-ffff-ffffffffffff",
          "80000000-0000-0000-0000-000000000000",
          "ffffffff-ffff-ffff-ffff-ffffffffffff"}) {
        ids.push_back(*ParseUuid(text));
        EXPECT_EQ(ToUuid(ToHugeint(ids.back())), ids.back());
    }
    Result<Rows> rows = store::Run(
        connection_.get(),
        {"SELECT $1 < $2 AND $2 < $3 AND $3 < $4", {ids[0], ids[1], ids[2], ids[3]}},
        NoDeadline()
    );
    ASSERT_TRUE(rows.Ok()) << rows.error().message;
    const ChunkHandle chunk = rows->Next();
    EXPECT_TRUE(
        *static_cast<bool*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk.get(), 0)))
    );
}

TEST_F(HandleTest, StopsAQueryAtItsDeadlineAndGoesOn) {
    const Sql endless{
        "SELECT sum(hash(a.range + b.range)) FROM range(100000000) a, range(100000) b",
        {}};
    const Result<Rows> rows = store::Run(
        connection_.get(),
        endless,
        std::chrono::steady_clock::now() + std::chrono::milliseconds(20)
    );
    ASSERT_FALSE(rows.Ok());
    EXPECT_EQ(rows.error().code, ErrorCode::kTimeout);
    EXPECT_TRUE(store::Run(connection_.get(), {"SELECT 1", {}}, NoDeadline()).Ok());
}

TEST_F(HandleTest, SaysWhatIsWrong) {
    const Result<Rows> rows = store::Run(connection_.get(), {"SELECT nothing", {}}, NoDeadline());
    ASSERT_FALSE(rows.Ok());
    EXPECT_THAT(rows.error().message, HasSubstr("nothing"));
    EXPECT_FALSE(Execute(connection_.get(), "CREATE").Ok());
}

TEST(ToErrorTest, TellsFullDisksAndLocksFromOtherTrouble) {
    EXPECT_EQ(
        ToError(DUCKDB_ERROR_IO, "IO Error: Could not write: No space left on device").code,
        ErrorCode::kFull
    );
    EXPECT_EQ(
        ToError(DUCKDB_ERROR_IO, "IO Error: Could not set lock on file \"x\"").code,
        ErrorCode::kConflict
    );
    EXPECT_EQ(ToError(DUCKDB_ERROR_OUT_OF_MEMORY, "x").code, ErrorCode::kTooLarge);
    EXPECT_EQ(ToError(DUCKDB_ERROR_INTERRUPT, "x").code, ErrorCode::kTimeout);
    EXPECT_TRUE(IsFatal(
        ToError(DUCKDB_ERROR_FATAL, "FATAL Error: Failed: database has been invalidated because")
    ));
    EXPECT_FALSE(IsFatal(ToError(DUCKDB_ERROR_IO, "IO Error")));
}

TEST(IdMemoryTest, NeverForgetsAnIdAndSeldomInventsOne) {
    UuidSource ids(1);
    const Time start = TimeFromMicros(1'790'000'000'000'000);
    const Uuid stored = ids.Next(start);
    IdMemory memory(stored);
    EXPECT_TRUE(memory.MayHold(stored));
    std::vector<Uuid> added;
    int invented = 0;
    for (int i = 0; i < 1'500'000; ++i) {  // More than it takes before it moves its mark.
        const Uuid id = ids.Next(start + std::chrono::milliseconds(1 + i));
        invented += memory.MayHold(id) ? 1 : 0;
        memory.Add(id);
        if (i % 97 == 0) {
            added.push_back(id);
        }
    }
    for (const Uuid& id : added) {
        ASSERT_TRUE(memory.MayHold(id));
    }
    EXPECT_LT(invented, 50);
    EXPECT_FALSE(IdMemory(std::nullopt).MayHold(stored));
}

}  // namespace
}  // namespace sightglass::store

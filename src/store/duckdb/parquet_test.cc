#include "store/duckdb/parquet.h"

#include <stdlib.h>

#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "call/field_table.h"

namespace sightglass::store {
namespace {

class ParquetTest : public testing::Test {
protected:
    /// A table of calls that know their provider alone, each another one of many letters.
    Path TableOf(int rows) const {
        const Path table = folder_ / "table.csv";
        std::ofstream file(table);
        std::string before;
        std::string after;
        bool is_behind = false;
        for (const Field& field : kFieldTable) {
            file << (&field == kFieldTable.data() ? "" : ",") << field.name;
            before += is_behind || &field == kFieldTable.data() ? "" : ",";
            after += is_behind ? "," : "";
            is_behind = is_behind || field.name == "provider";
        }
        file << '\n';
        for (int row = 0; row < rows; ++row) {
            file << before << TextOf(row) << after << '\n';
        }
        return table;
    }

    static std::string TextOf(int row) {
        constexpr std::size_t kBytes = 600;
        return std::string(kBytes, 'x') + std::to_string(row);
    }

    const TestDirectory folder_;
};

TEST_F(ParquetTest, WritesMoreRowsThanFitIntoItsMemoryAndReadsThemBackInOrder) {
    constexpr int kRows = 140'000;
    const Path file = folder_ / "calls.parquet";
    const Status written = WriteParquet(TableOf(kRows), file);
    ASSERT_TRUE(written.Ok()) << written.error().message;
    const auto table = OpenParquet(file);
    ASSERT_TRUE(table.Ok()) << table.error().message;
    std::vector<std::optional<std::string_view>> values;
    int rows = 0;
    for (; *(*table)->Next(values); ++rows) {
        int known = 0;
        for (const auto& value : values) {
            known += value ? 1 : 0;
            ASSERT_TRUE(!value || *value == TextOf(rows)) << *value;
        }
        ASSERT_EQ(known, 1);
    }
    EXPECT_EQ(rows, kRows);
}

TEST_F(ParquetTest, SaysOfAFileThatIsCutOffThatItIs) {
    const Path file = folder_ / "calls.parquet";
    ASSERT_TRUE(WriteParquet(TableOf(100), file).Ok());
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    const auto table = OpenParquet(file);
    ASSERT_FALSE(table.Ok());
    EXPECT_EQ(table.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(table.error().message.find("it is cut off or damaged"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::store

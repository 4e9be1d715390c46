#include "capture/files/import_port.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/uuid.h"
#include "call/batch.h"
#include "call/encoding.h"
#include "journal/test_directory.h"

namespace sightglass::capture::files {
namespace {

class ImportPortTest : public testing::Test {
protected:
    ImportPortTest()
        : journal_(journal::Journal::Open(directory_.path() / "journal", {}).value()) {}

    static Call SomeCall(std::int64_t number) {
        Call call;
        call.call_id = UuidSource(static_cast<std::uint64_t>(number))
                           .Next(TimeFromMicros(1'795'335'522'000'000));
        call.source = Source::kImport;
        call.started_at = TimeFromMicros(1'795'335'522'000'000 + number);
        return call;
    }

    /// Calls that the journal holds.
    std::vector<Call> Appended() {
        std::vector<Call> calls;
        EXPECT_TRUE(journal_->Sync().Ok());
        const auto reader = journal_->NewReader();
        EXPECT_TRUE(reader
                        ->Poll([&calls](const journal::Record& record) {
                            calls.push_back(*DecodeCall(record.payload));
                            return true;
                        })
                        .Ok());
        return calls;
    }

    pipeline::CaptureBook capture_{pipeline::CaptureSettings()};
    access::Fingerprinter fingerprinter_{Secret("a secret of the test")};
    journal::TestDirectory directory_;
    std::unique_ptr<journal::Journal> journal_;
};

TEST_F(ImportPortTest, ABatchIsInTheJournalOnReturn) {
    ImportPort port(*journal_, capture_, fingerprinter_);
    std::string batch;
    for (int i = 0; i < 3; ++i) {
        AppendToBatch(SomeCall(i), batch);
    }
    const auto taken = port.Take(batch);
    ASSERT_TRUE(taken.Ok()) << taken.error().message;
    EXPECT_EQ(*taken, 3U);
    const std::vector<Call> calls = Appended();
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[2], SomeCall(2));
}

TEST_F(ImportPortTest, OfABatchThatHoldsAnythingElseNothingIsTaken) {
    ImportPort port(*journal_, capture_, fingerprinter_);
    std::string good;
    AppendToBatch(SomeCall(1), good);
    Call without_id = SomeCall(2);
    without_id.call_id = {};
    std::string nameless = good;
    AppendToBatch(without_id, nameless);
    for (const std::string& batch :
         {good + "x",
          good + std::string(8, '\xff'),
          good.substr(0, good.size() - 1),
          nameless,
          good + std::string("\x03\0\0\0abc", 7)}) {
        const auto taken = port.Take(batch);
        ASSERT_FALSE(taken.Ok());
        EXPECT_EQ(taken.error().code, ErrorCode::kInvalidArgument);
    }
    EXPECT_TRUE(port.Take(good).Ok());
    EXPECT_EQ(Appended().size(), 1U);
}

}  // namespace
}  // namespace sightglass::capture::files

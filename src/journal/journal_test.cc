#include "journal/journal.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/test_directory.h"

namespace sightglass::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Options SmallOptions() {
    Options options;
    options.segment_bytes = 64U << 10;
    options.ring_bytes = 64U << 10;
    options.total_bytes_max = 1U << 20;
    return options;
}

class JournalTest : public ::testing::Test {
protected:
    void Reopen() {
        journal_.reset();
        auto opened = Journal::Open(directory_.path(), options_);
        ASSERT_TRUE(opened.Ok()) << opened.error().message;
        journal_ = std::move(*opened);
    }

    std::unique_ptr<Writer> MustMakeWriter(const std::string& name, Share share = Share::kAll) {
        auto writer = journal_->NewWriter(name, share);
        EXPECT_TRUE(writer.Ok());
        return std::move(*writer);
    }

    static std::vector<std::string> MustReadAll(Reader& reader) {
        std::vector<std::string> payloads;
        const auto read = reader.Poll([&](const Record& record) {
            payloads.emplace_back(record.payload);
            return true;
        });
        EXPECT_TRUE(read.Ok());
        EXPECT_EQ(*read, payloads.size());
        return payloads;
    }

    static std::vector<std::uint64_t> Numbers(const Reader& reader) {
        std::vector<std::uint64_t> numbers;
        for (const SegmentInfo& segment : reader.Segments()) {
            numbers.push_back(segment.number);
        }
        return numbers;
    }

    Options options_ = SmallOptions();
    TestDirectory directory_;
    std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, ReadsWhatWasAppendedWithTypeAndPlace) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    ASSERT_TRUE(TryAppend(*writer, "one", RecordType::kCallBegin));
    ASSERT_TRUE(TryAppend(*writer, "", RecordType::kCallEnd));
    std::vector<Record> records;
    auto reader = journal_->NewReader();
    ASSERT_TRUE(reader
                    ->Poll([&](const Record& record) {
                        records.push_back(record);
                        return true;
                    })
                    .Ok());
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].type, RecordType::kCallBegin);
    EXPECT_EQ(records[1].type, RecordType::kCallEnd);
    EXPECT_EQ(records[0].position.offset, 64U);
    EXPECT_EQ(records[0].next, records[1].position);
    EXPECT_TRUE(records[1].payload.empty());
}

TEST_F(JournalTest, KeepsWhatWasFilledOfTheRoomThatWasAskedFor) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    const auto fill = [](std::string_view text) {
        return [text](char* out) {
            std::memcpy(out, text.data(), text.size());
            return text.size();
        };
    };
    ASSERT_TRUE(writer->AppendUpTo(RecordType::kCallBegin, 1000, fill("first")));
    ASSERT_TRUE(writer->AppendUpTo(RecordType::kCallEnd, 6, fill("second")));
    EXPECT_THAT(MustReadAll(*journal_->NewReader()), ElementsAre("first", "second"));
}

TEST_F(JournalTest, HandsOnEachRecordOnce) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    auto reader = journal_->NewReader();
    TryAppend(*writer, "one");
    EXPECT_THAT(MustReadAll(*reader), ElementsAre("one"));
    EXPECT_THAT(MustReadAll(*reader), IsEmpty());
    TryAppend(*writer, "two");
    EXPECT_THAT(MustReadAll(*reader), ElementsAre("two"));
}

TEST_F(JournalTest, StopsWhenToldToAndGoesOnFromThere) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    for (int i = 0; i < 5; ++i) {
        TryAppend(*writer, std::to_string(i));
    }
    auto reader = journal_->NewReader();
    std::string seen;
    const auto consume = [&](const Record& record) {
        seen += record.payload;
        return seen.size() % 2 != 0;
    };
    EXPECT_EQ(*reader->Poll(consume), 2U);
    EXPECT_EQ(*reader->Poll(consume), 2U);
    EXPECT_EQ(*reader->Poll(consume), 1U);
    EXPECT_EQ(seen, "01234");
}

TEST_F(JournalTest, KeepsWritersApart) {
    Reopen();
    auto first = MustMakeWriter("worker-0");
    auto second = MustMakeWriter("worker-1");
    TryAppend(*second, "b");
    TryAppend(*first, "a");
    auto reader = journal_->NewReader();
    EXPECT_THAT(MustReadAll(*reader), ::testing::UnorderedElementsAre("a", "b"));
    EXPECT_EQ(reader->Segments().size(), 2U);
}

TEST_F(JournalTest, SpreadsAStreamOverManySegments) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    auto reader = journal_->NewReader();
    std::vector<std::string> expected;
    std::vector<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        expected.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i) % 700, 'x'));
        ASSERT_TRUE(TryAppend(*writer, expected.back()));
        if (i % 50 == 0) {
            const auto more = MustReadAll(*reader);
            seen.insert(seen.end(), more.begin(), more.end());
        }
    }
    const auto more = MustReadAll(*reader);
    seen.insert(seen.end(), more.begin(), more.end());
    EXPECT_EQ(seen, expected);
    EXPECT_GT(reader->Segments().size(), 4U);
}

TEST_F(JournalTest, TakesRecordsOfHalfASegmentAndRefusesLargerOnes) {
    options_.ring_bytes = 256U << 10;
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    EXPECT_TRUE(TryAppend(*writer, std::string(32U << 10, 'x')));
    EXPECT_FALSE(TryAppend(*writer, std::string((32U << 10) + 1, 'y')));
    EXPECT_TRUE(TryAppend(*writer, "after"));
    auto reader = journal_->NewReader();
    EXPECT_EQ(MustReadAll(*reader).size(), 2U);
    EXPECT_EQ(journal_->GetStats().refused_records, 1U);
    EXPECT_EQ(journal_->GetStats().appended_records, 2U);
}

TEST_F(JournalTest, KeepsEverythingOverACleanRestart) {
    Reopen();
    TryAppend(*MustMakeWriter("worker-0"), "one");
    Reopen();
    TryAppend(*MustMakeWriter("worker-0"), "two");
    auto reader = journal_->NewReader();
    EXPECT_THAT(MustReadAll(*reader), ElementsAre("one", "two"));
    EXPECT_THAT(FilesLike(directory_, ".ring"), IsEmpty());
}

TEST_F(JournalTest, GivesUnusedRoomBackWhenAWriterGoes) {
    Reopen();
    TryAppend(*MustMakeWriter("worker-0"), "one");
    EXPECT_EQ(journal_->GetStats().bytes_on_disk, 64U + 16U);
}

TEST_F(JournalTest, RefusesASecondProcessClearly) {
    Reopen();
    const auto second = Journal::Open(directory_.path(), options_);
    ASSERT_FALSE(second.Ok());
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
    EXPECT_THAT(second.error().message, ::testing::HasSubstr("in use by another process"));
}

TEST_F(JournalTest, RefusesOptionsThatContradictEachOther) {
    options_.ring_bytes = 1000;
    EXPECT_EQ(Journal::Open(directory_.path(), options_).error().code, ErrorCode::kInvalidArgument);
    options_ = SmallOptions();
    options_.total_bytes_max = options_.segment_bytes - 1;
    EXPECT_EQ(Journal::Open(directory_.path(), options_).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(JournalTest, RefusesWriterNamesThatAreNoFileNames) {
    Reopen();
    for (const char* name : {"", "../x", "Worker", "a-name-of-twenty-four-ch"}) {
        EXPECT_FALSE(journal_->NewWriter(name).Ok()) << name;
    }
}

TEST_F(JournalTest, DeletesReleasedSegmentsOnceTheyAreFinished) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    auto reader = journal_->NewReader();
    TryAppend(*writer, "one");
    MustReadAll(*reader);
    const auto segments = Numbers(*reader);
    ASSERT_EQ(segments.size(), 1U);
    EXPECT_FALSE(reader->Finished(segments[0]));
    ASSERT_TRUE(reader->Release(segments).Ok());
    EXPECT_EQ(FilesLike(directory_, ".seg").size(), 1U);
    writer.reset();
    EXPECT_TRUE(reader->Finished(segments[0]));
    ASSERT_TRUE(reader->Release(segments).Ok());
    EXPECT_THAT(FilesLike(directory_, ".seg"), IsEmpty());
    EXPECT_TRUE(reader->Finished(segments[0]));
}

TEST_F(JournalTest, NeverUsesASegmentNumberAgain) {
    std::uint64_t last = 0;
    for (int i = 0; i < 4; ++i) {
        Reopen();
        TryAppend(*MustMakeWriter("worker-0"), "x");
        auto reader = journal_->NewReader();
        MustReadAll(*reader);
        const auto segments = Numbers(*reader);
        ASSERT_EQ(segments.size(), 1U);
        EXPECT_GT(segments[0], last);
        last = segments[0];
        ASSERT_TRUE(reader->Release(segments).Ok());
        if (i == 2) {
            journal_.reset();
            std::filesystem::remove(directory_.path() / "epoch");
        }
    }
}

TEST_F(JournalTest, RefusesBeyondItsBoundAndGoesOnWhenSegmentsAreReleased) {
    options_.total_bytes_max = 2 * options_.segment_bytes;
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    auto reader = journal_->NewReader();
    std::vector<std::string> accepted;
    std::vector<std::string> seen;
    bool refused = false;
    for (int i = 0; !refused; ++i) {
        ASSERT_LT(i, 10'000);
        std::string payload = std::to_string(i) + std::string(400, 'x');
        if (TryAppend(*writer, payload)) {
            accepted.push_back(payload);
        } else {
            refused = true;
        }
        const auto more = MustReadAll(*reader);
        seen.insert(seen.end(), more.begin(), more.end());
    }
    EXPECT_FALSE(writer->Sync().Ok());
    EXPECT_GT(journal_->GetStats().refused_records, 0U);
    ASSERT_TRUE(reader->Release(Numbers(*reader)).Ok());
    EXPECT_TRUE(writer->Sync().Ok());
    ASSERT_TRUE(TryAppend(*writer, "again"));
    accepted.emplace_back("again");
    const auto more = MustReadAll(*reader);
    seen.insert(seen.end(), more.begin(), more.end());
    EXPECT_EQ(seen, accepted);
}

TEST_F(JournalTest, GoesOnWithinABoundOfOneSegment) {
    options_.total_bytes_max = options_.segment_bytes;
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    auto reader = journal_->NewReader();
    std::vector<std::string> accepted;
    std::vector<std::string> seen;
    for (int i = 0; i < 2000; ++i) {
        const std::string payload = std::to_string(i) + std::string(400, 'x');
        if (TryAppend(*writer, payload)) {
            accepted.push_back(payload);
        }
        const auto more = MustReadAll(*reader);
        seen.insert(seen.end(), more.begin(), more.end());
        ASSERT_TRUE(reader->Release(Numbers(*reader)).Ok());
    }
    EXPECT_EQ(accepted.size(), 2000U);
    EXPECT_EQ(seen, accepted);
}

TEST_F(JournalTest, RecoversARingWhoseSegmentsAreGone) {
    options_.total_bytes_max = options_.segment_bytes;
    options_.copy_interval = std::chrono::hours(1);  // So that the files hold still.
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    auto reader = journal_->NewReader();
    int count = 0;
    while (writer->Sync().Ok()) {
        ASSERT_TRUE(TryAppend(*writer, std::to_string(count++) + std::string(400, 'x')));
    }
    const std::size_t read = MustReadAll(*reader).size();
    ASSERT_TRUE(reader->Release(Numbers(*reader)).Ok());
    const TestDirectory killed;
    std::filesystem::remove(killed.path());
    std::filesystem::copy(directory_.path(), killed.path());

    auto recovered = Journal::Open(killed.path(), options_).value();
    const auto left = MustReadAll(*recovered->NewReader());
    ASSERT_EQ(left.size(), static_cast<std::size_t>(count) - read);
    EXPECT_EQ(std::stoi(left[0]), static_cast<int>(read));
}

TEST_F(JournalTest, LeavesRoomForCallsWhenContentHasItsShare) {
    options_.total_bytes_max = 4 * options_.segment_bytes;
    Reopen();
    auto content = MustMakeWriter("derive-0", Share::kHalf);
    auto calls = MustMakeWriter("worker-0");
    while (TryAppend(*content, std::string(400, 'x'))) {
        (void)content->Sync();
    }
    EXPECT_FALSE(content->Sync().Ok());
    TryAppend(*calls, "a call");
    EXPECT_TRUE(calls->Sync().Ok());
}

TEST_F(JournalTest, RefusesOnAFullDiskAndGoesOnWhenThereIsRoom) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 1024;  // No file may grow beyond this: stands in for a full disk.
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    std::size_t accepted = 0;
    while (TryAppend(*writer, std::string(400, 'x'))) {
        ++accepted;
    }
    EXPECT_FALSE(writer->Sync().Ok());
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_TRUE(writer->Sync().Ok());
    EXPECT_TRUE(TryAppend(*writer, "again"));
    auto reader = journal_->NewReader();
    EXPECT_EQ(MustReadAll(*reader).size(), accepted + 1);
    EXPECT_EQ(journal_->GetStats().refused_records, 1U);
    EXPECT_GT(journal_->GetStats().failed_writes, 0U);
}

TEST_F(JournalTest, CountsWhatIsNotReadYet) {
    Reopen();
    auto writer = MustMakeWriter("worker-0");
    TryAppend(*writer, std::string(92, 'x'));
    EXPECT_EQ(journal_->GetStats().unread_bytes, 104U);
    EXPECT_EQ(journal_->GetStats().appended_bytes, 104U);
    auto reader = journal_->NewReader();
    MustReadAll(*reader);
    EXPECT_EQ(journal_->GetStats().unread_bytes, 0U);
}

}  // namespace
}  // namespace sightglass::journal

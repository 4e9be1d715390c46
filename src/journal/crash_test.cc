// What is left after a crash: compared with a model, with a real `kill -9`, and with damage at
// every byte of a segment.

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/format.h"
#include "journal/journal.h"
#include "journal/test_directory.h"

namespace sightglass::journal {
namespace {

Options SmallOptions() {
    Options options;
    options.segment_bytes = 16U << 10;
    options.ring_bytes = 64U << 10;
    options.total_bytes_max = 256U << 10;
    return options;
}

std::vector<std::string> MustReadAll(Reader& reader) {
    std::vector<std::string> payloads;
    const auto read = reader.Poll([&](const Record& record) {
        payloads.emplace_back(record.payload);
        return true;
    });
    EXPECT_TRUE(read.Ok());
    return payloads;
}

/// "<writer> <count>" of a payload.
std::pair<int, int> Parse(const std::string& payload) {
    std::pair<int, int> parsed;
    EXPECT_EQ(std::sscanf(payload.c_str(), "%d %d", &parsed.first, &parsed.second), 2);
    return parsed;
}

/// Random actions on a journal and on the simplest thing that does the same: for each writer, how
/// many records were accepted. A crash is a copy of the directory, opened in place of the original.
class ModelRun {
public:
    explicit ModelRun(std::uint32_t seed) : random_(seed) { Open(); }

    void Run(int actions) {
        for (int i = 0; i < actions; ++i) {
            switch (Random(16)) {
                case 0:
                    Crash();
                    break;
                case 1:
                    Restart();
                    break;
                case 2:
                    DropWriter();
                    break;
                case 3:
                case 4:
                    ReadSome();
                    break;
                case 5:
                    ReleaseAll();
                    break;
                case 6:
                    (void)journal_->Sync();
                    break;
                default:
                    Append();
            }
        }
        Restart();
        ReadSome();
        EXPECT_EQ(read_, accepted_);
    }

private:
    std::size_t Random(std::size_t bound) { return random_() % bound; }

    void Open() {
        Options options = SmallOptions();
        options.copy_interval = std::chrono::hours(1);  // So that a copy of the files holds still.
        auto journal = Journal::Open(directory_->path(), options);
        ASSERT_TRUE(journal.Ok()) << journal.error().message;
        journal_ = std::move(*journal);
        reader_ = journal_->NewReader();
    }

    void Close() {
        writers_.clear();
        reader_.reset();
        journal_.reset();
    }

    void Append() {
        if (writers_.empty() || Random(8) == 0) {
            const int number = next_writer_++;
            writers_.emplace(
                number,
                journal_->NewWriter("worker-" + std::to_string(number)).value()
            );
        }
        auto writer =
            std::next(writers_.begin(), static_cast<std::ptrdiff_t>(Random(writers_.size())));
        for (std::size_t i = Random(40); i > 0; --i) {
            const std::string payload = std::to_string(writer->first) + ' ' +
                                        std::to_string(accepted_[writer->first]) + ' ' +
                                        std::string(random_() % 3000, 'x');
            if (TryAppend(*writer->second, payload)) {
                ++accepted_[writer->first];
            }
        }
    }

    void DropWriter() {
        if (!writers_.empty()) {
            writers_.erase(
                std::next(writers_.begin(), static_cast<std::ptrdiff_t>(Random(writers_.size())))
            );
        }
    }

    void ReadSome() {
        for (const std::string& payload : MustReadAll(*reader_)) {
            const auto [writer, count] = Parse(payload);
            EXPECT_EQ(count, read_[writer]) << "of writer " << writer;
            read_[writer] = count + 1;
        }
    }

    void ReleaseAll() {
        ReadSome();
        std::vector<std::uint64_t> numbers;
        for (const SegmentInfo& segment : reader_->Segments()) {
            if (reader_->Finished(segment.number)) {
                numbers.push_back(segment.number);
            }
        }
        ASSERT_TRUE(reader_->Release(numbers).Ok());
        released_ = read_;
    }

    /// What was released is gone; all else is read again.
    void ForgetWhatWasRead() {
        std::map<int, int> again;
        for (const std::string& payload : MustReadAll(*reader_)) {
            const auto [writer, count] = Parse(payload);
            const auto [first, is_first] = again.try_emplace(writer, count);
            if (is_first) {
                EXPECT_LE(count, released_[writer]) << "of writer " << writer;
            }
            EXPECT_EQ(count, first->second) << "of writer " << writer;
            ++first->second;
        }
        for (const auto& [writer, count] : accepted_) {
            const auto found = again.find(writer);
            EXPECT_EQ(found != again.end() ? found->second : released_[writer], count)
                << "of writer " << writer;
        }
        read_ = accepted_;
    }

    void Crash() {
        auto copy = std::make_unique<TestDirectory>();
        std::filesystem::copy(directory_->path(), copy->path());
        Close();
        directory_ = std::move(copy);
        Open();
        ForgetWhatWasRead();
    }

    void Restart() {
        Close();
        Open();
        ForgetWhatWasRead();
    }

    std::mt19937 random_;
    std::unique_ptr<TestDirectory> directory_ = std::make_unique<TestDirectory>();
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<Reader> reader_;
    std::map<int, std::unique_ptr<Writer>> writers_;
    int next_writer_ = 0;
    std::map<int, int> accepted_;
    std::map<int, int> read_;
    std::map<int, int> released_;
};

TEST(CrashTest, KeepsEveryAcceptedRecordWhateverHappens) {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        ModelRun(seed).Run(120);
        if (::testing::Test::HasFailure()) {
            return;
        }
    }
}

/// Appends until it is killed, and says how many records were accepted.
[[noreturn]] void AppendUntilKilled(const Path& directory, std::atomic<int>& accepted) {
    auto journal = Journal::Open(directory, Options());
    if (!journal.Ok()) {
        ::_exit(1);
    }
    auto writer = (*journal)->NewWriter("worker-0").value();
    const auto reader = (*journal)->NewReader();
    for (int i = 0;; ++i) {
        if (TryAppend(
                *writer,
                std::to_string(i) + std::string(static_cast<std::size_t>(i) % 900, 'x')
            )) {
            accepted.store(i + 1);
        } else {
            --i;
        }
    }
}

TEST(CrashTest, RecoversEveryAcceptedRecordAfterKill) {
    void* const shared = ::mmap(
        nullptr,
        sizeof(std::atomic<int>),
        PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS,
        -1,
        0
    );
    ASSERT_NE(shared, MAP_FAILED);
    auto& accepted = *new (shared) std::atomic<int>(0);
    for (int round = 0; round < 10; ++round) {
        const TestDirectory directory;
        accepted = 0;
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            AppendUntilKilled(directory.path(), accepted);
        }
        while (accepted.load() < 1 + round * 3000) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
        ASSERT_EQ(::kill(child, SIGKILL), 0);
        ASSERT_EQ(::waitpid(child, nullptr, 0), child);

        auto journal = Journal::Open(directory.path(), Options());
        ASSERT_TRUE(journal.Ok());
        const auto records = MustReadAll(*(*journal)->NewReader());
        // One more may have been published before it was counted.
        ASSERT_GE(static_cast<int>(records.size()), accepted.load());
        ASSERT_LE(static_cast<int>(records.size()), accepted.load() + 1);
        for (std::size_t i = 0; i < records.size(); ++i) {
            ASSERT_EQ(std::stoi(records[i]), static_cast<int>(i));
        }
    }
    ::munmap(shared, sizeof(std::atomic<int>));
}

/// One small segment of four records, and what stands in the file.
class DamageTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto journal = Journal::Open(directory_.path(), SmallOptions()).value();
        auto writer = journal->NewWriter("worker-0").value();
        for (const std::string& payload : payloads_) {
            ASSERT_TRUE(TryAppend(*writer, payload));
        }
        writer.reset();
        journal.reset();
        path_ = FilesLike(directory_, ".seg").at(0);
        std::ifstream file(path_, std::ios::binary);
        content_.assign(std::istreambuf_iterator<char>(file), {});
    }

    struct Read {
        std::vector<std::string> payloads;
        std::uint64_t damaged = 0;
    };

    Read ReadWith(const std::string& content) {
        for (const auto& path : FilesLike(directory_, ".damaged")) {
            std::filesystem::remove(path);
        }
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
        auto journal = Journal::Open(directory_.path(), SmallOptions()).value();
        Read read;
        read.payloads = MustReadAll(*journal->NewReader());
        read.damaged = journal->GetStats().damaged_records;
        return read;
    }

    /// How many records end at or before this offset.
    std::size_t RecordsBefore(std::size_t offset) const {
        std::size_t end = kFileHeaderBytes;
        std::size_t count = 0;
        for (const std::string& payload : payloads_) {
            end += RecordBytes(payload.size());
            count += end <= offset ? 1 : 0;
        }
        return count;
    }

    std::vector<std::string> First(std::size_t count) const {
        return {payloads_.begin(), payloads_.begin() + static_cast<std::ptrdiff_t>(count)};
    }

    const std::vector<std::string> payloads_{"one", "", "three three three", "four"};
    TestDirectory directory_;
    Path path_;
    std::string content_;
};

TEST_F(DamageTest, ReadsWhatStandsBeforeAFlippedByte) {
    for (std::size_t offset = kFileHeaderBytes; offset < content_.size(); ++offset) {
        std::string damaged = content_;
        damaged[offset] = static_cast<char>(damaged[offset] ^ 0x40);
        const Read read = ReadWith(damaged);
        const std::size_t whole = RecordsBefore(offset);
        if (read.payloads == payloads_) {
            // Only padding may change without being noticed.
            EXPECT_EQ(content_[offset], '\0') << "offset " << offset;
            continue;
        }
        EXPECT_EQ(read.payloads, First(whole)) << "offset " << offset;
        EXPECT_EQ(read.damaged, 1U) << "offset " << offset;
    }
}

TEST_F(DamageTest, ReadsWhatStandsBeforeACut) {
    for (std::size_t size = kFileHeaderBytes; size < content_.size(); ++size) {
        const Read read = ReadWith(content_.substr(0, size));
        EXPECT_EQ(read.payloads, First(RecordsBefore(size))) << "size " << size;
        const bool between =
            size == kFileHeaderBytes || RecordsBefore(size) > RecordsBefore(size - 1);
        EXPECT_EQ(read.damaged, between ? 0U : 1U) << "size " << size;
    }
}

TEST_F(DamageTest, StopsAtZerosAndCountsWhatStandsBehindThem) {
    std::string hole = content_;
    const std::size_t second = kFileHeaderBytes + RecordBytes(payloads_[0].size());
    hole.replace(second, RecordBytes(0), RecordBytes(0), '\0');
    const Read read = ReadWith(hole);
    EXPECT_EQ(read.payloads, First(1));
    EXPECT_EQ(read.damaged, 1U);
    EXPECT_EQ(ReadWith(content_ + std::string(4096, '\0')).damaged, 0U);
}

TEST_F(DamageTest, SetsASegmentWithoutAHeaderAside) {
    std::string damaged = content_;
    damaged[20] = static_cast<char>(damaged[20] ^ 1);
    const Read read = ReadWith(damaged);
    EXPECT_TRUE(read.payloads.empty());
    EXPECT_EQ(read.damaged, 1U);
    EXPECT_EQ(FilesLike(directory_, ".damaged").size(), 1U);
    EXPECT_TRUE(FilesLike(directory_, ".seg").empty());
}

TEST_F(DamageTest, DropsASegmentThatNeverReachedTheDisk) {
    const Read read = ReadWith(std::string(content_.size(), '\0'));
    EXPECT_TRUE(read.payloads.empty());
    EXPECT_EQ(read.damaged, 0U);
    EXPECT_TRUE(FilesLike(directory_, ".seg").empty());
}

TEST_F(DamageTest, DropsARingWithoutAHeader) {
    std::ofstream(directory_.path() / "0000000000000001-worker-0.ring") << "nonsense";
    EXPECT_EQ(ReadWith(content_).payloads, payloads_);
    EXPECT_TRUE(FilesLike(directory_, ".ring").empty());
}

TEST_F(DamageTest, TakesNoRecordFromARingThatIsNotItsStreams) {
    const auto header = DecodeSegmentHeader(content_).value();
    FileHeader ring{.stream = header.stream, .number = 64U << 10, .name = "worker-0"};
    std::string bytes = EncodeRingHeader(ring);
    bytes.resize(kRingDataOffset + ring.number);
    // The stream's own records, but from another place: as an earlier lap leaves them.
    bytes.replace(
        kRingDataOffset + content_.size() - kFileHeaderBytes,
        content_.size() - kFileHeaderBytes,
        content_.substr(kFileHeaderBytes)
    );
    std::ofstream(directory_.path() / "0000000000000001-worker-0.ring", std::ios::binary) << bytes;
    EXPECT_EQ(ReadWith(content_).payloads, payloads_);
}

}  // namespace
}  // namespace sightglass::journal

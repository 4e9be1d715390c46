#include "capture/feedback_port.h"

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "call/feedback_encoding.h"

namespace sightglass::capture {
namespace {

/// A journal whose disk stands still as long as a test wants it to.
class SlowDisk final : public journal::Journal {
public:
    Result<std::unique_ptr<journal::Writer>> NewWriter(std::string, journal::Share) override {
        return std::unique_ptr<journal::Writer>(std::make_unique<SlowWriter>(*this));
    }

    std::unique_ptr<journal::Reader> NewReader() override { return nullptr; }

    Status Sync() override { return {}; }

    journal::Stats GetStats() const override { return {}; }

    void Stop() {
        Change([this] { stopped_ = true; });
    }

    void GoOn() {
        Change([this] { stopped_ = false; });
    }

    void Fill() {
        Change([this] { full_ = true; });
    }

    /// True once so many were appended.
    bool WaitForAppended(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20), [&] {
            return appended_.size() >= count;
        });
    }

    std::vector<std::string> Ids() {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> ids;
        for (const std::string& bytes : appended_) {
            const auto feedback = DecodeFeedback(bytes);
            ids.push_back(feedback.Ok() ? feedback->id : "?");
        }
        return ids;
    }

private:
    class SlowWriter final : public journal::Writer {
    public:
        explicit SlowWriter(SlowDisk& disk) noexcept : disk_(disk) {}

        Status Sync() override {
            std::unique_lock lock(disk_.mutex_);
            disk_.changed_.wait(lock, [this] { return !disk_.stopped_; });
            return {};
        }

    private:
        char* Reserve(std::size_t size) noexcept override {
            payload_.resize(size);
            return disk_.full_ ? nullptr : payload_.data();
        }

        void Publish(journal::RecordType, std::size_t size) noexcept override {
            disk_.Change([&] { disk_.appended_.push_back(payload_.substr(0, size)); });
        }

        SlowDisk& disk_;
        std::string payload_;
    };

    template <typename What>
    void Change(What&& what) {
        const std::lock_guard lock(mutex_);
        what();
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> appended_;
    bool stopped_ = false;
    bool full_ = false;
};

class FeedbackPortTest : public ::testing::Test {
protected:
    static Feedback About(const std::string& id) {
        Feedback feedback;
        feedback.id = id;
        feedback.call_id.bytes[0] = 1;
        feedback.score = 1;
        return feedback;
    }

    SlowDisk disk_;
    access::Fingerprinter fingerprinter_{Secret("a secret of the test")};
    pipeline::CaptureBook capture_{pipeline::CaptureSettings()};
    FeedbackPort port_{disk_, capture_, fingerprinter_, Clock::System()};
};

TEST_F(FeedbackPortTest, AppendsWhatItIsGivenAndSaysHowItIsKept) {
    const auto taken = port_.Take(About("a"));
    ASSERT_TRUE(taken.Ok());
    EXPECT_NE(taken->created_at, Time());
    EXPECT_EQ(disk_.Ids(), std::vector<std::string>{"a"});
    EXPECT_NE(port_.Take(About(""))->id, "");
}

TEST_F(FeedbackPortTest, NobodyWaitsForAnotherOnesDisk) {
    disk_.Stop();
    auto first = std::async(std::launch::async, [this] { return port_.Take(About("a")).Ok(); });
    EXPECT_TRUE(disk_.WaitForAppended(1));
    auto second = std::async(std::launch::async, [this] { return port_.Take(About("b")).Ok(); });
    EXPECT_TRUE(disk_.WaitForAppended(2)) << "while the first still waits for its disk";
    Feedback wrong = About("c");
    wrong.call_id = {};
    EXPECT_EQ(port_.Take(wrong).error().code, ErrorCode::kInvalidArgument);
    disk_.GoOn();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
}

TEST_F(FeedbackPortTest, SaysThatThereIsNoRoom) {
    disk_.Fill();
    EXPECT_EQ(port_.Take(About("a")).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace sightglass::capture

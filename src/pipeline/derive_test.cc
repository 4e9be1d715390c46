#include "pipeline/derive.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "call/encoding.h"
#include "journal/test_directory.h"
#include "pipeline/derived.h"
#include "pipeline/exchange_ring.h"

namespace sightglass::pipeline {
namespace {

class DeriveTest : public ::testing::Test {
protected:
    void SetUp() override {
        journal::Options options;
        options.segment_bytes = 256U << 10;
        options.ring_bytes = 256U << 10;
        options.total_bytes_max = 512U << 10;
        journal_ = journal::Journal::Open(directory_.path(), options).value();
    }

    void Start(CapturePolicy policy, std::size_t queue_bytes_max = 1U << 20, int threads = 2) {
        policy_ = policy;
        const Secret secret("a secret of the test");
        derive_ = Derive::Start(
                      *journal_,
                      capture_,
                      secret,
                      {.queue_bytes_max = queue_bytes_max, .threads = threads}
        )
                      .value();
    }

    Exchange MakeExchange(int number, std::size_t body_bytes = 10) const {
        Exchange exchange;
        exchange.capture.policy = policy_;
        exchange.call_id.bytes[15] = static_cast<std::uint8_t>(number);
        exchange.request_content_type = "text/plain";
        exchange.request_body = std::string(body_bytes, 'q');
        return exchange;
    }

    /// Also what is still in the ring, because there is no segment to put it into.
    std::vector<Content> ReadContents() {
        std::vector<Content> contents;
        const auto reader = journal_->NewReader();
        for (std::size_t read = 1; read > 0;) {
            read = reader
                       ->Poll([&](const journal::Record& record) {
                           EXPECT_EQ(record.type, journal::RecordType::kContent);
                           contents.push_back(DecodeContent(record.payload).value());
                           return true;
                       })
                       .value();
            std::vector<std::uint64_t> segments;
            for (const journal::SegmentInfo& segment : reader->Segments()) {
                segments.push_back(segment.number);
            }
            EXPECT_TRUE(reader->Release(segments).Ok());
        }
        return contents;
    }

    /// Ten exchanges of that size come through a port.
    void ExpectDerived(std::size_t body_bytes) {
        Start(CapturePolicy::kNone, 4U << 20, 1);
        const std::unique_ptr<DerivePort> port = derive_->NewPort();
        const std::string request =
            R"({"messages":[{"role":"user","content":")" + std::string(body_bytes, 'q') + "\"}]}";
        for (int i = 0; i < 10; ++i) {
            ExchangeView view;
            view.call_id.bytes[15] = static_cast<std::uint8_t>(i);
            view.model = "gpt-5";
            view.request_body = request;
            view.work = {.count_input = true, .threads = true};
            EXPECT_TRUE(port->Offer(view));
        }
        derive_->Stop();
        EXPECT_EQ(derive_->GetStats().derived, 10U);
        int derived = 0;
        const auto reader = journal_->NewReader();
        const auto read = reader->Poll([&](const journal::Record& record) {
            EXPECT_EQ(record.type, journal::RecordType::kDerived);
            EXPECT_EQ(record.payload.find("qqqq"), std::string_view::npos);
            const Derived one = DecodeDerived(record.payload).value();
            EXPECT_EQ(one.call_id.bytes[15], derived++);
            EXPECT_GT(one.input_tokens, 0);
            EXPECT_NE(one.thread.request, 0U);
            return true;
        });
        EXPECT_TRUE(read.Ok());
        EXPECT_EQ(derived, 10);
    }

    CapturePolicy policy_ = CapturePolicy::kNone;
    CaptureBook capture_{CaptureSettings()};
    journal::TestDirectory directory_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<Derive> derive_;
};

TEST_F(DeriveTest, PutsContentOfEachExchangeIntoTheJournalBeforeItStops) {
    Start(CapturePolicy::kRedacted);
    for (int i = 0; i < 20; ++i) {
        derive_->Offer(MakeExchange(i));
    }
    derive_->Stop();
    const auto contents = ReadContents();
    ASSERT_EQ(contents.size(), 20U);
    EXPECT_EQ(contents[0].input, "qqqqqqqqqq");
    EXPECT_TRUE(contents[0].redacted);
    EXPECT_EQ(derive_->GetStats().derived, 20U);
}

TEST_F(DeriveTest, WantsNothingUnderNone) {
    Start(CapturePolicy::kNone);
    EXPECT_EQ(derive_->Capture().Most(), CapturePolicy::kNone);
    derive_->Offer(MakeExchange(1));
    derive_->Stop();
    EXPECT_TRUE(ReadContents().empty());
    EXPECT_EQ(derive_->GetStats().dropped_queue_full, 0U);
}

TEST_F(DeriveTest, DropsWhatDoesNotFitIntoTheQueueAndCountsIt) {
    Start(CapturePolicy::kFull, 1000);
    derive_->Offer(MakeExchange(1, 2000));
    derive_->Offer(MakeExchange(2, 100));
    derive_->Stop();
    EXPECT_EQ(ReadContents().size(), 1U);
    EXPECT_EQ(derive_->GetStats().dropped_queue_full, 1U);
}

TEST_F(DeriveTest, DropsWhatIsOfferedAfterItStopped) {
    Start(CapturePolicy::kFull);
    derive_->Stop();
    derive_->Offer(MakeExchange(1));
    EXPECT_EQ(derive_->GetStats().dropped_queue_full, 1U);
}

TEST_F(DeriveTest, CountsWhatTheJournalHasNoRoomFor) {
    Start(CapturePolicy::kFull, 64U << 20, 1);
    for (int i = 0; i < 200; ++i) {
        derive_->Offer(MakeExchange(i, 50'000));
    }
    derive_->Stop();
    const DeriveStats stats = derive_->GetStats();
    EXPECT_GT(stats.dropped_journal_full, 0U);
    EXPECT_EQ(stats.derived + stats.dropped_journal_full, 200U);
    EXPECT_EQ(ReadContents().size(), stats.derived);
}

TEST_F(DeriveTest, WhatComesThroughAPortIsDerivedWithoutItsContent) {
    ExpectDerived(10);
}

TEST_F(DeriveTest, SoIsWhatIsTooLargeForThePortsRing) {
    ExpectDerived(ExchangeRing::kExchangeBytesMax);
}

TEST_F(DeriveTest, APortTakesTheMemoryOfALargeBodyAndGivesAnother) {
    Start(CapturePolicy::kNone, 4U << 20, 1);
    const std::unique_ptr<DerivePort> port = derive_->NewPort();
    ExchangeView view;
    view.model = "gpt-5";
    view.work = {.count_input = true, .threads = true};
    constexpr std::size_t kLarge = 32U << 10;
    const auto offer = [&](std::size_t body_bytes, std::string& memory) {
        memory =
            R"({"messages":[{"role":"user","content":")" + std::string(body_bytes, 'q') + "\"}]}";
        view.request_body = memory;
        EXPECT_TRUE(port->Offer(view, memory));
    };
    std::string small;
    offer(10, small);
    EXPECT_FALSE(small.empty());
    std::string large;
    for (int tries = 0; tries < 10'000 && large.capacity() < kLarge; ++tries) {
        offer(kLarge, large);
        EXPECT_TRUE(large.empty());
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_GE(large.capacity(), kLarge) << "the memory of one that was derived";
    derive_->Stop();
    EXPECT_EQ(derive_->GetStats().dropped_queue_full, 0U);
    const auto reader = journal_->NewReader();
    const auto read = reader->Poll([&](const journal::Record& record) {
        EXPECT_GT(DecodeDerived(record.payload).value().input_tokens, 0);
        return true;
    });
    EXPECT_TRUE(read.Ok());
}

TEST_F(DeriveTest, WhatAPortHasNoRoomForIsRefusedAndCounted) {
    Start(CapturePolicy::kNone, 1000);
    const std::unique_ptr<DerivePort> port = derive_->NewPort();
    const std::string body(ExchangeRing::kExchangeBytesMax, 'q');
    ExchangeView view;
    view.request_body = body;
    view.work.threads = true;
    EXPECT_FALSE(port->Offer(view));
    port->CountDropped();
    EXPECT_EQ(derive_->GetStats().dropped_queue_full, 2U);
}

}  // namespace
}  // namespace sightglass::pipeline

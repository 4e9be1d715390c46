#include "capture/gateway/answer_tee.h"

#include <vector>

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

using Texts = std::vector<std::string>;

/// Remembers the events it is given, and wants only the last ones after the second.
class NotingReader final : public dialect::StreamReader {
public:
    explicit NotingReader(Texts& seen) : seen_(seen) {}

    dialect::Interest ReadEvent(std::string_view name, std::string_view data, Time, Call&)
        override {
        seen_.push_back(std::string(name) + "|" + std::string(data));
        return seen_.size() < 2 ? dialect::Interest::kEvery : dialect::Interest::kLast;
    }

    void Finish(bool complete, Call&) override {
        seen_.emplace_back(complete ? "complete" : "cut off");
    }

    void Reset() override { seen_.clear(); }

private:
    Texts& seen_;
};

class NotingDialect final : public dialect::Dialect {
public:
    std::string_view Name() const noexcept override { return "noting"; }

    void ReadRequestLine(std::string_view, std::string_view, Call&) const override {}

    void ReadRequest(const dialect::RequestView&, Call&) const override {}

    void ReadResponseHead(int, const dialect::HeaderLookup&, Call&) const override {}

    codec::StreamFormat FormatOf(std::string_view content_type, const Call& call) const override {
        return call.stream == true && content_type == "application/json"
                   ? codec::StreamFormat::kJsonArray
                   : Dialect::FormatOf(content_type, call);
    }

    void ReadResponseBody(const dialect::BodyView& body, Call&) const override {
        seen.push_back("body|" + std::string(body.body));
    }

    std::unique_ptr<dialect::StreamReader> NewStreamReader() const override {
        return std::make_unique<NotingReader>(seen);
    }

    void ReadText(std::string_view, std::string_view, dialect::AnswerText&) const override {}

    std::string ErrorBody(int, ErrorType, std::string_view, std::string_view) const override {
        return {};
    }

    mutable Texts seen;
};

Texts Read(std::string_view content_type, std::string_view text, std::size_t piece_bytes) {
    const std::string head_text =
        "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(content_type) + "\r\n\r\n";
    net::ResponseHead head;
    std::size_t scanned = 0;
    EXPECT_EQ(
        net::ParseResponseHead(head_text, 1000, scanned, head).status,
        net::HeadStatus::kComplete
    );
    NotingDialect dialect;
    AnswerTee tee(1U << 20);
    Call call;
    call.stream = true;
    tee.Start(head, dialect, call);
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        tee.Feed(text.substr(at, piece_bytes), Time(), call);
    }
    tee.Finish(true, call);
    return dialect.seen;
}

/// The first two events, the last eight, and how it ended.
void ExpectEnds(const Texts& seen) {
    ASSERT_EQ(seen.size(), 11U);
    EXPECT_EQ(seen[0], "|{\"n\":0}");
    EXPECT_EQ(seen[1], "|{\"n\":1}");
    EXPECT_EQ(seen[2], "|{\"n\":92}");
    EXPECT_EQ(seen[9], "|{\"n\":99}");
    EXPECT_EQ(seen[10], "complete");
}

TEST(AnswerTeeTest, OfLinesTheFirstAndTheLastAreRead) {
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += "{\"n\":" + std::to_string(i) + "}\n";
    }
    for (const std::size_t piece : {1U, 10U, 10'000U}) {
        ExpectEnds(Read("application/x-ndjson", text, piece));
    }
}

TEST(AnswerTeeTest, OfAnArrayThatTheDialectCallsAStreamTheFirstAndTheLastElementsAreRead) {
    std::string text = "[";
    for (int i = 0; i < 100; ++i) {
        text += (i == 0 ? "" : "\n,\r\n") + ("{\"n\":" + std::to_string(i) + "}");
    }
    for (const std::size_t piece : {1U, 10U, 10'000U}) {
        ExpectEnds(Read("application/json", text + "]", piece));
    }
    EXPECT_EQ(Read("application/json", text, 10).back(), "cut off");
}

TEST(AnswerTeeTest, BytesThatAreNoAwsMessageEndTheReading) {
    const std::string text(1000, 'x');
    EXPECT_EQ(Read("application/vnd.amazon.eventstream", text, 100), Texts{"cut off"});
}

/// Feeds a gzipped stream of lines as it would be read; how often others had their turn meanwhile.
int FeedGzipped(const std::string& text, Texts& seen) {
    constexpr std::string_view kHead =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\n\r\n";
    net::ResponseHead head;
    std::size_t scanned = 0;
    net::ParseResponseHead(kHead, 1000, scanned, head);
    const NotingDialect dialect;
    AnswerTee tee(1U << 20);
    Call call;
    tee.Start(head, dialect, call);
    int turns = 0;
    std::string zipped = codec::CompressGzip(text);
    for (std::string_view rest = zipped; !rest.empty();) {
        const std::string_view piece = rest.substr(0, tee.FeedBytesMax());
        tee.Feed(piece, Time(), call);
        turns += tee.TakeTurn() ? 1 : 0;
        rest.remove_prefix(piece.size());
    }
    tee.Finish(true, call);
    seen = dialect.seen;
    return turns;
}

TEST(AnswerTeeTest, OthersHaveTheirTurnWhileALongAnswerIsDecoded) {
    std::string text;
    for (int i = 0; text.size() < (3U << 20); ++i) {
        text += "{\"n\":" + std::to_string(i * 7'919 % 1'000'003) + "}\n";
    }
    Texts seen;
    EXPECT_GE(FeedGzipped(text, seen), 4);
    EXPECT_EQ(seen.size(), 11U);
    EXPECT_EQ(seen.back(), "complete");
}

TEST(AnswerTeeTest, WhatExpandsBeyondReasonIsNotReadAnyFurther) {
    Texts seen;
    EXPECT_LE(FeedGzipped("{\"n\":1}\n" + std::string(32U << 20, '\n'), seen), 8);
    EXPECT_EQ(seen.back(), "cut off");
}

TEST(AnswerTeeTest, AStreamEndsWithTheMarkAloneOnItsLine) {
    const std::string_view head_text = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    net::ResponseHead head;
    std::size_t scanned = 0;
    ASSERT_EQ(
        net::ParseResponseHead(head_text, 1000, scanned, head).status,
        net::HeadStatus::kComplete
    );
    const auto ends = [&](std::initializer_list<std::string_view> pieces) {
        NotingDialect dialect;
        AnswerTee tee(1U << 20);
        Call call;
        tee.Start(head, dialect, call);
        for (const std::string_view piece : pieces) {
            tee.Feed(piece, Time(), call);
        }
        return tee.SawEndMark();
    };
    EXPECT_TRUE(ends({"data: {}\n\ndata: [DONE]\n\n"}));
    EXPECT_TRUE(ends({"data: {}\n\n", "data: [DONE]"}));
    EXPECT_TRUE(ends({"data: {}\r\n\r\n", "", "data:[DONE]\r\n\r\n"}));
    EXPECT_FALSE(ends({R"(data: {"content":"[DONE])"}));
    EXPECT_FALSE(ends({R"(data: {"content":"data: [DONE])"}));
    EXPECT_FALSE(ends({R"(data: {"content":")", "data: [DONE]"}));
    EXPECT_FALSE(ends({"data: [DONE]\n\n", "data: {}\n\n"}));
}

TEST(AnswerTeeTest, ABodyIsReadWhole) {
    EXPECT_EQ(Read("text/plain", "hello", 2), Texts{"body|hello"});
}

}  // namespace
}  // namespace sightglass::capture

#include "capture/gateway/stream_usage.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

std::string Asked(std::string_view body) {
    std::string out;
    return AskForUsage(body, out) ? out : "unchanged";
}

TEST(AskForUsageTest, AddsOrCompletesTheOption) {
    EXPECT_EQ(
        Asked(R"({"model":"m","stream":true})"),
        R"({"stream_options":{"include_usage":true},"model":"m","stream":true})"
    );
    EXPECT_EQ(
        Asked(R"({ "stream_options": {}, "stream":true})"),
        R"({ "stream_options": {"include_usage":true}, "stream":true})"
    );
    EXPECT_EQ(
        Asked(R"({"stream_options":{"include_obfuscation":false}})"),
        R"({"stream_options":{"include_usage":true,"include_obfuscation":false}})"
    );
    EXPECT_EQ(
        Asked(R"({"stream_options":{"include_usage": false}})"),
        R"({"stream_options":{"include_usage": true}})"
    );
    EXPECT_EQ(Asked(R"({"stream_options":null})"), R"({"stream_options":{"include_usage":true}})");
}

TEST(AskForUsageTest, LeavesABodyThatAsksItselfOrCannotBeChanged) {
    EXPECT_EQ(Asked(R"({"stream_options":{"include_usage":true}})"), "unchanged");
    EXPECT_EQ(Asked(R"({"stream_options":{"a":1},"stream_options":{"b":1}})"), "unchanged");
    EXPECT_EQ(Asked(R"({"stream_options":7})"), "unchanged");
    EXPECT_EQ(Asked("{}"), "unchanged");
    EXPECT_EQ(Asked("[]"), "unchanged");
    EXPECT_EQ(Asked(""), "unchanged");
}

class UsageChunkFilterTest : public ::testing::Test {
protected:
    /// What passes, fed in pieces of `size` bytes.
    static std::string Filtered(std::string_view text, std::size_t size) {
        UsageChunkFilter filter;
        std::string out;
        for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
            filter.Feed(text.substr(0, size), out);
        }
        filter.Finish(out);
        return out;
    }

    static constexpr std::string_view kUsage =
        R"(data: {"id":"1","choices":[ ],"usage":{"prompt_tokens":1}})";
    static constexpr std::string_view kText =
        R"(data: {"id":"1","choices":[{"delta":{"content":"a\n\n"}}],"usage":null})";
};

TEST_F(UsageChunkFilterTest, TakesOneChunkOutHoweverTheBytesCome) {
    for (const std::string end : {"\n\n", "\r\n\r\n"}) {
        const std::string before = std::string(kText) + end + std::string(kText) + end;
        const std::string after = "data: [DONE]" + end;
        const std::string stream = before + std::string(kUsage) + end + after;
        for (std::size_t size = 1; size <= stream.size(); ++size) {
            ASSERT_EQ(Filtered(stream, size), before + after) << size;
        }
    }
}

TEST_F(UsageChunkFilterTest, LeavesEverythingElse) {
    for (const std::string_view text :
         {R"(data: {"choices":[],"prompt_filter_results":[]})",
          R"(data: {"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}})",
          R"(data: {"choices":[],"usage":null})",
          R"({"choices":[],"usage":{}})",
          "data: nonsense",
          "data:",
          ": comment",
          "\n\n\n"}) {
        const std::string stream = std::string(text) + "\n\ndata: [DONE]\n\n";
        EXPECT_EQ(Filtered(stream, 7), stream);
        EXPECT_EQ(Filtered(text, 3), text) << "also without an end";
    }
}

TEST_F(UsageChunkFilterTest, WholeEventsPassAtOnce) {
    UsageChunkFilter filter;
    std::string out;
    filter.Feed(std::string(kText) + "\n\nda", out);
    EXPECT_EQ(out, std::string(kText) + "\n\n");
}

TEST_F(UsageChunkFilterTest, AnEventBeyondTheBoundPassesInPieces) {
    const std::string stream = "data: {\"choices\":[],\"usage\":{\"a\":\"" +
                               std::string(200'000, 'x') + "\"}}\n\n" + std::string(kUsage) +
                               "\n\n";
    const std::string kept = stream.substr(0, stream.size() - kUsage.size() - 2);
    EXPECT_EQ(Filtered(stream, 10'000), kept);
}

}  // namespace
}  // namespace sightglass::capture

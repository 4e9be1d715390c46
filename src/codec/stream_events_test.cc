#include "codec/stream_events.h"

#include <zlib.h>

#include <vector>

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

using Texts = std::vector<std::string>;

struct Seen {
    Texts events;
    bool complete = false;
};

Seen ReadAll(
    StreamFormat format,
    std::string_view text,
    std::size_t piece_bytes,
    std::size_t bytes_max = 1U << 20
) {
    StreamEvents events(bytes_max);
    events.Start(format);
    Seen seen;
    const auto consume = [&seen](const StreamEvent& event) {
        std::string all(event.name);
        all += event.name.empty() ? "" : "|";
        all += event.data;
        seen.events.push_back(all + (event.truncated ? "!" : ""));
    };
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        events.Feed(text.substr(at, piece_bytes), consume);
    }
    seen.complete = events.Complete();
    events.Finish(consume);
    return seen;
}

void ExpectEvents(StreamFormat format, std::string_view text, const Texts& expected) {
    for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
        EXPECT_EQ(ReadAll(format, text, piece).events, expected) << "in pieces of " << piece;
    }
}

std::string BigEndian(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) {
        text += static_cast<char>(value >> static_cast<unsigned>(8 * i) & 0xFFU);
    }
    return text;
}

std::string Crc(std::string_view text) {
    const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
    return BigEndian(
        static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(text.size()))),
        4
    );
}

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string Message(const Headers& headers, const std::string& payload) {
    std::string block;
    for (const auto& [name, value] : headers) {
        block += static_cast<char>(name.size()) + name + '\x07';
        block += BigEndian(static_cast<std::uint32_t>(value.size()), 2) + value;
    }
    std::string text =
        BigEndian(static_cast<std::uint32_t>(16 + block.size() + payload.size()), 4) +
        BigEndian(static_cast<std::uint32_t>(block.size()), 4);
    text += Crc(text);
    text += block + payload;
    return text + Crc(text);
}

std::string Event(const std::string& type, const std::string& payload) {
    return Message(
        {{":event-type", type}, {":content-type", "application/json"}, {":message-type", "event"}},
        payload
    );
}

TEST(StreamEventsTest, TheMediaTypeSaysTheFormat) {
    EXPECT_EQ(StreamFormatOf("text/event-stream; charset=utf-8"), StreamFormat::kServerSentEvents);
    EXPECT_EQ(StreamFormatOf("Application/X-NDJSON"), StreamFormat::kLines);
    EXPECT_EQ(StreamFormatOf("application/vnd.amazon.eventstream"), StreamFormat::kAwsMessages);
    EXPECT_EQ(StreamFormatOf("application/json"), StreamFormat::kNone);
    EXPECT_EQ(StreamFormatOf(""), StreamFormat::kNone);
}

TEST(StreamEventsTest, ServerSentEventsComeThroughWithTheirNames) {
    ExpectEvents(
        StreamFormat::kServerSentEvents,
        "event: ping\r\ndata: {}\r\n\r\n: comment\n\ndata: 1\ndata: 2\n\ndata: last",
        {"ping|{}", "1\n2", "last"}
    );
}

TEST(StreamEventsTest, LinesEndWithEitherLineEndOrTheStream) {
    ExpectEvents(
        StreamFormat::kLines,
        "{\"a\":1}\n\r\n  {\"b\":\"x\\ny\"}\r\n\n{\"c\":3}",
        {"{\"a\":1}", "{\"b\":\"x\\ny\"}", "{\"c\":3}"}
    );
    ExpectEvents(StreamFormat::kLines, "\n \n", {});
}

TEST(StreamEventsTest, ElementsOfAnArrayComeOneByOne) {
    ExpectEvents(
        StreamFormat::kJsonArray,
        "[{\n  \"text\": \"a ] } \\\" \\\\\"\n}\n,\r\n{\"b\": [1, {\"c\": []}]},[2]]\n",
        {"{\n  \"text\": \"a ] } \\\" \\\\\"\n}", "{\"b\": [1, {\"c\": []}]}", "[2]"}
    );
    EXPECT_TRUE(ReadAll(StreamFormat::kJsonArray, "[{}]", 1).complete);
    EXPECT_FALSE(ReadAll(StreamFormat::kJsonArray, "[{},", 1).complete);
}

TEST(StreamEventsTest, AnObjectAloneIsOneElement) {
    ExpectEvents(StreamFormat::kJsonArray, " {\"error\":{}} ", {"{\"error\":{}}"});
    EXPECT_TRUE(ReadAll(StreamFormat::kJsonArray, "{}{}", 1).complete);
}

TEST(StreamEventsTest, AnElementThatIsCutOffIsMarked) {
    ExpectEvents(StreamFormat::kJsonArray, R"([{"a":1},{"b":)", {"{\"a\":1}", "{\"b\":!"});
}

TEST(StreamEventsTest, OfALongEventTheMiddleIsCutOut) {
    const std::string value = "{\"t\":\"" + std::string(10'000, 'x') + "\",\"usage\":{\"n\":1}}";
    for (const auto& [format, text] : std::vector<std::pair<StreamFormat, std::string>>{
             {StreamFormat::kLines, value + "\n"},
             {StreamFormat::kJsonArray, "[" + value + "]"},
             {StreamFormat::kAwsMessages, Event("chunk", value)}}) {
        const Seen whole = ReadAll(format, text, text.size(), 400);
        ASSERT_EQ(whole.events.size(), 1U);
        EXPECT_LE(whole.events[0].size(), 410U);
        EXPECT_TRUE(whole.events[0].ends_with("\"usage\":{\"n\":1}}!")) << whole.events[0];
        for (const std::size_t piece : {1U, 7U, 300U, 5000U}) {
            EXPECT_EQ(ReadAll(format, text, piece, 400).events, whole.events);
        }
    }
}

TEST(StreamEventsTest, AwsMessagesComeWithTheirEventType) {
    const std::string text = Event("messageStart", "{}") + Event("metadata", "{\"usage\":{}}");
    ExpectEvents(StreamFormat::kAwsMessages, text, {"messageStart|{}", "metadata|{\"usage\":{}}"});
    EXPECT_TRUE(ReadAll(StreamFormat::kAwsMessages, text, 5).complete);
    EXPECT_FALSE(ReadAll(StreamFormat::kAwsMessages, text.substr(0, text.size() - 1), 5).complete);
}

TEST(StreamEventsTest, AwsExceptionsAndErrorsAreNamedAsSuch) {
    const std::string exception = Message(
        {{":exception-type", "throttlingException"}, {":message-type", "exception"}},
        "{\"message\":\"slow\"}"
    );
    const std::string error = Message(
        {{":error-code", "InternalError"}, {":error-message", "oh"}, {":message-type", "error"}},
        ""
    );
    ExpectEvents(
        StreamFormat::kAwsMessages,
        exception + error,
        {"exception:throttlingException|{\"message\":\"slow\"}", "exception:InternalError|oh"}
    );
}

TEST(StreamEventsTest, AwsHeadersOfEveryTypeArePassedOver) {
    std::string block;
    const std::vector<std::size_t> sizes = {0, 0, 1, 2, 4, 8};
    for (std::size_t type = 0; type < sizes.size(); ++type) {
        block += std::string("\1h") + static_cast<char>(type) + std::string(sizes[type], '\7');
    }
    block += std::string("\1h\6\0\3abc", 8) + std::string("\1h\10", 3) + std::string(8, 'x');
    block += std::string("\1h\11", 3) + std::string(16, 'x');
    block += std::string("\13:event-type\7\0\2ok", 17);
    std::string text = BigEndian(static_cast<std::uint32_t>(16 + block.size()), 4) +
                       BigEndian(static_cast<std::uint32_t>(block.size()), 4);
    text += Crc(text);
    text += block;
    text += Crc(text);
    ExpectEvents(StreamFormat::kAwsMessages, text, {"ok|"});
}

TEST(StreamEventsTest, AWrongByteAnywhereInAnAwsMessageEndsTheReading) {
    const std::string good = Event("metadata", "{\"usage\":{\"inputTokens\":1}}");
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        const Seen seen = ReadAll(StreamFormat::kAwsMessages, bad + good, 11);
        EXPECT_TRUE(seen.events.empty()) << "byte " << at;
        EXPECT_FALSE(seen.complete) << "byte " << at;
    }
}

TEST(StreamEventsTest, StartForgetsWhatWasRead) {
    StreamEvents events(100);
    Texts seen;
    const auto consume = [&seen](const StreamEvent& event) { seen.emplace_back(event.data); };
    for (const StreamFormat format :
         {StreamFormat::kAwsMessages,
          StreamFormat::kLines,
          StreamFormat::kJsonArray,
          StreamFormat::kServerSentEvents}) {
        events.Start(format);
        events.Feed("data: [{unfinished", consume);
    }
    events.Start(StreamFormat::kServerSentEvents);
    events.Feed("data: whole\n\n", consume);
    EXPECT_EQ(seen, (Texts{"whole"}));
}

}  // namespace
}  // namespace sightglass::codec

#include "codec/sse.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

struct Seen {
    std::string name;
    std::string data;
    bool truncated = false;

    friend bool operator==(const Seen&, const Seen&) = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    return out << "[" << seen.name << "|" << seen.data << (seen.truncated ? "|cut]" : "]");
}

std::vector<Seen> Read(SseReader& reader, const std::vector<std::string_view>& pieces) {
    std::vector<Seen> seen;
    const auto consume = [&seen](const SseEvent& event) {
        seen.push_back({std::string(event.name), std::string(event.data), event.truncated});
    };
    for (const std::string_view piece : pieces) {
        reader.Feed(piece, consume);
    }
    reader.Finish(consume);
    return seen;
}

std::vector<Seen> ReadWhole(std::string_view text, std::size_t event_bytes_max = 1U << 20) {
    SseReader reader(event_bytes_max);
    return Read(reader, {text});
}

/// The standard's algorithm as it is written, on the whole text at once.
std::vector<Seen> Reference(std::string text) {
    std::string lines;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r') {
            lines += '\n';
            i += i + 1 < text.size() && text[i + 1] == '\n' ? 1U : 0U;
        } else {
            lines += text[i];
        }
    }
    lines += "\n\n";
    std::vector<Seen> seen;
    std::string name;
    std::string data;
    bool has_data = false;
    std::size_t at = 0;
    while (at < lines.size()) {
        const std::size_t end = lines.find('\n', at);
        const std::string line = lines.substr(at, end - at);
        at = end + 1;
        if (line.empty()) {
            if (has_data) {
                data.pop_back();
                seen.push_back({name, data, false});
            }
            name.clear();
            data.clear();
            has_data = false;
            continue;
        }
        const std::size_t colon = line.find(':');
        const std::string field = line.substr(0, colon);
        std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
        if (!value.empty() && value[0] == ' ') {
            value.erase(0, 1);
        }
        if (field == "event") {
            name = value;
        } else if (field == "data") {
            data += value + "\n";
            has_data = true;
        }
    }
    return seen;
}

TEST(SseReaderTest, ReadsNamedAndUnnamedEvents) {
    EXPECT_EQ(
        ReadWhole(
            ": hello\n\nevent: a\ndata: 1\n\ndata:2\ndata:  3\nid: x\n\nevent: lost\n\ndata\n\n"
        ),
        (std::vector<Seen>{{"a", "1"}, {"", "2\n 3"}, {"", ""}})
    );
}

TEST(SseReaderTest, TheLastEventNeedsNoBlankLine) {
    EXPECT_EQ(ReadWhole("data: 1\n\ndata: 2"), (std::vector<Seen>{{"", "1"}, {"", "2"}}));
    EXPECT_EQ(ReadWhole("data: 1\n\nevent: x\n"), (std::vector<Seen>{{"", "1"}}));
}

TEST(SseReaderTest, SkipsAByteOrderMarkAtTheStartOnly) {
    EXPECT_EQ(
        ReadWhole("\xEF\xBB\xBF"
                  "data: 1\n\n\xEF\xBB\xBF"
                  "data: 2\n\n"),
        (std::vector<Seen>{{"", "1"}})
    );
}

TEST(SseReaderTest, AnEventBeyondTheBoundLosesItsMiddleAndIsMarkedTheNextIsWhole) {
    const std::string text =
        "data: 0123456789abcdefghij\n\ndata: 12345\ndata: 67890abc\n\ndata: "
        "123\ndata:4567890\ndata:abcdef\n\ndata: x\n\n";
    const std::vector<Seen> expected = {
        {"",
         "012345ghij",
         true},  // The line, "data: " included, kept its first 12 and last 4 bytes.
        {"", "12345\n67890abc", false},
        {"", "123\n4567890\ncdef", true},
        {"", "x", false}};
    EXPECT_EQ(ReadWhole(text, 16), expected);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        SseReader reader(16);
        EXPECT_EQ(
            Read(
                reader,
                {std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)}
            ),
            expected
        );
    }
}

TEST(SseReaderTest, AnEndlessLineTakesBoundedMemoryAndKeepsItsEnd) {
    SseReader reader(1000);
    std::vector<Seen> seen;
    const auto consume = [&seen](const SseEvent& event) {
        seen.push_back({std::string(event.name), std::string(event.data), event.truncated});
    };
    reader.Feed("data: ", consume);
    for (int i = 0; i < 100'000; ++i) {
        reader.Feed("xxxxxxx", consume);
    }
    reader.Feed("the end\n\n", consume);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].data.size(), 994U);
    EXPECT_TRUE(seen[0].truncated);
    EXPECT_TRUE(seen[0].data.ends_with("xxxthe end"));
}

TEST(SseReaderTest, ALongCommentTruncatesNothing) {
    EXPECT_EQ(
        ReadWhole(":" + std::string(100, 'c') + "\ndata: 1\n\n", 16),
        (std::vector<Seen>{{"", "1"}})
    );
}

TEST(SseReaderTest, IsReadyForAnotherStreamAfterReset) {
    SseReader reader;
    std::vector<Seen> seen;
    reader.Feed("event: a\ndata: lost\r", [&seen](const SseEvent&) { seen.emplace_back(); });
    reader.Reset();
    EXPECT_EQ(Read(reader, {"\ndata: 1\n\n"}), (std::vector<Seen>{{"", "1"}}));
    EXPECT_TRUE(seen.empty());
}

TEST(SseReaderTest, AgreesWithTheStandardsAlgorithmHoweverItIsSplit) {
    std::mt19937 random(11);
    const std::vector<std::string> words = {
        "data",
        "event",
        "id",
        ":",
        ": ",
        " ",
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "x",
        "\xC3\xA9",
        "{\"a\":1}",
        "retry: 3"};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::size_t left = random() % 30; left > 0; --left) {
            text += words[random() % words.size()];
        }
        const std::vector<Seen> expected = Reference(text);
        ASSERT_EQ(ReadWhole(text), expected) << testing::PrintToString(text);
        std::vector<std::string_view> bytes;
        std::vector<std::string_view> pieces;
        for (std::size_t i = 0; i < text.size(); ++i) {
            bytes.push_back(std::string_view(text).substr(i, 1));
        }
        for (std::size_t i = 0; i < text.size();) {
            const std::size_t size = random() % 5 + 1;
            pieces.push_back(std::string_view(text).substr(i, size));
            i += size;
        }
        SseReader reader;
        ASSERT_EQ(Read(reader, bytes), expected) << testing::PrintToString(text);
        ASSERT_EQ(Read(reader, pieces), expected) << testing::PrintToString(text);
    }
}

TEST(SseReaderTest, LongLinesOfEitherEndingAreFound) {
    for (const std::string end : {"\n", "\r", "\r\n"}) {
        for (const std::size_t length : {500U, 511U, 512U, 513U, 1023U, 1024U, 5000U}) {
            const std::string value(length, 'v');
            EXPECT_EQ(ReadWhole("data: " + value + end + end), (std::vector<Seen>{{"", value}}));
        }
    }
}

}  // namespace
}  // namespace sightglass::codec

#include "net/http1.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::net {
namespace {

using ::testing::ElementsAre;

constexpr std::size_t kHeadBytesMax = 64U << 10;

class RequestHeadTest : public ::testing::Test {
protected:
    HeadResult Parse(std::string text) {
        text_ = std::move(text);
        std::size_t scanned = 0;
        return ParseRequestHead(text_, kHeadBytesMax, scanned, head_);
    }

    HeadError Refused(std::string text) {
        const HeadResult result = Parse(std::move(text));
        EXPECT_EQ(result.status, HeadStatus::kBad) << text_;
        return result.error;
    }

    std::string text_;
    RequestHead head_;
};

class ResponseHeadTest : public ::testing::Test {
protected:
    HeadResult Parse(std::string text) {
        text_ = std::move(text);
        std::size_t scanned = 0;
        return ParseResponseHead(text_, kHeadBytesMax, scanned, head_);
    }

    std::string text_;
    ResponseHead head_;
};

TEST_F(RequestHeadTest, ReadsARequest) {
    const HeadResult result = Parse(
        "POST /v1/chat/completions?beta=true HTTP/1.1\r\n"
        "Host: 127.0.0.1:8080\r\n"
        "X-Odd:  a\tb  \r\n"
        "CONTENT-LENGTH: 5\r\n"
        "\r\nhello"
    );
    ASSERT_EQ(result.status, HeadStatus::kComplete);
    EXPECT_EQ(text_.substr(result.bytes), "hello");
    EXPECT_EQ(head_.method, "POST");
    EXPECT_EQ(head_.target, "/v1/chat/completions?beta=true");
    EXPECT_EQ(head_.authority, "127.0.0.1:8080");
    EXPECT_EQ(head_.Find("x-odd"), "a\tb");
    EXPECT_EQ(head_.Headers()[1].line, "X-Odd:  a\tb  \r\n");
    EXPECT_EQ(head_.Body(), BodyKind::kLength);
    EXPECT_EQ(head_.content_length, 5U);
    EXPECT_TRUE(head_.keep_alive);
}

TEST_F(RequestHeadTest, IsReadTheSameWhereverItIsSplit) {
    const std::string whole =
        "\r\nPUT /v1/files HTTP/1.1\r\nhost: a\r\nTransfer-Encoding: chunked\r\nE: \r\n\r\n";
    std::size_t scanned = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const HeadResult part =
            ParseRequestHead(whole.substr(0, size), kHeadBytesMax, scanned, head_);
        ASSERT_EQ(part.status, HeadStatus::kIncomplete) << size;
    }
    const HeadResult result = ParseRequestHead(whole, kHeadBytesMax, scanned, head_);
    ASSERT_EQ(result.status, HeadStatus::kComplete);
    EXPECT_EQ(result.bytes, whole.size());
    EXPECT_EQ(head_.Body(), BodyKind::kChunked);
    EXPECT_EQ(head_.Find("e"), "");
    EXPECT_EQ(head_.Headers().size(), 3U);
}

TEST_F(RequestHeadTest, RecognisesNamesInAnyCase) {
    ASSERT_EQ(
        Parse("GET / HTTP/1.1\r\nhOsT: a\r\nUSER-AGENT: b\r\nTe: trailers\r\nAuthorization: c\r\n"
              "authorizatioN2: d\r\n\r\n")
            .status,
        HeadStatus::kComplete
    );
    std::vector<HeaderName> known;
    for (const Header& header : head_.Headers()) {
        known.push_back(header.known);
    }
    EXPECT_THAT(
        known,
        ElementsAre(
            HeaderName::kHost,
            HeaderName::kUserAgent,
            HeaderName::kTe,
            HeaderName::kAuthorization,
            HeaderName::kOther
        )
    );
    EXPECT_EQ(head_.Find("authorization"), "c");
    EXPECT_EQ(head_.Find("authorization2"), "d");
    EXPECT_EQ(head_.Find("authorization3"), "");
}

TEST_F(RequestHeadTest, ReadsALineThatComesAgainAsItDidTheFirstTime) {
    const std::string first =
        "GET / HTTP/1.1\r\nHost: a\r\nX-Odd:  b \r\nConnection: X-Odd\r\nX-Long: " +
        std::string(200, 'l') + "\r\n\r\n";
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(Parse(first).status, HeadStatus::kComplete);
        ASSERT_EQ(head_.Headers().size(), 4U);
        EXPECT_EQ(head_.Find("x-odd"), "b");
        EXPECT_TRUE(head_.Headers()[1].hop_by_hop);
        EXPECT_EQ(head_.Headers()[1].line, "X-Odd:  b \r\n");
        EXPECT_EQ(head_.Find("x-long").size(), 200U);
        EXPECT_EQ(head_.authority, "a");
    }
    ASSERT_EQ(
        Parse("GET / HTTP/1.1\r\nHost: a2\r\nX-Odd:  b \r\nX-Long: l\r\nHost2: b\r\n\r\n").status,
        HeadStatus::kComplete
    );
    EXPECT_EQ(head_.authority, "a2");
    EXPECT_FALSE(head_.Headers()[1].hop_by_hop) << "what Connection said was about one head";
    EXPECT_EQ(head_.Find("x-long"), "l");
    EXPECT_EQ(head_.Find("host2"), "b");
    EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n").error, HeadError::kHeaderLine);
}

TEST_F(RequestHeadTest, AsksAboutALineOnceWhileItStaysTheSame) {
    static int asked;
    asked = 0;
    head_.mark = [](const Header& header) {
        ++asked;
        return static_cast<std::uint8_t>(header.value == "b" ? 2 : 1);
    };
    Parse("GET / HTTP/1.1\r\nHost: a\r\nX-Odd: b\r\n\r\n");
    Parse("GET / HTTP/1.1\r\nHost: a\r\nX-Odd: b\r\n\r\n");
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(head_.Headers()[1].marks, 2);
    Parse("GET / HTTP/1.1\r\nHost: a\r\nX-Odd: c\r\n\r\n");
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(head_.Headers()[1].marks, 1);
}

TEST_F(RequestHeadTest, MarksWhatIsMeantForTheNextRecipientOnly) {
    Parse(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Mine ,content-length, host\r\n"
        "x-mine: 1\r\nX-Yours: 2\r\nKeep-Alive: 5\r\nContent-Length: 0\r\n\r\n"
    );
    std::string kept;
    for (const Header& header : head_.Headers()) {
        kept += header.hop_by_hop ? "" : std::string(header.name) + " ";
    }
    EXPECT_EQ(kept, "Host X-Yours Content-Length ");
    EXPECT_FALSE(head_.keep_alive);
}

TEST_F(RequestHeadTest, AnOldClientKeepsTheConnectionOnlyWhereItAsks) {
    Parse("GET / HTTP/1.0\r\n\r\n");
    EXPECT_FALSE(head_.keep_alive);
    EXPECT_EQ(head_.minor_version, 0);
    Parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_TRUE(head_.keep_alive);
}

TEST_F(RequestHeadTest, TakesTheAuthorityOffAnAbsoluteTarget) {
    ASSERT_EQ(
        Parse("GET http://api.example.com:80/v1/models?x=1 HTTP/1.1\r\nHost: b\r\n\r\n").status,
        HeadStatus::kComplete
    );
    EXPECT_EQ(head_.target, "/v1/models?x=1");
    EXPECT_EQ(head_.authority, "api.example.com:80");
}

TEST_F(RequestHeadTest, SaysWhatIsExpectedAndWhatTheConnectionShallBecome) {
    Parse(
        "GET /v1/realtime HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
        "Upgrade: websocket\r\nExpect: 100-Continue\r\n\r\n"
    );
    EXPECT_TRUE(head_.upgrade);
    EXPECT_TRUE(head_.expects_continue);
    Parse("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
    EXPECT_FALSE(head_.upgrade) << "Upgrade counts only where Connection names it";
    EXPECT_FALSE(head_.expects_continue);
}

TEST_F(RequestHeadTest, RefusesWhatTwoReadersCouldUnderstandDifferently) {
    const std::string start = "POST / HTTP/1.1\r\nHost: a\r\n";
    for (const std::string_view lines :
         {"Content-Length: 5\r\nContent-Length: 5\r\n",
          "Content-Length: 5, 5\r\n",
          "Content-Length: +5\r\n",
          "Content-Length: 0x5\r\n",
          "Content-Length: 5 5\r\n",
          "Content-Length: \r\n",
          "Content-Length: 9999999999999999999\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"}) {
        EXPECT_EQ(Refused(start + std::string(lines) + "\r\n"), HeadError::kLength) << lines;
    }
    for (const std::string_view lines :
         {"Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding: chunked;q=1\r\n",
          "Transfer-Encoding:\r\n"}) {
        EXPECT_EQ(Refused(start + std::string(lines) + "\r\n"), HeadError::kTransferCoding)
            << lines;
    }
    EXPECT_EQ(
        Refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        HeadError::kTransferCoding
    );
}

TEST_F(RequestHeadTest, RefusesMalformedHeaderLines) {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (const std::string& line :
         {std::string("Name : value\r\n"),
          std::string(" Folded: value\r\n"),
          std::string("A: b\r\n c\r\n"),
          std::string("No colon\r\n"),
          std::string(": empty\r\n"),
          std::string("A: b\n"),
          std::string("A: b\rc\r\n"),
          std::string("A: b\0c\r\n", 8),
          std::string("A: b\x01\r\n"),
          std::string("A: b\x7f\r\n"),
          std::string("A(: b\r\n"),
          std::string("N\xc3\xa4me: b\r\n")}) {
        EXPECT_EQ(Refused(start + line + "\r\n"), HeadError::kHeaderLine) << line;
    }
    EXPECT_EQ(Parse(start + "Text: caf\xc3\xa9\r\n\r\n").status, HeadStatus::kComplete);
}

TEST_F(RequestHeadTest, RefusesMalformedRequestLines) {
    for (const std::string& line :
         {std::string("GET /\r\n"),
          std::string("GET  / HTTP/1.1\r\n"),
          std::string("GET / x HTTP/1.1\r\n"),
          std::string("G=T / HTTP/1.1\r\n"),
          std::string("GET / http/1.1\r\n"),
          std::string("GET relative HTTP/1.1\r\n"),
          std::string("GET ftp://a/ HTTP/1.1\r\n"),
          std::string("GET http:///v1 HTTP/1.1\r\n"),
          std::string("GET * HTTP/1.1\r\n"),
          std::string("CONNECT a:443 HTTP/1.1\r\n"),
          std::string("GET /a\x01 HTTP/1.1\r\n"),
          std::string("GET / HTTP/1.1\n")}) {
        EXPECT_EQ(Refused(line + "Host: a\r\n\r\n"), HeadError::kStartLine) << line;
    }
    EXPECT_EQ(Refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), HeadError::kVersion);
    EXPECT_EQ(Refused("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), HeadError::kVersion);
    EXPECT_EQ(Refused("\x16\x03\x01\x02"), HeadError::kStartLine) << "a TLS greeting, at its start";
    EXPECT_EQ(Parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status, HeadStatus::kComplete);
}

TEST_F(RequestHeadTest, WantsOneHost) {
    EXPECT_EQ(Refused("GET / HTTP/1.1\r\n\r\n"), HeadError::kHost);
    EXPECT_EQ(Refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), HeadError::kHost);
}

TEST_F(RequestHeadTest, IsBounded) {
    std::size_t scanned = 0;
    std::string line(20'000, 'a');
    EXPECT_EQ(ParseRequestHead(line, kHeadBytesMax, scanned, head_).error, HeadError::kTooLarge);
    scanned = 0;
    const std::string large = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(kHeadBytesMax, 'x');
    EXPECT_EQ(ParseRequestHead(large, kHeadBytesMax, scanned, head_).error, HeadError::kTooLarge);
    scanned = 0;
    EXPECT_EQ(
        ParseRequestHead(large + "\r\n\r\n", kHeadBytesMax, scanned, head_).error,
        HeadError::kTooLarge
    );
    std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 0; i < MessageHead::kHeadersMax; ++i) {
        many += "A: b\r\n";
    }
    EXPECT_EQ(Refused(many + "\r\n"), HeadError::kTooManyHeaders);
    EXPECT_EQ(StatusFor(HeadError::kTooManyHeaders), 431);
}

TEST_F(ResponseHeadTest, ReadsAnAnswer) {
    const HeadResult result =
        Parse("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}");
    ASSERT_EQ(result.status, HeadStatus::kComplete);
    EXPECT_EQ(head_.status, 429);
    EXPECT_EQ(head_.status_line, "HTTP/1.1 429 Too Many Requests\r\n");
    EXPECT_EQ(text_.substr(result.bytes), "{}");
    EXPECT_EQ(head_.Body(false), BodyKind::kLength);
    EXPECT_EQ(head_.Body(true), BodyKind::kNone);
}

TEST_F(ResponseHeadTest, KnowsHowEachBodyEnds) {
    Parse("HTTP/1.1 200 OK\r\n\r\n");
    EXPECT_EQ(head_.Body(false), BodyKind::kUntilClose);
    Parse("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(head_.Body(false), BodyKind::kNone);
    Parse("HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n");
    EXPECT_EQ(head_.Body(false), BodyKind::kChunked);
    for (const std::string_view status : {"204 No Content", "304 Not Modified", "100 Continue"}) {
        Parse("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 7\r\n\r\n");
        EXPECT_EQ(head_.Body(false), BodyKind::kNone) << status;
    }
}

TEST_F(ResponseHeadTest, RefusesNonsense) {
    for (const std::string& text :
         {std::string("<html>"),
          std::string("HTTP/2 200\r\n\r\n"),
          std::string("HTTP/1.1 20 OK\r\n\r\n"),
          std::string("HTTP/1.1 2000 OK\r\n\r\n"),
          std::string("HTTP/1.1 099 x\r\n\r\n"),
          std::string("HTTP/1.1  200 OK\r\n\r\n"),
          std::string("HTTP/1.1 200 O\x01K\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\n\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
          std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")}) {
        EXPECT_EQ(Parse(text).status, HeadStatus::kBad) << text;
    }
}

TEST(NameStartTest, PacksTheFirstEightCharactersInLowerCase) {
    EXPECT_EQ(NameStart("aB"), 0x6261U);
    EXPECT_EQ(NameStart("Content-Length"), NameStart("content-type"));
    EXPECT_NE(NameStart("content"), NameStart("content-"));
}

TEST(ListTest, GivesEachElementWithoutWhiteSpace) {
    std::vector<std::string> elements;
    ForEachListElement(" a,, b c ,\t,d", [&](std::string_view element) {
        elements.emplace_back(element);
    });
    EXPECT_THAT(elements, ElementsAre("a", "b c", "d"));
}

TEST(HeadErrorTest, EachHasATextAndAStatus) {
    for (int i = 1; i <= static_cast<int>(HeadError::kTooManyHeaders); ++i) {
        const auto error = static_cast<HeadError>(i);
        EXPECT_FALSE(ToString(error).empty()) << i;
        EXPECT_FALSE(ReasonPhrase(StatusFor(error)).empty()) << i;
    }
}

}  // namespace
}  // namespace sightglass::net

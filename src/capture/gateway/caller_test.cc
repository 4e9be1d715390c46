#include "capture/gateway/caller.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

class CallerTest : public ::testing::Test {
protected:
    CallerTest() : fingerprinter_(Secret("s")) {
        router_ = Router::Create({{"a", "http://a", "", ""}, {"b", "http://b", "", ""}}).value();
    }

    Call Read(Caller& caller, std::string_view line, std::string_view headers) {
        text_ = std::string(line) + " HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n";
        std::size_t scanned = 0;
        const auto result = net::ParseRequestHead(text_, 1U << 20, scanned, head_);
        EXPECT_EQ(result.status, net::HeadStatus::kComplete);
        Call call;
        caller.ReadHeaders(head_, fingerprinter_, call);
        caller.ReadRequestLine(head_, router_->Find(head_.target), call);
        return call;
    }

    access::Fingerprinter fingerprinter_;
    std::shared_ptr<const Router> router_;
    std::string text_;
    net::RequestHead head_;
};

TEST_F(CallerTest, SaysTheSameEveryTime) {
    constexpr std::string_view kHeaders =
        "User-Agent: OpenAI/JS 7.57.0\r\nX-Stainless-Lang: js\r\napi-key: aaaaaaaaaaaaaaaaaaaa\r\n"
        "x-sightglass-team: t\r\nx-sightglass-tag-a: b\r\n"
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
        "Content-Type: application/json\r\nContent-Length: 1\r\nX-Last: 1\r\n";
    Caller caller;
    const Call first = Read(caller, "POST /v1/chat/completions?x=1", kHeaders);
    EXPECT_EQ(first.team, "t");
    EXPECT_EQ(first.operation, Operation::kChat);
    EXPECT_EQ(first.endpoint, "/v1/chat/completions");
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(Read(caller, "POST /v1/chat/completions?x=1", kHeaders), first) << i;
    }
}

TEST_F(CallerTest, NoticesEveryDifference) {
    const std::vector<std::string> variants{
        "x-sightglass-user: aa\r\nContent-Length: 1\r\nserver: x\r\n",
        "x-sightglass-user: ab\r\nContent-Length: 1\r\nserver: x\r\n",
        "x-sightglass-user: aa\r\nContent-Length: 1\r\nserver: y\r\n",
        "x-sightglass-user: aa\r\nserver: x\r\n",
        "server: x\r\nContent-Length: 1\r\nx-sightglass-user: aa\r\n",
        "x-sightglass-user: aa\r\n",
        "",
    };
    const std::vector<std::string> lines{
        "POST /v1/chat/completions",
        "GET /v1/chat/completions",
        "POST /v1/embeddings",
        "POST /b/v1/embeddings"};
    Caller caller;
    for (int round = 0; round < 3; ++round) {
        for (const std::string& headers : variants) {
            for (const std::string& line : lines) {
                for (int again = 0; again < 4; ++again) {
                    Caller fresh;
                    EXPECT_EQ(Read(caller, line, headers), Read(fresh, line, headers));
                }
            }
        }
    }
}

TEST_F(CallerTest, DoesNotRememberWhatTheBodyAdded) {
    Caller caller;
    for (int i = 0; i < 5; ++i) {
        Call call = Read(caller, "POST /v1/chat/completions", "x-sightglass-team: t\r\n");
        EXPECT_EQ(call.user, "");
        EXPECT_TRUE(call.tags.empty());
        call.user = "from the body";
        call.tags.emplace_back("from", "the body");
    }
}

}  // namespace
}  // namespace sightglass::capture

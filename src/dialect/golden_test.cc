// Cases as data: tests/dialects/<dialect>/<case>/{request.json|request.form, response.*, expected.json}, where response.json is
// a body and response.sse, response.ndjson, response.array and response.aws are streams. Each is read whole, with its stream
// split at every byte, lazily, and cut short at every byte.
#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "call/fields.h"
#include "codec/json.h"
#include "codec/stream_events.h"
#include "dialect/dialect.h"

namespace sightglass::dialect {
namespace {

using codec::JsonValue;
using Texts = std::map<std::string, std::string>;

constexpr std::size_t kLastEvents = 4;

struct Case {
    std::string name;
    const Dialect* dialect = nullptr;
    std::string method;
    std::string path;
    std::string content_type;
    std::string request;
    std::string response;
    int status = 0;
    codec::StreamFormat format = codec::StreamFormat::kNone;
    Texts headers;
    Texts expected;
};

std::string ReadFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

Texts ReadTexts(JsonValue object) {
    Texts texts;
    object.ForEach([&texts](std::string_view key, JsonValue value) {
        texts[std::string(key)] = value.String().value_or("");
        return true;
    });
    return texts;
}

codec::StreamFormat FormatOfFile(const std::string& extension) {
    static const std::map<std::string, codec::StreamFormat> formats = {
        {".sse", codec::StreamFormat::kServerSentEvents},
        {".ndjson", codec::StreamFormat::kLines},
        {".array", codec::StreamFormat::kJsonArray},
        {".aws", codec::StreamFormat::kAwsMessages}};
    const auto found = formats.find(extension);
    return found == formats.end() ? codec::StreamFormat::kNone : found->second;
}

bool IsStream(const Case& one) {
    return one.format != codec::StreamFormat::kNone;
}

Case ReadCase(const std::filesystem::path& folder) {
    Case one;
    one.name = folder.filename();
    codec::JsonParser parser;
    const std::string text = ReadFile(folder / "expected.json");
    const auto root = parser.Parse(text);
    EXPECT_TRUE(root.Ok()) << folder;
    const JsonValue exchange = root->Get("exchange");
    one.method = exchange.Get("method").String().value_or("");
    one.path = exchange.Get("path").String().value_or("");
    one.content_type = exchange.Get("request_content_type").String().value_or("application/json");
    one.status = static_cast<int>(exchange.Get("status").Int().value_or(0));
    one.headers = ReadTexts(exchange.Get("headers"));
    one.expected = ReadTexts(root->Get("call"));
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string file = entry.path().stem();
        if (file == "request") {
            one.request = ReadFile(entry.path());
        } else if (file == "response") {
            one.response = ReadFile(entry.path());
            one.format = FormatOfFile(entry.path().extension());
        }
    }
    return one;
}

std::vector<Case> AllCases() {
    std::vector<Case> cases;
    for (const auto& dialect :
         std::filesystem::directory_iterator(SIGHTGLASS_SOURCE_DIR "/tests/dialects")) {
        const std::string name = dialect.path().filename();
        EXPECT_NE(FindDialect(name), nullptr) << name;
        for (const auto& folder : std::filesystem::directory_iterator(dialect.path())) {
            cases.push_back(ReadCase(folder.path()));
            cases.back().name = name + "/" + cases.back().name;
            cases.back().dialect = FindDialect(name);
        }
    }
    return cases;
}

/// How a case's answer is fed.
struct Feed {
    std::size_t piece_bytes = std::string::npos;
    std::size_t cut_at = std::string::npos;  ///< The answer ends here, not properly.
    bool lazy = false;
};

void FeedStream(const Case& one, const Feed& feed, Call& call) {
    const auto reader = one.dialect->NewStreamReader();
    Interest interest = Interest::kEvery;
    std::deque<std::pair<std::string, std::string>> last;
    std::int64_t number = 0;
    const auto consume = [&](const codec::StreamEvent& event) {
        const Time at = TimeFromMicros(number++);
        if (!feed.lazy || interest == Interest::kEvery) {
            interest = reader->ReadEvent(event.name, event.data, at, call);
            return;
        }
        last.emplace_back(event.name, event.data);
        if (last.size() > kLastEvents) {
            last.pop_front();
        }
    };
    codec::StreamEvents events(1U << 20);
    events.Start(one.format);
    const std::string_view text = std::string_view(one.response).substr(0, feed.cut_at);
    for (std::size_t at = 0; at < text.size(); at += std::min(feed.piece_bytes, text.size() - at)) {
        events.Feed(text.substr(at, feed.piece_bytes), consume);
    }
    events.Finish(consume);
    for (const auto& [name, data] : last) {
        reader->ReadEvent(name, data, TimeFromMicros(-1), call);
    }
    reader->Finish(feed.cut_at == std::string::npos, call);
}

Call Read(const Case& one, const Feed& feed) {
    Call call;
    one.dialect->ReadRequestLine(one.method, one.path, call);
    one.dialect->ReadRequest(
        {.method = one.method,
         .path = one.path,
         .content_type = one.content_type,
         .body = one.request},
        call
    );
    const auto header = [&one](std::string_view name) {
        const auto found = one.headers.find(std::string(name));
        return found == one.headers.end() ? std::string_view() : std::string_view(found->second);
    };
    one.dialect->ReadResponseHead(one.status, header, call);
    if (IsStream(one)) {
        FeedStream(one, feed, call);
        return call;
    }
    const std::string_view text = std::string_view(one.response).substr(0, feed.cut_at);
    one.dialect->ReadResponseBody(
        {.http_status = one.status, .body = text, .truncated = text.size() < one.response.size()},
        call
    );
    return call;
}

Texts Describe(const Call& call) {
    Texts texts;
    for (const Field& field : Fields()) {
        std::string text = DisplayText(field, call);
        if (field.name == "first_token_at") {
            if (call.first_token_at.has_value()) {
                texts["first_token_event"] = std::to_string(ToMicros(*call.first_token_at));
            }
        } else if (!text.empty() && field.name != "call_id" && field.name != "attempts") {
            texts[std::string(field.name)] = std::move(text);
        }
    }
    return texts;
}

TEST(GoldenTest, EveryCaseIsReadAsExpected) {
    const std::vector<Case> cases = AllCases();
    EXPECT_GE(cases.size(), 30U);
    for (const Case& one : cases) {
        EXPECT_EQ(Describe(Read(one, {})), one.expected) << one.name;
    }
}

TEST(GoldenTest, HowAStreamIsSplitDoesNotMatter) {
    for (const Case& one : AllCases()) {
        for (std::size_t piece = 1; IsStream(one) && piece <= 9; ++piece) {
            EXPECT_EQ(Describe(Read(one, {.piece_bytes = piece})), one.expected) << one.name;
        }
    }
}

TEST(GoldenTest, TheLastEventsAloneSayTheSame) {
    for (const Case& one : AllCases()) {
        EXPECT_EQ(Describe(Read(one, {.lazy = true})), one.expected) << one.name;
    }
}

/// Counts that a stream repeats while they grow.
bool IsSmallerCount(const std::string& name, const std::string& text, const std::string& whole) {
    static const std::set<std::string> growing = {"output_tokens", "reasoning_tokens"};
    return growing.count(name) > 0 && std::stoll(text) <= std::stoll(whole);
}

/// Whether a field of an answer that was cut short is one that the cut may change, or a part of what the whole says.
bool MayFollowFrom(const Case& one, const std::string& name, const std::string& text) {
    static const std::set<std::string> telling_of_the_cut =
        {"status", "error_type", "token_source", "service_tier", "error_message", "error_code"};
    const auto expected = one.expected.find(name);
    if (telling_of_the_cut.count(name) > 0) {
        return true;
    }
    if (expected == one.expected.end()) {
        return false;
    }
    // tool_usage, which stands behind usage in a body, may be missing from the text; streams repeat usage while it grows.
    return expected->second == text || IsSmallerCount(name, text, expected->second) ||
           (name == "usage" &&
            (IsStream(one) || expected->second.starts_with(text.substr(0, text.size() - 1))));
}

TEST(GoldenTest, AnAnswerCutShortSaysLessButNothingElse) {
    for (const Case& one : AllCases()) {
        for (std::size_t cut = 0; cut < one.response.size(); ++cut) {
            const Texts texts = Describe(Read(one, {.cut_at = cut}));
            for (const auto& [name, text] : texts) {
                EXPECT_TRUE(MayFollowFrom(one, name, text))
                    << one.name << " cut at " << cut << ": " << name << " = " << text;
            }
            const bool failed =
                one.expected.at("status") == "error" && texts.at("status") == "error";
            EXPECT_TRUE(!IsStream(one) || texts.at("status") == "interrupted" || failed)
                << one.name << " cut at " << cut;
        }
    }
}

TEST(GoldenTest, ReadingAgainAfterResetIsReadingAnew) {
    std::map<const Dialect*, std::unique_ptr<StreamReader>> readers;
    for (const Case& one : AllCases()) {
        if (!IsStream(one)) {
            continue;
        }
        auto& reader = readers[one.dialect];
        if (reader == nullptr) {
            reader = one.dialect->NewStreamReader();
        }
        const Call expected = Read(one, {});
        Call call;
        one.dialect->ReadRequestLine(one.method, one.path, call);
        codec::StreamEvents events(1U << 20);
        events.Start(one.format);
        const auto consume = [&](const codec::StreamEvent& event) {
            reader->ReadEvent(event.name, event.data, TimeFromMicros(0), call);
        };
        events.Feed(one.response, consume);
        events.Finish(consume);
        reader->Finish(true, call);
        reader->Reset();
        EXPECT_EQ(call.status, expected.status) << one.name;
        EXPECT_EQ(call.finish_reason, expected.finish_reason) << one.name;
        EXPECT_EQ(call.output_tokens, expected.output_tokens) << one.name;
    }
}

}  // namespace
}  // namespace sightglass::dialect

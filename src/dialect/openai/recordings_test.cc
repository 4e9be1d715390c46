// Recorded traffic: what is read from each exchange must equal what the recording says of it, and must not depend on how a
// stream is fed.
#include <algorithm>
#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "call/fields.h"
#include "codec/json.h"
#include "codec/sse.h"
#include "dialect/dialect.h"
#include "dialect/openai/openai.h"

namespace sightglass::dialect::openai {
namespace {

using codec::JsonValue;

/// What a worker keeps of a stream that it stopped reading.
constexpr std::size_t kLastEvents = 4;

std::string FromBase64(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::string_view digits =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) {
            continue;
        }
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
        }
    }
    return out;
}

std::string TextOf(JsonValue value) {
    return std::string(value.String().value_or(""));
}

struct Row {
    std::string id;
    std::string provider;
    std::string method;
    std::string path;
    std::string endpoint;
    std::string content_type;
    std::string request;
    std::string response;
    std::string model_requested;
    std::string model;
    std::map<std::string, std::string> headers;
    int status = 0;
    bool sse = false;
    bool error = false;
    bool error_known = false;
    bool bad_json = false;
    JsonValue usage;
};

Row ReadRow(JsonValue root) {
    Row row;
    row.id = TextOf(root.Get("id"));
    row.provider = TextOf(root.Get("provider"));
    row.method = TextOf(root.Get("method"));
    row.path = TextOf(root.Get("path"));
    row.endpoint = TextOf(root.Get("endpoint"));
    row.content_type = TextOf(root.Get("req_headers").Get("content-type"));
    row.request = root.Get("req_body").IsString() ? TextOf(root.Get("req_body"))
                                                  : FromBase64(TextOf(root.Get("req_body_b64")));
    row.response = root.Get("resp_body").IsString() ? TextOf(root.Get("resp_body"))
                                                    : FromBase64(TextOf(root.Get("resp_body_b64")));
    row.model_requested = TextOf(root.Get("model_req"));
    row.model = TextOf(root.Get("model_resp"));
    row.status = static_cast<int>(root.Get("status").Int().value_or(0));
    row.sse = root.Get("sse").Bool().value_or(false);
    row.error = root.Get("error").IsObject() || row.status >= 400;
    row.error_known = root.Get("error").Exists();
    // One recording's last event lacks a brace, so that it names no model; we read its usage all the same.
    row.bad_json = row.endpoint == "responses" && row.model.empty();
    row.usage = root.Get("usage");
    root.Get("resp_headers").ForEach([&row](std::string_view name, JsonValue value) {
        row.headers[std::string(name)] = TextOf(value);
        return true;
    });
    return row;
}

bool IsOpenAiFormat(const Row& row) {
    return row.endpoint == "chat.completions" || row.endpoint == "completions" ||
           row.endpoint == "embeddings" || row.endpoint.starts_with("responses") ||
           row.endpoint == "images" || row.endpoint == "audio" || row.endpoint == "moderations";
}

void FeedStream(const Row& row, bool lazy, Call& call) {
    const Time at = TimeFromMicros(1'700'000'000'000'000);
    const auto reader = NewStreamReader();
    Interest interest = Interest::kEvery;
    std::deque<std::pair<std::string, std::string>> last;
    codec::SseReader sse;
    const auto consume = [&](const codec::SseEvent& event) {
        if (!lazy || interest == Interest::kEvery) {
            interest = reader->ReadEvent(event.name, event.data, at, call);
            return;
        }
        last.emplace_back(event.name, event.data);
        if (last.size() > kLastEvents) {
            last.pop_front();
        }
    };
    sse.Feed(row.response, consume);
    sse.Finish(consume);
    for (const auto& [name, data] : last) {
        reader->ReadEvent(name, data, at, call);
    }
    reader->Finish(true, call);
}

/// The whole exchange, as the gateway reads it. `cut` leaves only the first and last so many bytes of a body.
Call ReadExchange(const Row& row, bool lazy, std::size_t cut = 0) {
    Call call;
    ReadRequestLine(row.method, row.path, call);
    const bool truncated = cut != 0 && row.request.size() > 2 * cut;
    const std::string_view request = row.request;
    ReadRequest(
        {.method = row.method,
         .path = row.path,
         .content_type = row.content_type,
         .body = truncated ? request.substr(0, cut) : request,
         .body_tail = truncated ? request.substr(request.size() - cut) : "",
         .truncated = truncated},
        call
    );
    ReadResponseHead(
        row.status,
        [&row](std::string_view name) {
            const auto found = row.headers.find(std::string(name));
            return found == row.headers.end() ? std::string_view()
                                              : std::string_view(found->second);
        },
        call
    );
    if (row.sse && row.status < 400) {
        FeedStream(row, lazy, call);
        return call;
    }
    const bool cut_off = cut != 0 && row.response.size() > 2 * cut;
    const std::string_view response = row.response;
    ReadResponseBody(
        {.http_status = row.status,
         .content_type = "application/json",
         .body = cut_off ? response.substr(0, cut) : response,
         .body_tail = cut_off ? response.substr(response.size() - cut) : "",
         .truncated = cut_off},
        call
    );
    return call;
}

OptionalInt FirstInt(JsonValue object, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (const OptionalInt number = object.Get(key).Int(); number.has_value()) {
            return number;
        }
    }
    return std::nullopt;
}

void ExpectUsage(const Row& row, const Call& call) {
    const OptionalInt input = FirstInt(row.usage, {"prompt_tokens", "input_tokens"});
    const OptionalInt total = row.usage.Get("total_tokens").Int();
    OptionalInt output = FirstInt(row.usage, {"completion_tokens", "output_tokens"});
    // xAI counts reasoning beside the completion; its total takes both in.
    const OptionalInt apart =
        row.usage.Get("completion_tokens_details").Get("reasoning_tokens").Int();
    if (apart.value_or(0) > 0 && total == *input + *output + *apart) {
        output = *output + *apart;
    }
    EXPECT_EQ(
        call.InputTokens(),
        input.has_value() || row.endpoint != "embeddings" ? input : total
    );
    EXPECT_EQ(call.output_tokens, output);
    for (const std::string_view key : {"prompt_tokens_details", "input_tokens_details"}) {
        if (const OptionalInt cached = row.usage.Get(key).Get("cached_tokens").Int();
            cached.has_value()) {
            EXPECT_EQ(call.cached_input_tokens, cached);
        }
        if (const OptionalInt written = row.usage.Get(key).Get("cache_write_tokens").Int();
            written.has_value()) {
            EXPECT_EQ(call.cache_write_30m_tokens, written);
        }
    }
    for (const std::string_view key : {"completion_tokens_details", "output_tokens_details"}) {
        if (const OptionalInt reasoning = row.usage.Get(key).Get("reasoning_tokens").Int();
            reasoning.has_value()) {
            EXPECT_EQ(call.reasoning_tokens, reasoning);
        }
    }
    const bool any = input.has_value() || output.has_value() || call.InputTokens().has_value();
    EXPECT_EQ(call.token_source, any ? TokenSource::kProvider : TokenSource::kNone);
}

void ExpectEqualFields(const Call& expected, const Call& call) {
    for (const Field& field : Fields()) {
        EXPECT_EQ(DisplayText(field, call), DisplayText(field, expected)) << field.name;
    }
}

struct Tally {
    std::map<std::string, int> rows;
    int total = 0;
    int with_usage = 0;
    int streamed = 0;
    int errors = 0;
};

void CheckRow(const Row& row, Tally& tally) {
    const Call call = ReadExchange(row, false);
    ExpectEqualFields(call, ReadExchange(row, true));
    if (!IsOpenAiFormat(row)) {
        EXPECT_FALSE(call.output_tokens.has_value()) << "a format that is not read stays unknown";
        return;
    }
    ++tally.total;
    ++tally.rows[row.endpoint];
    tally.streamed += row.sse ? 1 : 0;
    tally.errors += row.error ? 1 : 0;
    tally.with_usage += row.usage.IsObject() ? 1 : 0;
    if (row.error_known || row.error) {
        EXPECT_EQ(call.status == CallStatus::kError, row.error) << call.error_message;
    }
    if (!row.error && call.status != CallStatus::kError) {
        EXPECT_EQ(call.status, CallStatus::kOk);
    }
    if (!row.model_requested.empty()) {
        EXPECT_EQ(call.model_requested, row.model_requested);
    }
    if (row.endpoint == "responses.input_tokens") {
        EXPECT_EQ(call.operation, Operation::kOther);
        EXPECT_FALSE(call.InputTokens().has_value());
        return;
    }
    EXPECT_NE(call.operation, Operation::kOther) << row.path;
    if (!row.bad_json && (!row.error || !row.model.empty())) {
        EXPECT_EQ(call.model, row.model);
    }
    if (row.usage.IsObject()) {
        ExpectUsage(row, call);
    } else if (!row.error && !row.bad_json) {
        EXPECT_EQ(call.token_source, TokenSource::kNone);
        EXPECT_FALSE(call.InputTokens().has_value());
    }
    if (!row.sse && row.response.starts_with('{')) {
        const Call cut = ReadExchange(row, false, 4000);
        EXPECT_EQ(cut.InputTokens(), call.InputTokens()) << "body without its middle";
        EXPECT_EQ(cut.output_tokens, call.output_tokens);
        EXPECT_EQ(cut.status, call.status);
    }
}

Tally CheckFile(const std::string& name) {
    Tally tally;
    std::ifstream file(SIGHTGLASS_SOURCE_DIR "/../shared/data/cassettes/" + name);
    std::string line;
    codec::JsonParser parser;
    while (std::getline(file, line)) {
        const auto root = parser.Parse(line);
        EXPECT_TRUE(root.Ok());
        if (root.Ok()) {
            const Row row = ReadRow(*root);
            SCOPED_TRACE(row.id + " " + row.provider + " " + row.path);
            CheckRow(row, tally);
        }
    }
    return tally;
}

class RecordingsTest : public testing::TestWithParam<std::string> {};

TEST_P(RecordingsTest, UsageModelAndErrorEqualTheRecording) {
    const Tally tally = CheckFile(GetParam());
    if (tally.total == 0) {
        std::cout << "skipped: no recordings beside the source (../shared/data/cassettes/"
                  << GetParam() << ")\n";
        return;
    }
    std::cout << GetParam() << ": " << tally.total << " exchanges in OpenAI's format, "
              << tally.streamed << " streamed, " << tally.errors << " with an error, "
              << tally.with_usage << " with usage:";
    for (const auto& [endpoint, count] : tally.rows) {
        std::cout << ' ' << endpoint << ' ' << count;
    }
    std::cout << '\n';
    EXPECT_GT(tally.with_usage, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Cassettes,
    RecordingsTest,
    testing::Values("core_public.jsonl", "vercel_replay.jsonl"),
    [](const auto& parameter) { return parameter.param.substr(0, parameter.param.find('_')); }
);

}  // namespace
}  // namespace sightglass::dialect::openai

// Recorded traffic of Anthropic, Gemini, Vertex AI and Bedrock: what is read from each exchange must equal what the recording says
// of it, and must not depend on how a stream is fed. The expectations add up the vendors' own counts, by name, on their own.
#include <algorithm>
#include <iostream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "call/fields.h"
#include "dialect/dialect_of_path.h"
#include "dialect/recorded_rows.h"

namespace sightglass::dialect {
namespace {

using codec::JsonValue;

struct Tally {
    int rows = 0;
    int with_usage = 0;
    int streams = 0;
    int errors = 0;
};

void ExpectAnthropicUsage(const RecordedRow& row, const Call& call) {
    // One answer made a long conversation shorter first, which is billed beside what the usage itself counts.
    const auto count = [&row](std::string_view key) {
        OptionalInt sum = row.usage.Get(key).Int();
        row.usage.Get("iterations").ForEach([&](std::string_view, JsonValue iteration) {
            const bool beside = TextOf(iteration.Get("type")) == "compaction";
            sum = beside && sum ? *sum + iteration.Get(key).Int().value_or(0) : sum;
            return true;
        });
        return sum;
    };
    EXPECT_EQ(call.fresh_input_tokens, count("input_tokens"));
    EXPECT_EQ(call.cached_input_tokens, count("cache_read_input_tokens"));
    EXPECT_EQ(call.output_tokens, count("output_tokens"));
    EXPECT_EQ(
        call.cache_write_5m_tokens.value_or(0) + call.cache_write_1h_tokens.value_or(0),
        count("cache_creation_input_tokens").value_or(0)
    );
    const JsonValue parts = row.usage.Get("cache_creation");
    EXPECT_EQ(call.cache_write_1h_tokens, parts.Get("ephemeral_1h_input_tokens").Int());
    // 1caa7f0414fa has a sum of 1,200 and parts of 0 (a text edited by hand); fdc263985a2e's stream ends with a larger sum
    // than the parts that it began with. What is written for no stated time is written for five minutes.
    if (parts.IsObject() && row.id != "1caa7f0414fa" && row.id != "fdc263985a2e") {
        EXPECT_EQ(call.cache_write_5m_tokens, parts.Get("ephemeral_5m_input_tokens").Int());
    }
    if (const auto thought = row.usage.Get("output_tokens_details").Get("thinking_tokens").Int()) {
        EXPECT_EQ(call.reasoning_tokens, thought);
    }
}

void ExpectGeminiUsage(const RecordedRow& row, const Call& call) {
    const auto count = [&row](std::string_view key) {
        return row.usage.Get(key).Int().value_or(0);
    };
    EXPECT_EQ(call.InputTokens(), count("promptTokenCount") + count("toolUsePromptTokenCount"));
    EXPECT_EQ(call.cached_input_tokens.value_or(0), count("cachedContentTokenCount"));
    EXPECT_EQ(call.output_tokens, count("candidatesTokenCount") + count("thoughtsTokenCount"));
    EXPECT_EQ(call.reasoning_tokens.value_or(0), count("thoughtsTokenCount"));
    EXPECT_EQ(*call.InputTokens() + *call.output_tokens, count("totalTokenCount"));
}

void ExpectBedrockUsage(const RecordedRow& row, const Call& call) {
    const auto count = [&row](std::initializer_list<std::string_view> keys) {
        for (const std::string_view key : keys) {
            if (const auto number = row.usage.Get(key).Int()) {
                return number;
            }
        }
        return OptionalInt();
    };
    EXPECT_EQ(call.fresh_input_tokens, count({"inputTokens", "input_tokens", "prompt_tokens"}));
    if (row.usage.Get("outputTokens").Exists() || row.usage.Get("output_tokens").Exists()) {
        EXPECT_EQ(call.output_tokens, count({"outputTokens", "output_tokens"}));
    }
    EXPECT_EQ(
        call.cached_input_tokens,
        count({"cacheReadInputTokens", "cacheReadInputTokenCount", "cache_read_input_tokens"})
    );
}

/// The number behind the last `"key":` in a text, found without a parser.
OptionalInt LastNumber(const std::string& text, const std::string& key) {
    const std::size_t at = text.rfind('"' + key + "\":");
    return at == std::string::npos ? OptionalInt()
                                   : OptionalInt(std::stoll(text.substr(at + key.size() + 3)));
}

/// Everything that an AWS stream says, in one text: payloads, and what is in base64 inside them.
std::string AllText(const std::string& stream) {
    std::string all = stream;
    const std::string mark = "{\"bytes\":\"";
    for (std::size_t at = stream.find(mark); at != std::string::npos;
         at = stream.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        codec::DecodeBase64(stream.substr(begin, stream.find('"', begin) - begin), all);
    }
    return all;
}

/// The recordings do not say what AWS streams hold.
void ExpectStreamUsage(const RecordedRow& row, const Call& call) {
    const std::string text = AllText(row.response);
    const bool converse = row.endpoint == "converse-stream";
    OptionalInt output = LastNumber(text, converse ? "outputTokens" : "outputTokenCount");
    // A Claude that calls tools counts more than Bedrock's metrics do; its own count is taken, as in answers that are not streamed.
    if (const OptionalInt own = LastNumber(text, "output_tokens");
        own && text.find("message_delta") != std::string::npos) {
        output = own;
    }
    OptionalInt input = LastNumber(text, converse ? "inputTokens" : "inputTokenCount");
    if (row.id ==
        "54d58aaedbd7") {  // A guardrail's answer: no metrics, but the chunk's own counts.
        input = LastNumber(text, "inputTextTokenCount");
        output = LastNumber(text, "totalOutputTextTokenCount");
    }
    EXPECT_EQ(call.fresh_input_tokens, input);
    EXPECT_EQ(call.output_tokens, output);
    EXPECT_TRUE(call.first_token_at.has_value());
    EXPECT_FALSE(call.finish_reason.empty());
}

/// Models as recorded, but for Bedrock, of whose path the recording cuts the model at its colon, and for requests that were made
/// up: these name some other model.
void ExpectModels(const RecordedRow& row, const Call& call) {
    if (row.replayed) {
        EXPECT_FALSE(call.model_requested.empty());
    } else if (row.provider != "bedrock") {
        EXPECT_EQ(call.model_requested, row.model_requested);
    } else if (row.model_requested.find('%') == std::string::npos) {
        EXPECT_TRUE(call.model_requested.starts_with(row.model_requested)) << call.model_requested;
    } else {
        EXPECT_EQ(call.model_requested.find('%'), std::string::npos) << call.model_requested;
    }
    if (row.headers.at("content-type").ends_with("eventstream")) {
        // The recordings do not say what AWS streams hold.
        const std::string named = "\"model\":\"" + call.model + "\"";
        EXPECT_TRUE(call.model.empty() || AllText(row.response).find(named) != std::string::npos);
        return;
    }
    EXPECT_EQ(call.model, row.error ? "" : row.model);
}

void ExpectError(const RecordedRow& row, const Call& call) {
    static const std::map<std::string, ErrorType> errors = {
        {"027e9c6ad455", ErrorType::kProviderAuth},          // 401
        {"6cebabda199e", ErrorType::kCallerInvalidRequest},  // a role that there is not
        {"b4621f75ad54", ErrorType::kCallerInvalidRequest},  // a temperature of 1000
        {"1653b8606ff6", ErrorType::kCallerModelUnknown},
        {"483dcdbc7150", ErrorType::kCallerModelUnknown},
        {"7d1e26b69204", ErrorType::kCallerModelUnknown},
        {"a7d3860c66e9", ErrorType::kCallerModelUnknown},
        {"be6927879848", ErrorType::kCallerModelUnknown}};
    EXPECT_EQ(call.status, CallStatus::kError);
    ASSERT_EQ(errors.count(row.id), 1U) << "an error that nobody looked at: " << call.error_message;
    EXPECT_EQ(call.error_type, errors.at(row.id)) << call.error_message;
}

void CheckRow(const RecordedRow& row, const Dialect& dialect, Tally& tally) {
    const Call call = ReadRow(row, dialect, {});
    for (const RowFeed& feed : {RowFeed{.lazy = true}, RowFeed{.piece_bytes = 7}}) {
        const Call again = ReadRow(row, dialect, feed);
        for (const Field& field : Fields()) {
            EXPECT_EQ(DisplayText(field, again), DisplayText(field, call)) << field.name;
        }
    }
    ++tally.rows;
    ExpectModels(row, call);
    EXPECT_NE(call.operation, Operation::kOther);
    if (row.error) {
        ++tally.errors;
        ExpectError(row, call);
        return;
    }
    EXPECT_EQ(call.status, CallStatus::kOk) << call.error_message;
    EXPECT_FALSE(call.error_type.has_value());
    const bool aws = row.headers.at("content-type").ends_with("eventstream");
    tally.streams += aws || call.first_token_at.has_value() ? 1 : 0;
    if (aws) {
        ExpectStreamUsage(row, call);
        return;
    }
    if (!row.usage.IsObject() || row.usage.Size() == 0) {
        return;
    }
    ++tally.with_usage;
    if (row.provider == "anthropic" || row.usage.Get("input_tokens").Exists()) {
        ExpectAnthropicUsage(row, call);
    } else if (row.provider == "bedrock") {
        ExpectBedrockUsage(row, call);
    } else {
        ExpectGeminiUsage(row, call);
    }
    EXPECT_EQ(call.token_source, TokenSource::kProvider);
    EXPECT_FALSE(call.usage.empty());
}

TEST(ForeignRecordingsTest, UsageModelAndErrorEqualTheRecording) {
    std::map<std::string, Tally> tallies;
    const int rows = ForEachRecordedRow([&tallies](const RecordedRow& row) {
        const std::string_view name = DialectOfPath(row.path);
        if (name == "anthropic" || name == "gemini" || name == "bedrock") {
            SCOPED_TRACE(row.id + " " + row.provider + " " + row.path);
            CheckRow(row, *FindDialect(name), tallies[row.provider]);
        }
    });
    if (rows == 0) {
        std::cout << "skipped: no recordings beside the source (../shared/data/cassettes)\n";
        return;
    }
    for (const auto& [provider, tally] : tallies) {
        std::cout << provider << ": " << tally.rows << " exchanges, " << tally.streams
                  << " streamed, " << tally.errors << " with an error, " << tally.with_usage
                  << " with usage\n";
    }
    EXPECT_EQ(tallies["anthropic"].rows, 235);
    EXPECT_EQ(tallies["bedrock"].rows, 152);
    EXPECT_EQ(tallies["gemini"].rows, 73);
    EXPECT_EQ(tallies["vertex"].rows, 25);
}

}  // namespace
}  // namespace sightglass::dialect

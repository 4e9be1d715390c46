// Every recorded exchange of every provider, read by the dialect that its path tells: Azure's, Cohere's and Ollama's against their
// own counts, and for all of them that no failure is one that nobody knows. What the other dialects count is compared in
// foreign_recordings_test.cc and openai/recordings_test.cc.
#include <iostream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "call/fields.h"
#include "dialect/dialect_of_path.h"
#include "dialect/known_providers.h"
#include "dialect/recorded_rows.h"

namespace sightglass::dialect {
namespace {

using codec::JsonValue;

const Dialect& DialectOfRow(const RecordedRow& row) {
    const KnownProvider* const provider = FindProviderByName(row.provider);
    const Dialect* const home =
        FindDialect(provider != nullptr ? provider->dialect : std::string_view("openai"));
    return DialectOf(row.path, home != nullptr ? *home : *FindDialect("openai"));
}

/// What was billed; where nothing of that is said, what went through the model. Writer answers in OpenAI's format.
void ExpectCohereUsage(const RecordedRow& row, const Call& call) {
    if (row.usage.Get("total_tokens").Exists()) {
        const bool reranks = call.operation == Operation::kRerank;
        EXPECT_EQ(
            call.InputTokens(),
            row.usage.Get(reranks ? "total_tokens" : "prompt_tokens").Int()
        );
        EXPECT_EQ(call.output_tokens, row.usage.Get("completion_tokens").Int());
        return;
    }
    const JsonValue billed = row.usage.Get("billed_units");
    EXPECT_EQ(call.fresh_input_tokens, billed.Get("input_tokens").Int());
    EXPECT_EQ(call.output_tokens, billed.Get("output_tokens").Int());
    EXPECT_FALSE(call.cached_input_tokens.has_value());
}

/// The number behind the last `"key":` in a text, found without a parser: the recordings do not list the counts of answers that
/// are not streamed.
OptionalInt LastNumber(const std::string& text, const std::string& key) {
    const std::size_t at = text.rfind('"' + key + "\":");
    return at == std::string::npos ? OptionalInt()
                                   : OptionalInt(std::stoll(text.substr(at + key.size() + 3)));
}

void ExpectOllamaUsage(const RecordedRow& row, const Call& call) {
    EXPECT_EQ(call.fresh_input_tokens, LastNumber(row.response, "prompt_eval_count"));
    EXPECT_EQ(call.output_tokens, LastNumber(row.response, "eval_count"));
    if (row.usage.IsObject()) {
        EXPECT_EQ(call.output_tokens, row.usage.Get("eval_count").Int());
        EXPECT_EQ(call.fresh_input_tokens, row.usage.Get("prompt_eval_count").Int());
    }
}

void ExpectAzureUsage(const RecordedRow& row, const Call& call) {
    EXPECT_EQ(call.InputTokens(), row.usage.Get("prompt_tokens").Int());
    EXPECT_EQ(
        call.cached_input_tokens,
        row.usage.Get("prompt_tokens_details").Get("cached_tokens").Int()
    );
    const OptionalInt completion = row.usage.Get("completion_tokens").Int();
    EXPECT_EQ(call.output_tokens, completion);
}

void CheckRow(const RecordedRow& row, const Dialect& dialect) {
    const Call call = ReadRow(row, dialect, {});
    for (const RowFeed& feed : {RowFeed{.lazy = true}, RowFeed{.piece_bytes = 7}}) {
        const Call again = ReadRow(row, dialect, feed);
        for (const Field& field : Fields()) {
            EXPECT_EQ(DisplayText(field, again), DisplayText(field, call)) << field.name;
        }
    }
    EXPECT_NE(call.operation, Operation::kOther);
    EXPECT_EQ(call.status, row.error ? CallStatus::kError : CallStatus::kOk);
    if (!row.model_requested.empty() && !row.replayed) {
        EXPECT_EQ(call.model_requested, row.model_requested);
    }
    if (!row.error) {
        EXPECT_EQ(call.model, row.model);
    }
    if (dialect.Name() == "ollama" && !row.error) {
        ExpectOllamaUsage(row, call);
    } else if (dialect.Name() == "cohere" && row.usage.IsObject()) {
        ExpectCohereUsage(row, call);
    } else if (dialect.Name() == "azure" && row.usage.IsObject()) {
        ExpectAzureUsage(row, call);
    }
}

TEST(AllRecordingsTest, AzureCohereAndOllamaEqualTheRecording) {
    std::map<std::string, int> counts;
    ForEachRecordedRow([&counts](const RecordedRow& row) {
        const std::string name(DialectOfPath(row.path));
        if (name == "azure" || name == "cohere" || name == "ollama") {
            SCOPED_TRACE(row.id + " " + row.provider + " " + row.path);
            CheckRow(row, *FindDialect(name));
            ++counts[name];
        }
    });
    if (counts.empty()) {
        std::cout << "skipped: no recordings beside the source (../shared/data/cassettes)\n";
        return;
    }
    EXPECT_EQ(counts, (std::map<std::string, int>{{"azure", 60}, {"cohere", 74}, {"ollama", 12}}));
}

TEST(AllRecordingsTest, NoFailureIsOneThatNobodyKnows) {
    int failures = 0;
    const int rows = ForEachRecordedRow([&failures](const RecordedRow& row) {
        SCOPED_TRACE(row.id + " " + row.provider + " " + row.path);
        const Call call = ReadRow(row, DialectOfRow(row), {});
        EXPECT_EQ(call.status == CallStatus::kError, call.error_type.has_value());
        EXPECT_NE(call.error_type, ErrorType::kOther) << call.error_code << call.error_message;
        failures += call.error_type.has_value() ? 1 : 0;
    });
    std::cout << rows << " exchanges, " << failures << " of them failed\n";
}

}  // namespace
}  // namespace sightglass::dialect

#include "capture/files/file_import.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "capture/files/call_text.h"
#include "capture/files/imported_text.h"

namespace sightglass::capture::files {
namespace {

std::set<std::string> IdsOf(const Imported& imported) {
    std::set<std::string> ids;
    for (const Call& call : imported.calls) {
        ids.insert(ToString(call.call_id));
    }
    return ids;
}

constexpr std::string_view kTrace =
    "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
    "2023-11-16 18:15:46.6805900,374,44\r\n"
    "2023-11-16 18:15:50.9951690,396,109\r\n"
    "2023-11-16 18:15:50.9951690,396,109\r\n";

TEST(FileImportTest, EqualLinesOfOneFileAreSeparateCalls) {
    const Imported imported = ImportText(kTrace);
    ASSERT_EQ(imported.calls.size(), 3U);
    EXPECT_EQ(IdsOf(imported).size(), 3U);
    EXPECT_EQ(imported.calls[0].fresh_input_tokens, 374);
    EXPECT_EQ(imported.calls[0].output_tokens, 44);
    EXPECT_EQ(imported.calls[0].source, Source::kImport);
    EXPECT_EQ(ToMicros(*imported.calls[0].started_at), 1'700'158'546'680'590);
}

TEST(FileImportTest, AFileInAnotherOrderOrWithMoreLinesHasTheSameIdsForTheSameLines) {
    const std::set<std::string> once = IdsOf(ImportText(kTrace));
    EXPECT_EQ(IdsOf(ImportText(kTrace)), once);
    const std::string reordered =
        "TIMESTAMP,ContextTokens,GeneratedTokens\n"
        "2023-11-16 18:15:50.9951690,396,109\n"
        "2023-11-16 18:15:46.6805900,374,44\n"
        "2023-11-16 18:15:50.9951690,396,109\n"
        "2023-11-16 18:15:51,1,2\n";
    const std::set<std::string> more = IdsOf(ImportText(reordered));
    EXPECT_EQ(more.size(), 4U);
    EXPECT_TRUE(std::includes(more.begin(), more.end(), once.begin(), once.end()));
}

TEST(FileImportTest, BadLinesAreNamedWithLineFieldAndReason) {
    const Imported imported = ImportText(
        "{\"time\":\"2026-11-22T08:00:00Z\",\"model\":\"gpt-4o\",\"prompt_tokens\":10,\"cost\":0.5}"
        "\n"
        "not json\n"
        "{\"time\":\"yesterday\",\"prompt_tokens\":10}\n"
        "{\"time\":\"2026-11-22T08:00:00Z\",\"prompt_tokens\":-1}\n"
        "\n"
        "{\"model\":\"gpt-4o\"}\n"
        "[1,2]\n"
        "{\"time\":\"2026-11-22T08:00:00Z\",\"prompt_tokens\":\"many\"}\n"
    );
    EXPECT_EQ(imported.calls.size(), 1U);
    EXPECT_EQ(imported.calls[0].cost->nano_usd(), 500'000'000);
    EXPECT_EQ(imported.calls[0].cost_source, CostSource::kProvider);
    EXPECT_EQ(
        imported.rejected,
        (std::vector<std::string>{
            "2 : it is not JSON: neither true, false nor null",
            "3 time: is no time",
            "4 prompt_tokens: is negative",
            "6 started_at: the line names no time",
            "7 : it is no JSON object",
            "8 prompt_tokens: is no whole number",
        })
    );
}

TEST(FileImportTest, APageWhoseFirstLineEndsBetweenItsElementsIsAPage) {
    constexpr std::string_view kFirst =
        "{\"time\":\"2026-11-22T08:00:00Z\",\"model\":\"a, [\",\"prompt_tokens\":1}";
    constexpr std::string_view kSecond =
        "{\"time\":\"2026-11-22T08:00:01Z\",\"model\":\"b\",\"prompt_tokens\":2}";
    const std::string first(kFirst);
    const std::string second(kSecond);
    for (const std::string& page :
         {"{\"data\":[" + first + ",\n" + second + "],\"meta\":{\"page\":1}}",
          "{\"data\":[\r\n" + first + ",\r\n" + second + "\r\n]}\r\n"}) {
        const Imported imported = ImportText(page);
        EXPECT_EQ(imported.calls.size(), 2U) << page << imported.error;
        EXPECT_TRUE(imported.rejected.empty()) << imported.rejected[0];
    }
    // A line that was cut off costs itself alone.
    const Imported lines =
        ImportText("{\"model\":\"m\",\"tags\":{\"a\":1,\n" + first + "\n" + second);
    EXPECT_EQ(lines.calls.size(), 2U);
    EXPECT_EQ(lines.rejected.size(), 1U);
}

TEST(FileImportTest, AQuoteThatIsNotClosedCostsItsLineAlone) {
    const Imported imported = ImportText(
        "time,model,input_tokens\n"
        "2026-11-22T08:00:00Z,\"gpt-4o,1\n"
        "2026-11-22T08:00:01Z,\"a \"\"b\"\"\",2\n"
        "2026-11-22T08:00:02Z,\"two\nlines\",3\n"
        "2026-11-22T08:00:03Z,x\n"
        "2026-11-22T08:00:04Z,x,5\n"
    );
    ASSERT_EQ(imported.calls.size(), 3U) << imported.error;
    EXPECT_EQ(imported.calls[0].model, "a \"b\"");
    EXPECT_EQ(imported.calls[1].model, "two\nlines");
    EXPECT_EQ(imported.calls[2].fresh_input_tokens, 5);
    ASSERT_EQ(imported.rejected.size(), 2U);
    EXPECT_EQ(imported.rejected[0].substr(0, 2), "2 ");
    EXPECT_EQ(imported.rejected[1], "6 : it has fewer cells than the header");
}

TEST(FileImportTest, ALineThatNamesOneTimeAloneDoesNotSayHowLongItTook) {
    for (const std::string_view text :
         {"10.0.0.1 - - [22/Nov/2026:08:18:42 +0000] \"POST /v1/chat/completions HTTP/1.1\" 200 "
          "312 \"-\" \"curl/8\"\n",
          "ended_at,model\n2026-11-22T08:18:42Z,m\n"}) {
        const Imported imported = ImportText(text);
        ASSERT_EQ(imported.calls.size(), 1U) << imported.error;
        const Call& call = imported.calls[0];
        EXPECT_EQ(call.started_at, *ParseTime("2026-11-22T08:18:42Z", Time()));
        EXPECT_EQ(call.ended_at, std::nullopt);
        EXPECT_EQ(call.latency_us, std::nullopt);
    }
}

TEST(FileImportTest, ATimeOfAnotherCenturyIsReplacedByThatOfTheImportAndTheCallSaysSo) {
    constexpr std::string_view kLines =
        "started_at,ended_at,model,latency_us\n"
        "1970-01-01T00:00:05Z,1970-01-01T00:00:07Z,a,2000000\n"
        "2200-01-01T00:00:00Z,2200-01-01T00:00:02Z,b,\n"
        "1969-12-31T23:59:59Z,,c,\n"
        "2199-12-31T23:59:59Z,,d,\n"
        "2000-01-01T00:00:00Z,,e,\n";
    ImportOptions options;
    options.rules.read_at = *ParseTime("2026-11-22T08:00:00Z", Time());
    const Imported first = ImportText(kLines, options);
    ASSERT_EQ(first.calls.size(), 5U) << first.error;
    for (const Call& call : first.calls) {
        const bool repaired = call.model < "d";
        EXPECT_EQ(call.repairs, repaired ? "line_time" : "") << call.model;
        EXPECT_EQ(call.started_at == options.rules.read_at, repaired) << call.model;
        EXPECT_EQ(call.ended_at, std::nullopt) << call.model;
    }
    EXPECT_EQ(first.calls[0].latency_us, 2'000'000);
    EXPECT_EQ(first.calls[1].latency_us, std::nullopt);
    options.rules.read_at = *ParseTime("2026-11-23T08:00:00Z", Time());
    EXPECT_EQ(IdsOf(ImportText(kLines, options)), IdsOf(first));
    EXPECT_EQ(ImportText(kLines).rejected.size(), 3U);
}

TEST(FileImportTest, ALineThatNamesItsEndAndHowLongItTookHasItsStart) {
    const Imported imported = ImportText(
        "10.0.0.1 - - [22/Nov/2026:08:18:42 +0000] \"POST /v1/chat/completions HTTP/1.1\" 200 "
        "312 \"-\" \"curl/8\" rt=1.500\n"
    );
    ASSERT_EQ(imported.calls.size(), 1U) << imported.error;
    EXPECT_EQ(imported.calls[0].ended_at, *ParseTime("2026-11-22T08:18:42Z", Time()));
    EXPECT_EQ(imported.calls[0].started_at, *imported.calls[0].ended_at - Duration(1'500'000));
}

TEST(FileImportTest, AUsageRowBecomesAsManyCallsWhoseSumsAreTheRow) {
    const Imported imported = ImportText(
        "start_time,end_time,num_model_requests,model,input_tokens,input_cached_tokens,output_"
        "tokens,"
        "batch\n"
        "1795305600,1795392000,7.0,gpt-4o-mini,1000.0,100,333,FALSE\n"
        "1795392000,1795478400,,,,,,\n"
    );
    ASSERT_EQ(imported.calls.size(), 7U) << imported.error;
    EXPECT_EQ(imported.counts.passed_over, 1U);
    std::int64_t fresh = 0;
    std::int64_t cached = 0;
    std::int64_t output = 0;
    for (const Call& call : imported.calls) {
        fresh += *call.fresh_input_tokens;
        cached += *call.cached_input_tokens;
        output += *call.output_tokens;
        EXPECT_EQ(call.source, Source::kProviderUsage);
        EXPECT_EQ(call.token_source, TokenSource::kEstimated);
        EXPECT_GE(ToMicros(*call.started_at), 1'795'305'600'000'000);
        EXPECT_LT(ToMicros(*call.started_at), 1'795'392'000'000'000);
    }
    EXPECT_EQ(fresh, 900);
    EXPECT_EQ(cached, 100);
    EXPECT_EQ(output, 333);
    EXPECT_EQ(IdsOf(imported).size(), 7U);
}

TEST(FileImportTest, ACostRowBecomesOneCallWithItsAmount) {
    const Imported imported = ImportText(
        "start_time,end_time,amount_value,amount_currency,line_item,project_id,organization_id\n"
        "1795305600,1795392000,0.1234567894999,usd,\"gpt-5-nano, input_tokens\",proj_1,org-1\n"
        "1795305600,1795392000,2,usd,web search tool calls,proj_1,org-1\n"
        "1795392000,1795478400,,,,,\n"
        "1795305600,1795392000,3,eur,x,proj_1,org-1\n"
        "1795305600,1795392000,0.2,usd,\"gpt-5-nano, input_tokens\",proj_1,org-1\n"
    );
    ASSERT_EQ(imported.calls.size(), 3U) << imported.error;
    EXPECT_EQ(imported.counts.passed_over, 1U);
    EXPECT_EQ(
        imported.rejected,
        std::vector<std::string>{"5 amount_currency: only US dollars are added up"}
    );
    const Call& call = imported.calls[0];
    EXPECT_EQ(call.cost->nano_usd(), 123'456'789);
    EXPECT_EQ(call.cost_source, CostSource::kProvider);
    EXPECT_EQ(call.source, Source::kProviderUsage);
    EXPECT_EQ(call.operation, Operation::kOther);
    EXPECT_EQ(call.model, "gpt-5-nano");
    EXPECT_EQ(call.project, "proj_1");
    EXPECT_EQ(call.tags, (Tags{{"line_item", "gpt-5-nano, input_tokens"}}));
    EXPECT_EQ(call.InputTokens(), std::nullopt);
    EXPECT_EQ(call.ended_at, std::nullopt) << "a day is no latency";
    EXPECT_EQ(imported.calls[1].model, "");
    EXPECT_EQ(imported.calls[2].call_id, call.call_id) << "the same bucket, grown since";
}

TEST(FileImportTest, ThePagesOfAProvidersUsageAndCostsAreReadByTheirBuckets) {
    const Imported costs = ImportText(
        R"({"object":"page","data":[{"object":"bucket","start_time":1795305600,"end_time":1795392000,"results":[{"object":"organization.costs.result","amount":{"value":"0.06","currency":"usd"},"line_item":"gpt-5, output_tokens","project_id":null},{"amount":{"value":0.04,"currency":"usd"},"line_item":null,"project_id":"proj_1"}]},{"object":"bucket","start_time":1795392000,"end_time":1795478400,"results":[]}],"has_more":false,"next_page":null})"
    );
    ASSERT_EQ(costs.calls.size(), 2U) << costs.error;
    EXPECT_EQ(costs.counts.passed_over, 1U);
    EXPECT_EQ(costs.calls[0].cost->nano_usd(), 60'000'000);
    EXPECT_EQ(costs.calls[0].model, "gpt-5");
    EXPECT_EQ(ToMicros(*costs.calls[1].started_at), 1'795'305'600'000'000);
    EXPECT_EQ(costs.calls[1].project, "proj_1");
    const Imported usage = ImportText(
        R"({"object":"page","data":[{"object":"bucket","start_time":1795305600,"end_time":1795392000,"results":[{"object":"organization.usage.completions.result","input_tokens":100,"output_tokens":7,"input_cached_tokens":40,"num_model_requests":3,"model":"gpt-4o-mini","batch":false}]}],"has_more":false})"
    );
    ASSERT_EQ(usage.calls.size(), 3U) << usage.error;
    std::int64_t input = 0;
    for (const Call& call : usage.calls) {
        input += *call.InputTokens();
        EXPECT_EQ(call.source, Source::kProviderUsage);
    }
    EXPECT_EQ(input, 100);
}

TEST(FileImportTest, LiteLlmRowsKeepWhatTheySay) {
    const Imported imported = ImportText(
        R"({"request_id":"chatcmpl-1","call_type":"acompletion","api_key":"88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b","spend":1.5e-05,"total_tokens":30,"prompt_tokens":20,"completion_tokens":10,"startTime":"2026-11-22T08:00:00.000Z","endTime":"2026-11-22T08:00:02.500Z","completionStartTime":"2026-11-22T08:00:00.400Z","model":"gpt-4o","custom_llm_provider":"openai","user":"u1","team_id":"t1","status":"success","cache_hit":"False","metadata":{"user_api_key_alias":"my key"},"request_tags":["env:prod"]})"
        "\n"
        R"({"request_id":"chatcmpl-2","call_type":"acompletion","spend":0,"prompt_tokens":0,"completion_tokens":0,"startTime":"2026-11-22T08:00:00.000Z","endTime":"2026-11-22T08:00:02.500Z","model":"gpt-4o","status":"failure","metadata":{"error_information":{"error_code":"429","error_message":"slow down"}}})"
        "\n"
    );
    ASSERT_EQ(imported.calls.size(), 2U) << imported.error;
    const Call& call = imported.calls[0];
    EXPECT_EQ(call.operation, Operation::kChat);
    EXPECT_EQ(call.provider_response_id, "chatcmpl-1");
    EXPECT_EQ(call.cost->nano_usd(), 15'000);
    EXPECT_EQ(*call.ended_at - *call.started_at, std::chrono::milliseconds(2'500));
    EXPECT_EQ(call.api_key_label, "my key");
    EXPECT_EQ(call.tags, (Tags{{"env", "prod"}}));
    EXPECT_EQ(call.api_key, "") << "no key is kept without a secret to fingerprint it with";
    EXPECT_EQ(imported.calls[1].status, CallStatus::kError);
    EXPECT_EQ(imported.calls[1].http_status, 429);
    EXPECT_EQ(imported.calls[1].error_message, "slow down");
}

TEST(FileImportTest, WhatACallWasJoinedOfIsTakenFromOurOwnExportsAlone) {
    const Imported guessed = ImportText(
        R"({"time":"2026-11-22T08:00:00Z","model":"gpt-4o","joined":"[{\"record\":\"AAAA\"}]"})"
        "\n"
    );
    ASSERT_EQ(guessed.calls.size(), 1U) << guessed.error;
    EXPECT_EQ(guessed.calls[0].joined, "");
    ImportOptions options;
    options.map = {{"anything", "joined"}};
    EXPECT_NE(ImportText("time,anything\n1795305605,[]\n", options).error, "");
    options = {};
    options.constants = {{"joined", "[]"}};
    EXPECT_NE(ImportText("time,model\n1795305605,m\n", options).error, "");
    Call call;
    call.call_id = *ParseUuid("018f3b5e-7c1a-7f00-9a3e-0123456789ab");
    call.source = Source::kGateway;
    call.started_at = TimeFromMicros(1'795'335'522'123'456);
    call.token_source = TokenSource::kProvider;
    call.status = CallStatus::kOk;
    call.joined = "[]";
    std::string text;
    AppendJsonLine(call, text);
    const Imported own = ImportText(text);
    ASSERT_EQ(own.calls.size(), 1U) << own.error;
    EXPECT_EQ(own.calls[0].joined, "[]");
}

TEST(FileImportTest, LangfuseGenerationsAreCallsAndSpansAreNot) {
    const Imported imported = ImportText(
        R"({"data":[{"id":"o1","traceId":"t1","type":"GENERATION","startTime":"2026-11-22T08:00:00Z","endTime":"2026-11-22T08:00:01Z","model":"gpt-4o","level":"DEFAULT","usageDetails":{"input":70,"input_cached_tokens":30,"output":10,"output_reasoning_tokens":5,"total":115},"costDetails":{"total":0.25}},
        {"id":"o2","traceId":"t1","type":"SPAN","startTime":"2026-11-22T08:00:00Z"}],"meta":{}})"
    );
    ASSERT_EQ(imported.calls.size(), 1U) << imported.error;
    EXPECT_EQ(imported.counts.passed_over, 1U);
    const Call& call = imported.calls[0];
    EXPECT_EQ(call.InputTokens(), 100);
    EXPECT_EQ(call.output_tokens, 15);
    EXPECT_EQ(call.reasoning_tokens, 5);
    EXPECT_EQ(call.cost->nano_usd(), 250'000'000);
    EXPECT_EQ(call.trace_id, "t1");
    EXPECT_EQ(call.status, CallStatus::kOk);
}

TEST(FileImportTest, HeliconeRowsKeepWhatTheySay) {
    const Imported imported = ImportText(
        R"([{"request_id":"r1","request_created_at":"2026-11-22T08:00:00Z","delay_ms":1500,"time_to_first_token":200,"response_status":200,"request_model":"gpt-4o","response_model":"gpt-4o-2024-08-06","prompt_tokens":20,"completion_tokens":10,"cost":0.001,"provider":"OPENAI","request_user_id":"u","request_path":"https://api.openai.com/v1/chat/completions","request_properties":{"Helicone-Session-Id":"s1","Team":"red"}}])"
    );
    ASSERT_EQ(imported.calls.size(), 1U) << imported.error;
    const Call& call = imported.calls[0];
    EXPECT_EQ(call.endpoint, "/v1/chat/completions");
    EXPECT_EQ(call.operation, Operation::kChat);
    EXPECT_EQ(call.provider, "openai");
    EXPECT_EQ(call.session_id, "s1");
    EXPECT_EQ(call.tags, (Tags{{"team", "red"}}));
    EXPECT_EQ(call.model, "gpt-4o-2024-08-06");
    EXPECT_EQ(*call.ended_at - *call.started_at, std::chrono::milliseconds(1'500));
}

TEST(FileImportTest, AccessLogsYieldTheCallsAmongTheirLines) {
    const Imported imported = ImportText(
        "10.0.0.1 - alice [22/Nov/2026:08:18:42 +0000] \"POST /v1/chat/completions HTTP/1.1\" 200 "
        "512 "
        "\"-\" \"OpenAI/Python 1.0\" rt=1.250 urt=\"1.200\"\n"
        "10.0.0.1 - - [22/Nov/2026:08:18:43 +0000] \"GET /favicon.ico HTTP/1.1\" 404 0 \"-\" "
        "\"x\"\n"
        "[2026-11-22T08:18:42.000Z] \"POST /v1/embeddings HTTP/2\" 429 - 100 50 30 28 \"10.0.0.2\" "
        "\"curl\" \"id\" \"api.openai.com\" \"1.2.3.4:443\"\n"
        "rubbish\n"
    );
    ASSERT_EQ(imported.calls.size(), 2U) << imported.error;
    EXPECT_EQ(imported.counts.passed_over, 1U);
    EXPECT_EQ(imported.counts.rejected, 1U);
    EXPECT_EQ(imported.calls[0].user, "alice");
    EXPECT_EQ(imported.calls[0].latency_us, 1'250'000);
    EXPECT_EQ(imported.calls[0].provider_us, 1'200'000);
    EXPECT_EQ(ToMicros(*imported.calls[0].started_at), 1'795'335'522'000'000 - 1'250'000);
    EXPECT_EQ(imported.calls[1].operation, Operation::kEmbedding);
    EXPECT_EQ(imported.calls[1].http_status, 429);
    EXPECT_EQ(imported.calls[1].provider, "openai");
}

TEST(FileImportTest, AChatGptExportYieldsAPersonsSessionsAndTurns) {
    const Imported imported = ImportText(
        R"([{"title":"t","create_time":1795335522.5,"conversation_id":"c1","current_node":"d","mapping":{
        "a":{"id":"a","message":null,"parent":null,"children":["b"]},
        "b":{"id":"b","parent":"a","children":["c","e"],"message":{"id":"b","author":{"role":"user"},"create_time":1795335523,"content":{"content_type":"text","parts":["hello"]}}},
        "c":{"id":"c","parent":"b","children":["d"],"message":{"id":"c","author":{"role":"assistant"},"create_time":1795335524,"status":"finished_successfully","content":{"content_type":"text","parts":["hi"]},"metadata":{"model_slug":"gpt-4o","finish_details":{"type":"stop"}}}},
        "e":{"id":"e","parent":"b","children":[],"message":{"id":"e","author":{"role":"assistant"},"create_time":1795335525,"content":{"content_type":"text","parts":["hi there"]},"metadata":{"model_slug":"gpt-4o"}}},
        "d":{"id":"d","parent":"c","children":["f"],"message":{"id":"d","author":{"role":"user"},"create_time":1795335526,"content":{"content_type":"text","parts":["more"]}}},
        "f":{"id":"f","parent":"d","children":[],"message":{"id":"f","author":{"role":"assistant"},"create_time":1795335527,"content":{"content_type":"text","parts":["ok"]},"metadata":{"model_slug":"o3"}}}}}])"
    );
    ASSERT_EQ(imported.calls.size(), 3U) << imported.error;
    EXPECT_EQ(imported.calls[0].session_id, "c1");
    EXPECT_EQ(imported.calls[0].turn, 1);
    EXPECT_EQ(imported.calls[0].model, "gpt-4o");
    EXPECT_EQ(imported.calls[0].response_bytes, 2);
    EXPECT_EQ(imported.calls[0].request_bytes, 5);
    EXPECT_EQ(imported.calls[2].turn, 2);
    EXPECT_EQ(imported.calls[2].model, "o3");
    EXPECT_EQ(imported.calls[2].output_tokens, std::nullopt);
}

TEST(FileImportTest, WhatIsExportedIsImportedAsItWas) {
    Call call;
    call.call_id = *ParseUuid("018f3b5e-7c1a-7f00-9a3e-0123456789ab");
    call.source = Source::kGateway;
    call.started_at = TimeFromMicros(1'795'335'522'123'456);
    call.model = "=cmd|' /C calc'!A0";
    call.user = "a,\"b\"\nc";
    call.tags = {{"team", "red"}, {"x", "-1"}};
    call.attempts = {{"https://api.openai.com", 200, "", 5}};
    call.fresh_input_tokens = 3;
    call.cost = Money::FromNanoUsd(7);
    call.cost_source = CostSource::kPriced;
    call.token_source = TokenSource::kProvider;
    call.status = CallStatus::kOk;
    call.stream = false;
    call.scenario_confidence = 0.25;
    call.params = R"({"temperature":0.5})";
    std::string text;
    AppendJsonLine(call, text);
    const Imported imported = ImportText(text);
    ASSERT_EQ(imported.calls.size(), 1U) << imported.error;
    EXPECT_EQ(imported.calls[0], call);

    std::string csv;
    AppendCsvHeader(csv);
    std::vector<Call> calls;
    for (const std::string_view sdk :
         {"=cmd|' /C calc'!A0",
          "@opentelemetry/sdk",
          "'=1+1",
          "''@x",
          "'-5",
          "-5",
          "'plain'",
          "'"}) {
        call.sdk = sdk;
        call.call_id.bytes.back() = static_cast<std::uint8_t>(calls.size());
        AppendCsvLine(call, csv);
        calls.push_back(call);
    }
    const Imported from_csv = ImportText(csv);
    EXPECT_EQ(from_csv.calls, calls) << from_csv.error;
}

TEST(FileImportTest, ACellThatASpreadsheetWouldRunIsMadeHarmless) {
    std::string out;
    AppendCsvCell("=1+1", out);
    out += '|';
    AppendCsvCell("-5", out);
    out += '|';
    AppendCsvCell("@x", out);
    EXPECT_EQ(out, "\"'=1+1\"|-5|\"'@x\"");
}

TEST(FileImportTest, NumbersThatAreNoDatesNeedABase) {
    const std::string_view text = "time,input_tokens\n5,10\n";
    EXPECT_EQ(ImportText(text).counts.rejected, 1U);
    ImportOptions options;
    options.rules.time_base = TimeFromMicros(1'795'305'600'000'000);
    const Imported imported = ImportText(text, options);
    ASSERT_EQ(imported.calls.size(), 1U);
    EXPECT_EQ(ToMicros(*imported.calls[0].started_at), 1'795'305'605'000'000);
}

TEST(FileImportTest, AMappingByHandGoesBeforeTheGuess) {
    ImportOptions options;
    options.map = {{"who", "user"}, {"b", "input_tokens"}};
    options.constants = {{"service", "search"}};
    const Imported imported = ImportText("time,who,input_tokens,b\n1795305605,me,10,20\n", options);
    ASSERT_EQ(imported.calls.size(), 1U) << imported.error;
    EXPECT_EQ(imported.calls[0].user, "me");
    EXPECT_EQ(imported.calls[0].fresh_input_tokens, 20);
    EXPECT_EQ(imported.calls[0].service, "search");
    options.map = {{"who", "nobody"}};
    EXPECT_NE(ImportText("time,who\n1,me\n", options).error.find("no field"), std::string::npos);
}

TEST(FileImportTest, EveryMappingOfAFormatMeansSomething) {
    for (const Format* format : Formats()) {
        for (const ColumnMapping& mapping : format->columns) {
            EXPECT_TRUE(Target::Find(mapping.target).has_value())
                << format->name << ": " << mapping.target;
        }
        for (const Constant& constant : format->constants) {
            EXPECT_TRUE(Target::Find(constant.target).has_value()) << format->name;
        }
        EXPECT_EQ(FindFormat(format->name), format);
    }
}

}  // namespace
}  // namespace sightglass::capture::files

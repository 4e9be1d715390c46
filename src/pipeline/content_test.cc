#include "pipeline/content.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/compression.h"

namespace sightglass::pipeline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Event(const std::string& data) {
    return "data: " + data + "\n\n";
}

std::string ChatDelta(const std::string& text) {
    return Event(
        R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":")" + text +
        R"("}}]})"
    );
}

constexpr std::size_t kContentBytesMax = 1U << 20;

class ContentTest : public ::testing::Test {
protected:
    ContentTest() {
        exchange_.request_content_type = "application/json";
        exchange_.response_content_type = "application/json; charset=utf-8";
    }

    Content Make(CapturePolicy policy = CapturePolicy::kFull) {
        exchange_.capture.policy = policy;
        return MakeContent(exchange_, nullptr);
    }

    std::string
    OutputOfStream(const std::string& body, CapturePolicy policy = CapturePolicy::kFull) {
        exchange_.response_content_type = "text/event-stream";
        exchange_.response_body = body;
        return Make(policy).output;
    }

    Exchange exchange_;
};

TEST_F(ContentTest, KeepsJsonBodiesAsTheyAreUnderFull) {
    exchange_.call_id.bytes[0] = 7;
    exchange_.request_body = R"({"messages":[{"content":"mail jo@example.org"}]})";
    exchange_.response_body = R"({"choices":[]})";
    const Content content = Make();
    EXPECT_EQ(content.call_id, exchange_.call_id);
    EXPECT_EQ(content.input, exchange_.request_body);
    EXPECT_EQ(content.output, exchange_.response_body);
    EXPECT_FALSE(content.redacted);
    EXPECT_FALSE(content.truncated);
}

TEST_F(ContentTest, RedactsBothSidesUnderRedacted) {
    exchange_.request_body = R"({"messages":[{"content":"mail jo@example.org"}]})";
    exchange_.response_body = R"({"text":"jo@example.org"})";
    const Content content = Make(CapturePolicy::kRedacted);
    EXPECT_EQ(content.input, R"({"messages":[{"content":"mail [email]"}]})");
    EXPECT_EQ(content.output, R"({"text":"[email]"})");
    EXPECT_TRUE(content.redacted);
}

TEST_F(ContentTest, AssemblesAStreamedChatAnswer) {
    EXPECT_EQ(
        OutputOfStream(ChatDelta("Hel") + ChatDelta("lo\\n") + ChatDelta("you") + Event("[DONE]")),
        "Hello\nyou"
    );
}

TEST_F(ContentTest, FindsAnAddressThatIsSplitOverDeltas) {
    EXPECT_EQ(
        OutputOfStream(
            ChatDelta("write to jo") + ChatDelta("@exam") + ChatDelta("ple.org, please"),
            CapturePolicy::kRedacted
        ),
        "write to [email], please"
    );
}

TEST_F(ContentTest, FindsAnAddressThatIsEscaped) {
    EXPECT_EQ(
        OutputOfStream(ChatDelta("jo\\u0040example.org"), CapturePolicy::kRedacted),
        "[email]"
    );
}

TEST_F(ContentTest, AssemblesToolCallsAndRedactsTheirArgumentsAsDocuments) {
    const auto tool = [](const std::string& function) {
        return Event(
            R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":)" + function +
            "}]}}]}"
        );
    };
    EXPECT_EQ(
        OutputOfStream(
            ChatDelta("Let me see.") + tool(R"({"name":"send_mail","arguments":""})") +
                tool(R"({"arguments":"{\"to\":\"jo\\u0040exa"})") +
                tool(R"({"arguments":"mple.org\"}"})"),
            CapturePolicy::kRedacted
        ),
        "Let me see.\n\n[tool call send_mail] {\"to\":\"[email]\"}"
    );
}

TEST_F(ContentTest, KeepsChoicesReasoningAndRefusalsApart) {
    const std::string body =
        Event(R"({"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]})") +
        Event(R"({"choices":[{"index":1,"delta":{"content":"B"}}]})") + ChatDelta("A") +
        Event(R"({"choices":[{"index":0,"delta":{"refusal":"no"}}]})");
    EXPECT_EQ(OutputOfStream(body), "[reasoning] hm\n\n[choice 1] B\n\nA\n\n[refusal] no");
}

TEST_F(ContentTest, AssemblesCompletions) {
    EXPECT_EQ(
        OutputOfStream(
            Event(R"({"choices":[{"index":0,"text":"one "}]})") +
            Event(R"({"choices":[{"index":0,"text":"two"}]})")
        ),
        "one two"
    );
}

TEST_F(ContentTest, AssemblesResponses) {
    const std::string body =
        Event(R"({"type":"response.created","response":{"output":[]}})") +
        Event(R"({"type":"response.output_item.added","output_index":1,)"
              R"("item":{"type":"function_call","name":"get_weather","arguments":""}})") +
        Event(R"({"type":"response.output_text.delta","output_index":0,"content_index":0,)"
              R"("delta":"Hel"})") +
        Event(R"({"type":"response.function_call_arguments.delta","output_index":1,)"
              R"("delta":"{\"city\":\"Oslo\"}"})") +
        Event(R"({"type":"response.output_text.delta","output_index":0,"content_index":0,)"
              R"("delta":"lo"})") +
        Event(R"({"type":"response.completed","response":{"output":[]}})");
    EXPECT_EQ(OutputOfStream(body), "[tool call get_weather] {\"city\":\"Oslo\"}\n\nHello");
}

TEST_F(ContentTest, KeepsEventsOfAnUnknownKindAsTheyCame) {
    const std::string body = Event(R"({"something":"else"})");
    EXPECT_EQ(OutputOfStream(body), body);
}

TEST_F(ContentTest, KeepsNoEventsOfAnUnknownKindUnderRedacted) {
    const std::string body = Event(R"({"a":"jo@exam"})") + Event(R"({"a":"ple.org"})");
    EXPECT_EQ(
        OutputOfStream(body, CapturePolicy::kRedacted),
        "[events of an unknown kind, 46 bytes]"
    );
}

TEST_F(ContentTest, PlaceholdersAreThoseOfTheTenantsDay) {
    exchange_.request_body = R"({"a":"jo@example.org","b":"jo@example.org"})";
    exchange_.placeholder_key = redact::PlaceholderKey{1, 2};
    const std::string first = Make(CapturePolicy::kRedacted).input;
    const std::string placeholder = first.substr(first.find('['), 14);
    EXPECT_EQ(first, R"({"a":")" + placeholder + R"(","b":")" + placeholder + R"("})");
    exchange_.placeholder_key = redact::PlaceholderKey{1, 3};
    EXPECT_THAT(Make(CapturePolicy::kRedacted).input, Not(HasSubstr(placeholder)));
}

TEST_F(ContentTest, RedactsPatternsOfOnesOwnAndCutsWhereItIsTold) {
    const auto patterns = redact::CustomPatterns::Create({{"employee", "E[0-9]{6}"}}).value();
    exchange_.capture.policy = CapturePolicy::kRedacted;
    exchange_.capture.text_bytes_max = 64;
    exchange_.request_body = "\"E123456 asks\"";
    exchange_.response_body = std::string(100, 'y');
    exchange_.response_content_type = "text/plain";
    const Content content = MakeContent(exchange_, patterns.get());
    EXPECT_EQ(content.input, "\"[employee] asks\"");
    EXPECT_LE(content.output.size(), 64U);
    EXPECT_TRUE(content.truncated);
}

TEST_F(ContentTest, KeepsNoSecretsUnderAnyPolicy) {
    exchange_.request_body =
        R"({"messages":[{"content":"I am jo@example.org, key sk-proj-a1B2c3D4e5F6g7H8"}]})";
    EXPECT_EQ(Make().input, R"({"messages":[{"content":"I am jo@example.org, key [secret]"}]})");
    EXPECT_EQ(
        OutputOfStream(ChatDelta("use sk-proj-a1B2") + ChatDelta("c3D4e5F6g7H8")),
        "use [secret]"
    );
}

TEST_F(ContentTest, LeavesNoHalfNumberAtACut) {
    exchange_.request_body = "pay with 4111 1111 1111 11";
    exchange_.request_content_type = "text/plain";
    exchange_.truncated = true;
    EXPECT_EQ(Make(CapturePolicy::kRedacted).input, "pay with");
}

TEST_F(ContentTest, SkipsEventsThatAreNotJson) {
    EXPECT_EQ(OutputOfStream(Event("{broken") + ChatDelta("fine")), "fine");
}

TEST_F(ContentTest, DecodesContentEncodings) {
    exchange_.response_encoding = "gzip";
    EXPECT_EQ(OutputOfStream(codec::CompressGzip(ChatDelta("packed"))), "packed");
}

TEST_F(ContentTest, KeepsWhatCouldBeDecodedOfACutBody) {
    std::string letters;
    for (int i = 0; i < 40'000; ++i) {
        letters += std::to_string(i * 7919) + ' ';
    }
    exchange_.response_encoding = "gzip";
    exchange_.response_body = codec::CompressGzip(letters);
    exchange_.response_body.resize(exchange_.response_body.size() / 2);
    exchange_.truncated = true;
    const Content content = Make();
    EXPECT_GT(content.output.size(), 1000U);
    EXPECT_TRUE(letters.starts_with(content.output));
    EXPECT_TRUE(content.truncated);
}

TEST_F(ContentTest, NotesWhatCannotBeDecoded) {
    exchange_.response_encoding = "gzip";
    exchange_.response_body = "no gzip at all";
    EXPECT_EQ(Make().output, "[undecodable gzip, 14 bytes]");
    exchange_.response_encoding = "rot13";
    EXPECT_EQ(Make().output, "[undecodable rot13, 14 bytes]");
    EXPECT_TRUE(Make().truncated);
}

TEST_F(ContentTest, SummarisesWhatIsNoText) {
    exchange_.request_content_type = "multipart/form-data; boundary=x";
    exchange_.request_body = std::string(12'345, 'x');
    exchange_.response_content_type = "audio/mpeg";
    exchange_.response_body = std::string(10, '\xff');
    EXPECT_EQ(Make().input, "[multipart, 12345 bytes]");
    EXPECT_EQ(Make().output, "[binary audio/mpeg, 10 bytes]");
    exchange_.response_content_type = "text/plain";
    exchange_.response_body = std::string("a\0b", 3);
    EXPECT_EQ(Make().output, "[binary text/plain, 3 bytes]");
}

TEST_F(ContentTest, CutsLongTextsAndSaysSo) {
    exchange_.request_body = '"' + std::string(3U << 20, 'x') + '"';
    const Content content = Make();
    EXPECT_EQ(content.input.size(), kContentBytesMax);
    EXPECT_TRUE(content.truncated);
    std::string stream;
    for (int i = 0; i < 1200; ++i) {
        stream += ChatDelta(std::string(1000, 'y'));
    }
    EXPECT_EQ(OutputOfStream(stream), std::string(kContentBytesMax, 'y'));
}

TEST_F(ContentTest, TakesTheKeyOfTheCallOutUnderEveryPolicy) {
    exchange_.secrets.Add("hunter42");
    exchange_.request_body = R"({"key":"hunter42"})";
    for (const CapturePolicy policy : {CapturePolicy::kFull, CapturePolicy::kRedacted}) {
        EXPECT_EQ(
            OutputOfStream(ChatDelta("the key is hun") + ChatDelta("ter42, sir"), policy),
            "the key is [secret], sir"
        );
        EXPECT_EQ(Make(policy).input, R"({"key":"[secret]"})");
    }
    exchange_.request_body = R"({"key":"hunt)";
    exchange_.truncated = true;
    EXPECT_EQ(Make().input, R"({"key":"[secret])");
}

TEST_F(ContentTest, LeavesNoHalfAddressAtACut) {
    exchange_.request_body = R"({"content":"write to jo@exam)";
    exchange_.truncated = true;
    const Content content = Make(CapturePolicy::kRedacted);
    EXPECT_THAT(content.input, AllOf(HasSubstr("write to"), Not(HasSubstr("jo@"))));
    EXPECT_TRUE(content.truncated);
}

TEST_F(ContentTest, RedactsEventsThatWereCutWithinOne) {
    exchange_.truncated = true;
    const std::string output =
        OutputOfStream(ChatDelta("ask jo@example.org or ann@examp"), CapturePolicy::kRedacted);
    EXPECT_EQ(output, "ask [email] or");
}

TEST_F(ContentTest, IsEmptyForEmptyBodies) {
    EXPECT_EQ(Make().input, "");
    EXPECT_EQ(Make().output, "");
}

/// What is kept of an answer that comes in pieces, an address cut in two by them.
struct Streamed {
    std::string dialect;
    std::string content_type;
    std::string body;
    std::string kept;
};

const std::vector<Streamed> kStreamed = {
    {"anthropic",
     "text/event-stream",
     R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"mail jo@exa"}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"mple.org"}}

data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","name":"find"}}

data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}

)",
     "mail jo@example.org\n\n[tool call find] {\"a\":1}"},
    {"gemini",
     "application/json",
     R"([{"candidates":[{"content":{"parts":[{"text":"mail jo@exa"}]}}]},
{"candidates":[{"content":{"parts":[{"text":"mple.org"},{"functionCall":{"name":"find","args":{"a":1}}}]}}]}])",
     "mail jo@example.org\n\n[tool call find] {\"a\":1}"},
    {"ollama",
     "application/x-ndjson",
     R"({"message":{"content":"mail jo@exa"},"done":false}
{"message":{"content":"mple.org","tool_calls":[{"function":{"name":"find","arguments":{"a":1}}}]},"done":true}
)",
     "mail jo@example.org\n\n[tool call find] {\"a\":1}"},
    {"cohere",
     "text/event-stream",
     R"(data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"mail jo@exa"}}}}

data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"mple.org"}}}}

data: {"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"function":{"name":"find","arguments":"{\"a\":1}"}}}}}

)",
     "mail jo@example.org\n\n[tool call find] {\"a\":1}"},
    {"cohere",
     "application/stream+json",
     R"({"event_type":"text-generation","text":"mail jo@exa"}
{"event_type":"text-generation","text":"mple.org"}
)",
     "mail jo@example.org"},
};

TEST_F(ContentTest, StreamsOfEveryDialectArePutTogetherBeforeTheyAreRedacted) {
    for (const Streamed& streamed : kStreamed) {
        exchange_.dialect = streamed.dialect;
        exchange_.response_content_type = streamed.content_type;
        exchange_.response_format = streamed.content_type == "application/json"
                                        ? codec::StreamFormat::kJsonArray
                                        : codec::StreamFormat::kNone;
        exchange_.response_body = streamed.body;
        EXPECT_EQ(Make().output, streamed.kept) << streamed.dialect;
        const std::string redacted = Make(CapturePolicy::kRedacted).output;
        EXPECT_THAT(redacted, Not(HasSubstr("jo@exa"))) << streamed.dialect;
        EXPECT_THAT(redacted, Not(HasSubstr("mple.org"))) << streamed.dialect;
    }
}

TEST_F(ContentTest, LinesThatAreSentAreNoStream) {
    exchange_.request_content_type = "application/x-ndjson";
    exchange_.request_body = "{\"event_type\":\"text-generation\",\"text\":\"a\"}\n";
    EXPECT_EQ(Make().input, exchange_.request_body);
}

TEST_F(ContentTest, AssemblesAnthropicsBlocks) {
    exchange_.dialect = "anthropic";
    EXPECT_EQ(
        OutputOfStream(
            Event(
                R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}})"
            ) +
                Event(
                    R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}})"
                ) +
                Event(
                    R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"mail jo@"}})"
                ) +
                Event(
                    R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"example.org"}})"
                ) +
                Event(
                    R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","name":"send","input":{}}})"
                ) +
                Event(
                    R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}})"
                ) +
                Event(
                    R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}})"
                ),
            CapturePolicy::kRedacted
        ),
        "[reasoning] hm\n\nmail [email]\n\n[tool call send] {\"a\":1}"
    );
}

TEST_F(ContentTest, AssemblesGeminisElementsOfAnArray) {
    exchange_.dialect = "gemini";
    exchange_.response_format = codec::StreamFormat::kJsonArray;
    exchange_.response_body =
        R"([{"candidates":[{"content":{"parts":[{"text":"why","thought":true},{"text":"One"}]}}]},)"
        R"({"candidates":[{"content":{"parts":[{"text":" two"},{"functionCall":{"name":"f","args":{"x":1}}}]}}]}])";
    EXPECT_EQ(Make().output, "[reasoning] why\n\nOne two\n\n[tool call f] {\"x\":1}");
}

TEST_F(ContentTest, AssemblesCoheresAndOllamasAnswers) {
    exchange_.dialect = "cohere";
    EXPECT_EQ(
        OutputOfStream(
            Event(
                R"({"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hel"}}}})"
            ) +
            Event(
                R"({"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"lo"}}}})"
            )
        ),
        "Hello"
    );
    exchange_.dialect = "ollama";
    exchange_.response_content_type = "application/x-ndjson";
    exchange_.response_body =
        "{\"message\":{\"content\":\"Hel\"},\"done\":false}\n"
        "{\"message\":{\"content\":\"lo\"},\"done\":false}\n{\"done\":true}\n";
    EXPECT_EQ(Make().output, "Hello");
}

/// An AWS message of that event type, with the checksums right.
std::string AwsEvent(const std::string& type, const std::string& payload) {
    const auto big_endian = [](std::size_t value, int bytes) {
        std::string text;
        for (int i = bytes - 1; i >= 0; --i) {
            text += static_cast<char>(value >> static_cast<unsigned>(8 * i) & 0xFFU);
        }
        return text;
    };
    const auto crc = [&big_endian](const std::string& text) {
        std::uint32_t sum = ~0U;
        for (const char c : text) {
            sum ^= static_cast<std::uint8_t>(c);
            for (int bit = 0; bit < 8; ++bit) {
                sum = sum >> 1U ^ ((sum & 1U) != 0 ? 0xEDB88320U : 0U);
            }
        }
        return big_endian(~sum & 0xFFFFFFFFU, 4);
    };
    const std::string headers =
        std::string("\x0B:event-type\x07") + big_endian(type.size(), 2) + type;
    std::string text =
        big_endian(16 + headers.size() + payload.size(), 4) + big_endian(headers.size(), 4);
    text += crc(text);
    text += headers + payload;
    return text + crc(text);
}

TEST_F(ContentTest, AssemblesBedrocksMessagesAndKeepsNoUnknownOnes) {
    exchange_.dialect = "bedrock";
    exchange_.response_content_type = "application/vnd.amazon.eventstream";
    exchange_.response_body =
        AwsEvent(
            "contentBlockDelta",
            R"({"contentBlockIndex":0,"delta":{"text":"mail jo@exam"}})"
        ) +
        AwsEvent("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"ple.org"}})") +
        AwsEvent("chunk", R"({"bytes":"eyJvdXRwdXRzIjpbeyJ0ZXh0IjoiIFBhcmlzIn1dfQ=="})");
    EXPECT_EQ(Make(CapturePolicy::kRedacted).output, "mail [email]\n\n Paris");
    exchange_.response_body = AwsEvent("other", "{}");
    EXPECT_THAT(Make().output, HasSubstr("[binary events, "));
}

}  // namespace
}  // namespace sightglass::pipeline

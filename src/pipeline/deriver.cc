#include "pipeline/deriver.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "codec/compression.h"
#include "dialect/dialect.h"
#include "pipeline/asked_text.h"
#include "pipeline/request_messages.h"
#include "pipeline/transcript.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kDecodedBytesMax = 8U << 20;
constexpr std::size_t kAnswerBytesMax = 1U << 20;
constexpr std::string_view kToolCall = "tool call";

/// The body as it was before it was compressed; what there is of one that is cut off. Nothing where it cannot be read.
std::optional<std::string_view>
Decode(std::string_view encoding, std::string_view body, std::string& decoded) {
    if (encoding.empty() || EqualsIgnoreCase(encoding, "identity")) {
        return body;
    }
    const auto decoder = codec::NewDecoder(encoding, kDecodedBytesMax);
    if (decoder == nullptr) {
        return std::nullopt;
    }
    decoded.clear();
    const bool whole = decoder->Feed(body, decoded).Ok();
    return whole || !decoded.empty() ? std::optional<std::string_view>(decoded) : std::nullopt;
}

/// A streamed answer's parts as one message of the assistant.
RequestMessage MessageOf(std::vector<TranscriptPart>& parts, std::vector<std::string>& reasoning) {
    RequestMessage message;
    message.role = "assistant";
    for (TranscriptPart& part : parts) {
        if (part.label.empty() || part.label == "refusal") {
            message.content += part.text;
        } else if (part.label.starts_with(kToolCall)) {
            const std::string_view name =
                Trim(std::string_view(part.label).substr(kToolCall.size()));
            message.calls.emplace_back(name, std::move(part.text));
        } else {
            reasoning.push_back(std::move(part.text));
        }
    }
    return message;
}

std::vector<std::string_view>
TextsOf(const std::vector<RequestMessage>& answer, const std::vector<std::string>& reasoning) {
    std::vector<std::string_view> texts;
    for (const RequestMessage& message : answer) {
        texts.emplace_back(message.content);
        for (const auto& [name, arguments] : message.calls) {
            texts.emplace_back(name);
            texts.emplace_back(arguments);
        }
    }
    texts.insert(texts.end(), reasoning.begin(), reasoning.end());
    return texts;
}

}  // namespace

Derived Deriver::Derive(const ExchangeView& exchange, bool in_hurry) {
    Derived derived;
    derived.call_id = exchange.call_id;
    const std::vector<RequestMessage> answer = ReadAnswer(exchange);
    if (exchange.work.count_output && !answer.empty()) {
        const RequestTokens counted =
            counter_.CountTexts(TextsOf(answer, reasoning_), exchange.model);
        derived.output_tokens = counted.tokens;
        derived.estimated = counted.error.has_value() || !answer_whole_;
    }
    if (exchange.request_truncated || exchange.request_body.empty()) {
        return derived;
    }
    const auto body = Decode(exchange.request_encoding, exchange.request_body, decoded_);
    const auto root = body ? parser_.Parse(*body) : Result<codec::JsonValue>(codec::JsonValue());
    if (!root.Ok()) {
        return derived;
    }
    const RequestMessages request = ReadMessages(*root);
    const bool has_input = !request.messages.empty() || request.ready_tokens > 0;
    if (exchange.work.count_input && has_input) {
        const RequestTokens counted = counter_.CountMessages(request, exchange.model);
        derived.input_tokens = counted.tokens;
        derived.estimated = derived.estimated || counted.error.has_value() || !counted.is_whole;
    }
    if (exchange.work.threads && scenarios_ && !in_hurry) {
        TellScenario(request, derived);
    }
    if (exchange.work.threads) {
        derived.thread = MakeThreadKeys(
            hasher_,
            *root,
            request,
            answer_whole_ ? answer : std::vector<RequestMessage>()
        );
    }
    return derived;
}

/// What a tool gave back is a step of an agent, whatever it says; else words decide.
void Deriver::TellScenario(const RequestMessages& request, Derived& derived) {
    if (EndsWithToolResult(request)) {
        derived.scenario = "agent";
        derived.confidence = 1;
        return;
    }
    if (const auto asked = AskedTextOf(request, asked_)) {
        const classify::Guess guess = scenarios_->Current()->Classify(*asked, scratch_);
        derived.scenario = guess.scenario;
        derived.confidence = guess.confidence;
    }
}

/// Of a stream, what was said until it ended or broke off. Its messages own their text.
std::vector<RequestMessage> Deriver::ReadAnswer(const ExchangeView& exchange) {
    reasoning_.clear();
    answer_whole_ = !exchange.response_truncated;
    std::vector<RequestMessage> answer;
    const codec::StreamFormat format = exchange.response_format != codec::StreamFormat::kNone
                                           ? exchange.response_format
                                           : codec::StreamFormatOf(exchange.response_content_type);
    const auto body = Decode(exchange.response_encoding, exchange.response_body, decoded_);
    if (!body || (body->empty() && format == codec::StreamFormat::kNone)) {
        return answer;
    }
    if (format == codec::StreamFormat::kNone) {
        const Result<codec::JsonValue> root = parser_.Parse(*body);
        return root.Ok() ? ReadAnswerMessages(*root) : answer;
    }
    const dialect::Dialect* const found = dialect::FindDialect(exchange.dialect);
    Transcript transcript(kAnswerBytesMax);
    transcript.Read(*body, format, found != nullptr ? *found : *dialect::FindDialect("openai"));
    answer_whole_ = answer_whole_ && !transcript.Truncated();
    answer.push_back(MessageOf(transcript.parts(), reasoning_));
    return answer;
}

}  // namespace sightglass::pipeline

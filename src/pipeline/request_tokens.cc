#include "pipeline/request_tokens.h"

#include <vector>

#include "codec/json.h"
#include "tokens/chat_overhead.h"
#include "tokens/estimate.h"
#include "tokens/image_tokens.h"
#include "tokens/model_encoding.h"

namespace sightglass::pipeline {
namespace {

std::int64_t CountPlain(tokens::Encoder& encoder, const RequestMessages& read) {
    std::size_t count = 0;
    for (const RequestMessage& message : read.messages) {
        count += encoder.Count(message.content);
        for (const auto& [name, arguments] : message.calls) {
            count += encoder.Count(name) + encoder.Count(arguments);
        }
    }
    return static_cast<std::int64_t>(count + encoder.Count(tokens::RenderTools(read.tools)));
}

std::int64_t
CountOpenAiChat(tokens::Encoder& encoder, std::string_view model, const RequestMessages& read) {
    std::vector<std::vector<tokens::FunctionCall>> calls(read.messages.size());
    std::vector<tokens::ChatMessage> messages;
    for (std::size_t i = 0; i < read.messages.size(); ++i) {
        const RequestMessage& message = read.messages[i];
        for (const auto& [name, arguments] : message.calls) {
            calls[i].push_back({name, arguments});
        }
        messages.push_back(
            {message.role, message.content, message.name, calls[i], message.is_function_call}
        );
    }
    const std::string tools = tokens::RenderTools(read.tools);
    const tokens::ChatTools choice = {
        .text = tools,
        .forced = read.forced_tool,
        .none = read.no_tools};
    return static_cast<std::int64_t>(tokens::CountChat(encoder, model, messages, choice));
}

void AddImages(std::string_view model, const RequestMessages& read, RequestTokens& counted) {
    for (const RequestImage& image : read.images) {
        const auto detail =
            image.low_detail ? tokens::ImageDetail::kLow : tokens::ImageDetail::kHigh;
        const auto tokens = tokens::ImageTokens(model, {image.width, image.height}, detail);
        counted.is_whole = counted.is_whole && tokens.has_value();
        counted.tokens += tokens.value_or(0);
    }
}

}  // namespace

RequestCounter::RequestCounter() = default;

Result<RequestTokens> RequestCounter::Count(std::string_view body, std::string_view model) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(body));
    const RequestMessages read = ReadMessages(root);
    if (read.messages.empty() && read.ready_tokens == 0) {
        return Error{
            ErrorCode::kInvalidArgument,
            "no request: it has no messages, input, prompt or contents"};
    }
    if (model.empty()) {
        model = root.Get("model").String().value_or("");
    }
    return CountMessages(read, model);
}

RequestTokens RequestCounter::CountMessages(const RequestMessages& read, std::string_view model) {
    const tokens::ModelEncoding reads = tokens::EncodingOfModel(model);
    tokens::Encoder& encoder = EncoderOf(reads.encoding);
    RequestTokens counted;
    counted.encoding = reads.encoding;
    counted.is_whole = read.is_whole;
    if (reads.family != tokens::Family::kOpenAi) {
        const std::int64_t texts = CountPlain(encoder, read);
        const tokens::Estimate estimate = read.is_chat ? tokens::EstimateChat(reads.family, texts)
                                                       : tokens::EstimateText(reads.family, texts);
        counted.tokens = estimate.tokens;
        counted.error = estimate.error;
    } else {
        counted.tokens =
            read.is_chat ? CountOpenAiChat(encoder, model, read) : CountPlain(encoder, read);
    }
    counted.tokens += read.ready_tokens;
    AddImages(model, read, counted);
    return counted;
}

RequestTokens
RequestCounter::CountTexts(std::span<const std::string_view> texts, std::string_view model) {
    const tokens::ModelEncoding reads = tokens::EncodingOfModel(model);
    tokens::Encoder& encoder = EncoderOf(reads.encoding);
    RequestTokens counted;
    counted.encoding = reads.encoding;
    for (const std::string_view text : texts) {
        counted.tokens += static_cast<std::int64_t>(encoder.Count(text));
    }
    if (reads.family != tokens::Family::kOpenAi) {
        const tokens::Estimate estimate = tokens::EstimateText(reads.family, counted.tokens);
        counted.tokens = estimate.tokens;
        counted.error = estimate.error;
    }
    return counted;
}

tokens::Encoder& RequestCounter::EncoderOf(tokens::Encoding encoding) {
    auto& encoder = encoders_[static_cast<std::size_t>(encoding)];
    if (encoder == nullptr) {
        encoder = std::make_unique<tokens::Encoder>(encoding);
    }
    return *encoder;
}

}  // namespace sightglass::pipeline

#include "dialect/ollama/errors.h"

#include <array>

#include "codec/json_writer.h"
#include "dialect/call_fields.h"
#include "dialect/failure.h"

namespace sightglass::dialect::ollama {
namespace {

/// Parts of messages that say more than the status they come with.
constexpr auto kPhrases = std::to_array<ErrorWord>({
    {"exceeds the context length", ErrorType::kCallerTooLarge},
    {"exceeds maximum context", ErrorType::kCallerTooLarge},
    {"maximum pending requests", ErrorType::kProviderOverloaded},
    {"requires more system memory", ErrorType::kProviderOverloaded},
    {"usage limit", ErrorType::kProviderRateLimited},
});

bool NamesAModel(std::string_view message) noexcept {
    return message.find("model") != std::string_view::npos &&
           message.find("not found") != std::string_view::npos;
}

}  // namespace

ErrorType ClassifyError(int http_status, std::string_view message) noexcept {
    for (const auto& [phrase, type] : kPhrases) {
        if (message.find(phrase) != std::string_view::npos) {
            return type;
        }
    }
    if (NamesAModel(message) && (http_status == 404 || http_status < 400)) {
        return ErrorType::kCallerModelUnknown;
    }
    return ErrorOfStatus(http_status).value_or(ErrorType::kProviderServerError);
}

void ReadError(std::string_view message, int http_status, Call& call) {
    MarkFailed(ClassifyError(http_status, message), http_status, call);
    Assign(call.error_message, message, kMessageBytesMax);
}

std::string ErrorBody(std::string_view message) {
    codec::JsonWriter json;
    json.BeginObject().Key("error").String(message).EndObject();
    return json.Take();
}

}  // namespace sightglass::dialect::ollama

// Any request: reading it fails nothing, and a model that a body plainly names twice is never told as one.
// Input: a byte of choices, the path up to a line feed, the content type up to another, then the body.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "dialect/model_claim.h"

namespace {

using namespace sightglass;

std::string_view TakeLine(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

bool NamesTwoModels(std::string_view body) {
    codec::JsonParser parser;
    const auto document = parser.Parse(body);
    int models = 0;
    if (document.Ok() && document->IsObject()) {
        document->ForEach([&models](std::string_view key, codec::JsonValue) {
            models += key == "model" ? 1 : 0;
            return true;
        });
    }
    return models > 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::array<std::string_view, 7>
        kDialects{"openai", "azure", "anthropic", "gemini", "bedrock", "cohere", "ollama"};
    if (size == 0) {
        return 0;
    }
    std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
    dialect::RequestView request;
    request.method = (data[0] & 8U) != 0 ? "GET" : "POST";
    request.path = TakeLine(rest);
    request.content_type = TakeLine(rest);
    request.body = rest;
    const std::string_view name = kDialects[data[0] % kDialects.size()];
    const auto claim = dialect::ReadModelClaim(request, name, (data[0] & 16U) != 0);
    const bool one = claim.naming == dialect::ModelNaming::kOne;
    if (one == claim.model.empty()) {
        std::abort();
    }
    const bool by_body = name == "openai" && request.content_type.empty() && (data[0] & 16U) == 0;
    if (one && by_body && NamesTwoModels(request.body)) {
        std::abort();
    }
    return 0;
}

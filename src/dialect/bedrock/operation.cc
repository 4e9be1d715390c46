#include "dialect/bedrock/operation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dialect/paths.h"

namespace sightglass::dialect::bedrock {
namespace {

using Word = std::pair<std::string_view, Operation>;

/// Parts of names of models that do something other than chat.
constexpr auto kModelWords = std::to_array<Word>({
    {"embed", Operation::kEmbedding},
    {"rerank", Operation::kRerank},
    {"titan-image", Operation::kImage},
    {"nova-canvas", Operation::kImage},
    {"stability.", Operation::kImage},
});

}  // namespace

Operation OperationOf(std::string_view method, std::string_view path) {
    path = PathOnly(path);
    if (method != "POST" || path.find("/model/") == std::string_view::npos) {
        return Operation::kOther;
    }
    if (path.ends_with("/converse") || path.ends_with("/converse-stream")) {
        return Operation::kChat;
    }
    if (!path.ends_with("/invoke") && !path.ends_with("/invoke-with-response-stream")) {
        return Operation::kOther;
    }
    const std::string model = ModelOf(path);
    const auto* word = std::find_if(kModelWords.begin(), kModelWords.end(), [&](const Word& known) {
        return model.find(known.first) != std::string::npos;
    });
    return word == kModelWords.end() ? Operation::kChat : word->second;
}

/// An ARN's slash may stand undecoded: what the path ends with is the method.
std::string ModelOf(std::string_view path) {
    constexpr std::string_view kMark = "/model/";
    path = PathOnly(path);
    const std::size_t mark = path.find(kMark);
    const std::size_t end = path.rfind('/');
    if (mark == std::string_view::npos || end < mark + kMark.size()) {
        return {};
    }
    return PercentDecoded(path.substr(mark + kMark.size(), end - mark - kMark.size()));
}

}  // namespace sightglass::dialect::bedrock

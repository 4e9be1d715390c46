#include "dialect/gemini/operation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dialect/paths.h"

namespace sightglass::dialect::gemini {
namespace {

using Method = std::pair<std::string_view, Operation>;

constexpr auto kMethods = std::to_array<Method>({
    {"generateContent", Operation::kChat},
    {"streamGenerateContent", Operation::kChat},
    {"embedContent", Operation::kEmbedding},
    {"batchEmbedContents", Operation::kEmbedding},
    {"batchGenerateContent", Operation::kBatch},
    {"asyncBatchEmbedContent", Operation::kBatch},
    {"generateImages", Operation::kImage},
});

/// Vertex AI's own `predict` is for whatever the model does.
Operation OperationOfPrediction(std::string_view model) noexcept {
    if (model.find("embedding") != std::string_view::npos ||
        model.find("gecko") != std::string_view::npos) {
        return Operation::kEmbedding;
    }
    return model.find("imagen") != std::string_view::npos || model.starts_with("imagegeneration")
               ? Operation::kImage
               : Operation::kOther;
}

}  // namespace

Operation OperationOf(std::string_view method, std::string_view path) noexcept {
    if (method != "POST") {
        return Operation::kOther;
    }
    const std::string_view google = GoogleMethodOf(path);
    if (google == "predict") {
        return OperationOfPrediction(SegmentAfter(path, "models"));
    }
    if (PathOnly(path).ends_with("/interactions")) {
        return Operation::kResponse;
    }
    const auto* found = std::find_if(kMethods.begin(), kMethods.end(), [google](const Method& m) {
        return m.first == google;
    });
    return found == kMethods.end() ? Operation::kOther : found->second;
}

}  // namespace sightglass::dialect::gemini

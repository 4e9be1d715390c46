#include "dialect/anthropic/operation.h"

#include "dialect/paths.h"

namespace sightglass::dialect::anthropic {

Operation OperationOf(std::string_view method, std::string_view path) noexcept {
    path = PathOnly(path);
    if (method != "POST") {
        return Operation::kOther;
    }
    if (path.ends_with("/messages/batches")) {
        return Operation::kBatch;
    }
    if (path.ends_with("/complete")) {
        return Operation::kCompletion;
    }
    const std::string_view google = GoogleMethodOf(path);
    const bool predicts = google == "rawPredict" || google == "streamRawPredict";
    // Vertex AI counts tokens with a model of that name.
    const bool counts = path.find("/models/count-tokens:") != std::string_view::npos;
    return path.ends_with("/messages") || (predicts && !counts) ? Operation::kChat
                                                                : Operation::kOther;
}

}  // namespace sightglass::dialect::anthropic

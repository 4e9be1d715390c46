#include "dialect/model_in_path.h"

#include <cstddef>

#include "dialect/paths.h"

namespace sightglass::dialect {

std::string_view DeploymentInPath(std::string_view path) noexcept {
    return SegmentAfter(path, "deployments");
}

std::string_view GoogleModelInPath(std::string_view path) noexcept {
    if (GoogleMethodOf(path).empty()) {
        return {};
    }
    path = PathOnly(path);
    const std::string_view named = path.substr(0, path.rfind(':'));
    const std::size_t slash = named.rfind('/');
    if (slash == std::string_view::npos || slash == 0) {
        return {};
    }
    const std::string_view before = named.substr(0, slash);
    const std::string_view collection = before.substr(before.rfind('/') + 1);
    const bool known =
        collection == "models" || collection == "tunedModels" || collection == "endpoints";
    return known ? named.substr(slash + 1) : std::string_view();
}

std::string_view BedrockModelInPath(std::string_view path) noexcept {
    constexpr std::string_view kMark = "/model/";
    path = PathOnly(path);
    const std::size_t mark = path.find(kMark);
    const std::size_t end = path.rfind('/');
    const bool named = mark != std::string_view::npos && end > mark + kMark.size();
    return named ? path.substr(mark + kMark.size(), end - mark - kMark.size()) : std::string_view();
}

std::string_view ModelInPath(std::string_view path, std::string_view dialect) noexcept {
    if (dialect == "azure") {
        return DeploymentInPath(path);
    }
    if (dialect == "gemini" || dialect == "anthropic") {
        return GoogleModelInPath(path);
    }
    return dialect == "bedrock" ? BedrockModelInPath(path) : std::string_view();
}

}  // namespace sightglass::dialect

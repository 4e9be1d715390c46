// What a request line asks for.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "call/enums.h"

namespace sightglass::dialect::openai {

/// The path without its query.
std::string_view WithoutQuery(std::string_view path) noexcept;

/// Told by the end of the path, so that any prefix does: /v1, /openai/deployments/<name>, /api/v1.
Operation OperationOf(std::string_view method, std::string_view path) noexcept;

/// The path with ids replaced: "/v1/responses/{id}/input_items".
std::string EndpointOf(std::string_view path);

/// The deployment that an Azure path names, or nothing.
std::string_view DeploymentOf(std::string_view path) noexcept;

/// The value of a query parameter, still percent-encoded, or nothing.
std::string_view QueryParameter(std::string_view path, std::string_view name) noexcept;

}  // namespace sightglass::dialect::openai

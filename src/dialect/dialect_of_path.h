// Which dialect a request speaks, told by its path: several of them come through one upstream.
//
// Thread-safety: pure functions; they allocate nothing.
#pragma once

#include <string_view>

#include "dialect/dialect.h"

namespace sightglass::dialect {

/// The name of the dialect whose own path this is, "anthropic" for "/v1/messages?beta=true"; empty
/// where several have it, as "/v1/models". Any prefix may stand before the part that tells. Of the
/// names that it gives, some may be of dialects that FindDialect does not know.
std::string_view DialectOfPath(std::string_view path) noexcept;

/// The dialect of a request to an upstream whose own dialect is `home`, where no setting says it.
const Dialect& DialectOf(std::string_view path, const Dialect& home) noexcept;

}  // namespace sightglass::dialect

// Providers that are known by their host, or by the name that an upstream is given, so that an
// upstream needs no more than its URL.
//
// Thread-safety: pure functions over constants.
#pragma once

#include <string_view>

namespace sightglass::dialect {

/// Views live as long as the program.
/// Thread-safety: plain value.
struct KnownProvider {
    std::string_view name;     ///< What Call::provider says.
    std::string_view dialect;  ///< What it speaks where a path does not tell.
    std::string_view names;    ///< Other names of it, with a space between them.
    std::string_view hosts;    ///< Hosts, with a space between them; '*' stands for any text.
};

/// Null where none is known. `host`: lower case, without port.
const KnownProvider* FindProviderByHost(std::string_view host) noexcept;

/// The same by its name or one of its other names; case does not matter.
const KnownProvider* FindProviderByName(std::string_view name) noexcept;

/// Whose own dialect it is: "anthropic", "gemini", … ; empty for "openai", which everybody speaks,
/// and for what is no dialect.
std::string_view ProviderOfDialect(std::string_view dialect) noexcept;

}  // namespace sightglass::dialect

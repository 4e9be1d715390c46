// Which upstream a request goes to, by the first segment of its path.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "capture/gateway/gateway.h"
#include "dialect/dialect.h"
#include "net/url.h"

namespace sightglass::capture {

/// A configured upstream, made ready for use.
struct Target {
    std::string name;
    std::string provider;
    std::string base_url;
    net::Url url;
    std::string authority;  ///< What Host says.
    const dialect::Dialect* dialect =
        nullptr;                   ///< Its setting; else what it speaks where a path does not tell.
    bool dialect_by_path = false;  ///< No setting: each request's path tells its dialect.
    bool provider_by_path =
        false;  ///< Nobody named the provider: another dialect than the upstream's own is its owner's.
    std::size_t index = 0;  ///< Its place in the configuration.
};

enum class RouteKind : std::uint8_t {
    kTarget,
    kHandOver,  ///< A path of the control server.
    kUnknown,
};

struct Route {
    RouteKind kind = RouteKind::kUnknown;
    const Target* target = nullptr;
    const dialect::Dialect* dialect = nullptr;  ///< What the request speaks; set where `target` is.
    std::string_view path;  ///< Path and query as the upstream gets them, without the base URL's
                            ///< path. Starts with '/'.

    /// What Call::provider says.
    std::string_view Provider() const noexcept;
};

/// Thread-safety: immutable after Create; safe for concurrent use.
class Router {
public:
    /// kInvalidArgument where a base URL, a name or a dialect is not allowed, or there is no
    /// upstream at all.
    static Result<std::shared_ptr<const Router>> Create(const std::vector<Upstream>& upstreams);

    /// `target`: path and query of the request.
    Route Find(std::string_view target) const noexcept;

    /// "openai, anthropic": for error messages.
    std::string Names() const;

    const std::vector<Target>& targets() const noexcept { return targets_; }

private:
    std::vector<Target> targets_;
};

}  // namespace sightglass::capture

// What is served where: the routes of api/openapi.yaml, each with the permission it needs and the thread it runs on.
// A test compares this table with the document.
//
// Thread-safety: the table is constant, requests are plain values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "serve/parameters.h"

namespace sightglass::serve {

struct Services;

/// Who sent a request.
enum class Caller : std::uint8_t {
    kNobody,
    kToken,
    kSession,
    kKey,  ///< A Sightglass key: an application, which may give feedback and nothing else.
};

/// A request that was let in. Owns everything, so that a query thread can take it.
struct ApiRequest {
    net::HttpRequest http;
    Parameters parameters;
    std::string path_value;  ///< What stands where the route has {…}, decoded.
    Caller caller = Caller::kNobody;
};

/// Where a handler runs.
enum class Place : std::uint8_t {
    kControl,  ///< On control-0: it never waits.
    kQuery,    ///< On a query thread.
    kStream,   ///< On control-0, and the answer stays open.
};

using Handler = net::HttpResponse (*)(const Services& services, const ApiRequest& request);

struct Route {
    std::string_view method;
    std::string_view path;        ///< As in the document: "/api/v1/calls/{id}".
    std::string_view permission;  ///< x-permission of the document; "none" for everybody.
    Place place = Place::kControl;
    Handler handler = nullptr;                      ///< Null for Place::kStream.
    std::vector<std::string_view> parameters = {};  ///< Names that the query part may hold.
};

std::span<const Route> Routes();

struct RouteMatch {
    const Route* route = nullptr;  ///< Null where no method fits.
    std::vector<std::string_view>
        methods;  ///< That the path has; empty where there is no such path.
    std::string path_value;
};

/// HEAD is answered as GET.
RouteMatch FindRoute(std::string_view method, std::string_view path);

}  // namespace sightglass::serve

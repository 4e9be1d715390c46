// What every request passes, in this order: the guard (Host, Origin), the route, the login and its CSRF token, the
// parameters' names; then its handler, on the thread that the route says; and on the way out the headers that every
// answer carries.
#pragma once

#include <memory>
#include <string_view>

#include "net/http_server.h"
#include "serve/routes.h"
#include "serve/services.h"

namespace sightglass::serve {

/// Thread-safety: Serve is called on the server's thread.
class FrontDoor {
public:
    /// The services must outlive this.
    explicit FrontDoor(Services& services) : services_(services) {}

    void Serve(net::HttpRequest request, std::shared_ptr<net::HttpResponder> responder);

private:
    class Reply;

    std::optional<net::HttpResponse> Guard(const net::HttpRequest& request) const;
    std::optional<net::HttpResponse> Admit(const Route& route, ApiRequest& request) const;
    void ServeApi(ApiRequest request, const std::shared_ptr<Reply>& reply);
    void ServePage(const net::HttpRequest& request, Reply& reply) const;
    void
    RunOnQueryThread(const Route& route, ApiRequest request, const std::shared_ptr<Reply>& reply);
    void Watch(const ApiRequest& request, Reply& reply);

    Services& services_;
};

/// The answer to bytes that are no request (400), or too many of them (413, 431).
net::HttpResponse RefuseUnreadable(int status, std::string_view why);

}  // namespace sightglass::serve

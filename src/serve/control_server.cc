#include "serve/control_server.h"

#include <utility>

#include "base/log.h"
#include "serve/api/live.h"
#include "serve/api/openapi.h"
#include "serve/dashboard/dashboard.h"
#include "serve/front_door.h"
#include "serve/problem.h"
#include "serve/services.h"

namespace sightglass::serve {

Services::Services(ControlOptions given_options, const ControlDeps& given_deps)
    : options(std::move(given_options)),
      deps(given_deps),
      started_at(deps.clock.Now()),
      openapi_json(OpenApiJson()),
      dashboard(std::make_unique<const Dashboard>()),
      feed(std::make_unique<LiveFeed>(deps.live, options.live_tick, options.watchers_max)),
      user_names(deps.store, deps.pseudonym),
      query_threads(options.query_threads, options.waiting_queries_max) {}

Services::~Services() = default;

namespace {

class Server final : public ControlServer {
public:
    Server(ControlOptions options, const ControlDeps& deps)
        : services_(std::make_unique<Services>(std::move(options), deps)),
          front_door_(*services_) {}

    ~Server() override { Stop(); }

    Status Start() {
        net::HttpServerOptions http = services_->options.http;
        http.refuse = [](int status, std::string_view why) {
            return RefuseUnreadable(status, why);
        };
        SG_ASSIGN_OR_RETURN(
            http_,
            net::HttpServer::Start(
                http,
                [this](net::HttpRequest request, std::shared_ptr<net::HttpResponder> responder) {
                    front_door_.Serve(std::move(request), std::move(responder));
                }
            )
        );
        http_->Every(services_->options.live_tick, [this] { services_->feed->Tick(); });
        return {};
    }

    void Adopt(net::AdoptedSocket socket) override { http_->Adopt(std::move(socket)); }

    Result<std::uint16_t> Listen(const std::string& host, std::uint16_t port) override {
        return http_->Listen(host, port);
    }

    void SetListeners(Listeners listeners) override {
        services_->listeners.With([&listeners](Listeners& all) { all = std::move(listeners); });
        services_->starting = false;
    }

    void SetDraining() override { services_->draining = true; }

    void Stop() override {
        services_->draining = true;
        if (http_) {
            http_->Stop();
        }
        services_->query_threads.Stop();
    }

private:
    std::unique_ptr<Services> services_;
    FrontDoor front_door_;
    std::unique_ptr<net::HttpServer> http_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>>
ControlServer::Start(ControlOptions options, const ControlDeps& deps) {
    auto server = std::make_unique<Server>(std::move(options), deps);
    SG_TRY(server->Start());
    return std::unique_ptr<ControlServer>(std::move(server));
}

}  // namespace sightglass::serve

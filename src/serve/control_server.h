// The control server: API, dashboard, metrics and health. Light answers on the thread control-0,
// questions to the store on query-N. Read this header first, then routes.h (what is served where).
//
//   auto logins = access::Logins(token, login_sessions, clock);
//   auto control = ControlServer::Start(options, deps);               // before the gateway
//   auto gateway = Gateway::Start(…, [&](HandedOver socket) {
//       (*control)->Adopt({socket.fd, std::move(socket.bytes_read), std::move(socket.client_ip)});
//       });
//   (*control)->SetListeners({{"http", "127.0.0.1:8080"}, {"otlp_http", std::nullopt}});   // ready
//   from here on std::string link = "http://127.0.0.1:8080/ui/#code=" + logins.NewCode(); …
//   (*control)->SetDraining();  (*gateway)->Stop();  (*control)->Stop();
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/keys.h"
#include "access/limiter.h"
#include "access/logins.h"
#include "access/request_guard.h"
#include "alert/monitoring.h"
#include "base/result.h"
#include "base/time.h"
#include "call/feedback.h"
#include "live/live.h"
#include "net/http_server.h"
#include "notify/courier.h"
#include "pipeline/derive.h"
#include "pipeline/findings.h"
#include "pipeline/pipeline.h"
#include "prices/price_shelf.h"
#include "serve/figures.h"
#include "state/audit.h"
#include "store/store.h"

namespace sightglass::insight {
class Annotations;
class FollowUps;
class OwnScenarios;
}  // namespace sightglass::insight

namespace sightglass::state {
class PeopleRecords;
}

namespace sightglass::serve {

struct ControlOptions {
    access::GuardRules guard;
    /// Whether every listener is bound to loopback: then /metrics needs no token.
    bool loopback_only = true;

    int query_threads = 2;
    std::size_t waiting_queries_max = 32;  ///< More are refused with 503.
    std::size_t watchers_max = 1200;       ///< Of /api/v1/live.
    Duration live_tick = std::chrono::milliseconds(250);
    net::HttpServerOptions http;

    bool litellm_names = false;  ///< /metrics has LiteLLM's names as well.
    // What /api/v1/status and the build-info metric say.
    std::string version;
    bool demo = false;
};

/// What the server asks. All of it must outlive the server.
struct ControlDeps {
    const Clock& clock;
    const store::Store& store;
    const live::Live& live;
    access::Logins& logins;
    state::AuditLog& audit;
    access::Keys& keys;
    access::Limiter& limiter;
    const pipeline::CaptureBook& capture;
    std::function<Figures()> figures;  ///< Called on control-0 and query-N; must not wait.

    /// Reads the settings again, for `actor`, and goes by them; called on query-N. Null where there is nothing to read.
    std::function<Status(std::string_view actor)> reload = {};

    /// Takes a batch of Calls (call/batch.h), durable on return; called on query-N. How many it held.
    std::function<Result<std::uint64_t>(std::string_view batch)> import_calls = {};

    /// Takes feedback, durable on return, and answers it as it is kept; called on query-N.
    std::function<Result<Feedback>(Feedback feedback)> take_feedback = {};

    /// What stands for a user (access/pseudonym.h). Null: pages of users answer 503.
    std::function<std::string(std::string_view user)> pseudonym = {};

    // Null where there are none: then what needs them answers 503.
    prices::PriceShelf* prices = nullptr;
    pipeline::Pipeline* pipeline = nullptr;
    pipeline::Findings* findings = nullptr;
    notify::Courier* courier = nullptr;
    alert::Monitoring* monitoring = nullptr;
    state::PeopleRecords* people = nullptr;
    insight::FollowUps* follow_ups = nullptr;
    insight::OwnScenarios* scenarios = nullptr;
    insight::Annotations* annotations = nullptr;
};

/// Names of listeners as in the ready line, with their addresses; nothing for one that is not
/// built.
using Listeners = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// Thread-safety: safe for concurrent use.
class ControlServer {
public:
    static Result<std::unique_ptr<ControlServer>>
    Start(ControlOptions options, const ControlDeps& deps);

    virtual ~ControlServer() = default;

    /// Takes over a connection that another listener accepted.
    virtual void Adopt(net::AdoptedSocket socket) = 0;

    /// A listener of its own (the setting admin_listen). Port 0 takes a free one; answers the port
    /// taken.
    virtual Result<std::uint16_t> Listen(const std::string& host, std::uint16_t port) = 0;

    /// Says what /api/v1/status shows as listeners, and makes /readyz answer 200.
    virtual void SetListeners(Listeners listeners) = 0;

    /// Makes /readyz answer 503 again, so that no new traffic is sent here.
    virtual void SetDraining() = 0;

    /// Ends live streams, finishes questions that run, joins all threads.
    virtual void Stop() = 0;
};

}  // namespace sightglass::serve

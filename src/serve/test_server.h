// A real ControlServer on a loopback port, over the in-memory store, for this room's tests.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "access/keys.h"
#include "access/limiter.h"
#include "access/logins.h"
#include "base/test_directory.h"
#include "codec/json.h"
#include "live/live.h"
#include "net/http_client.h"
#include "serve/control_server.h"
#include "state/database.h"
#include "store/memory.h"

namespace sightglass::serve {

/// Stands still until it is moved.
class TestClock final : public Clock {
public:
    Time Now() const noexcept override { return TimeFromMicros(now_us_); }

    void Advance(Duration duration) { now_us_ += duration.count(); }

private:
    std::atomic<std::int64_t> now_us_{1'763'775'464'000'000};  // 2025-11-22T01:37:44Z
};

inline constexpr std::string_view kTestToken = "test-token-0123456789abcdef";

class TestServer {
public:
    explicit TestServer(ControlOptions options = {}) {
        if (options.version.empty()) {
            options.version = "1.2.3";
        }
        const ControlDeps
            deps{clock, *store, live, *logins, *audit, *keys, limiter, capture, [this] {
                     return figures;
                 }};
        auto started = ControlServer::Start(std::move(options), deps);
        EXPECT_TRUE(started.Ok());
        control = std::move(*started);
        port = control->Listen("127.0.0.1", 0).value();
        control->SetListeners(
            {{"http", "127.0.0.1:" + std::to_string(port)}, {"otlp_http", std::nullopt}}
        );
    }

    net::HttpClient Client() const { return {"127.0.0.1", port}; }

    /// One request on a connection of its own, with the admin token unless headers say who it is.
    net::HttpClientResponse Ask(net::HttpClientRequest request) const {
        bool has_identity = false;
        for (const net::HttpHeader& header : request.headers) {
            has_identity =
                has_identity || header.name == "Authorization" || header.name == "Cookie";
        }
        if (!has_identity) {
            request.headers.push_back({"Authorization", "Bearer " + std::string(kTestToken)});
        }
        return AskAsNobody(request);
    }

    net::HttpClientResponse AskAsNobody(const net::HttpClientRequest& request) const {
        auto answer = Client().Send(request);
        EXPECT_TRUE(answer.Ok()) << (answer.Ok() ? "" : answer.error().message);
        return answer.Ok() ? std::move(*answer) : net::HttpClientResponse{};
    }

    net::HttpClientResponse Get(const std::string& target) const { return Ask({.target = target}); }

    void Commit(std::vector<Call> calls, std::vector<Content> contents = {}) {
        live.Add(calls);
        store::Batch batch;
        batch.calls = std::move(calls);
        batch.contents = std::move(contents);
        ASSERT_TRUE(store->Commit(batch).Ok());
    }

    /// From now on the audit log takes no entry, and everything else goes on.
    void BreakAudit() const {
        ASSERT_TRUE(database
                        ->Run([](soci::session& session) {
                            session << "ALTER TABLE audit RENAME TO audit_gone";
                        })
                        .Ok());
    }

    TestDirectory folder;
    TestClock clock;
    Figures figures;
    std::unique_ptr<store::Store> store = store::NewMemoryStore();
    live::Live live{clock};
    std::unique_ptr<state::Database> database =
        state::Database::Open(folder.path() / "state.db").value();
    std::unique_ptr<state::LoginSessions> sessions =
        std::make_unique<state::LoginSessions>(*database);
    std::unique_ptr<access::Logins> logins =
        std::make_unique<access::Logins>(Secret(std::string(kTestToken)), *sessions, clock);
    std::unique_ptr<state::AuditLog> audit = std::make_unique<state::AuditLog>(*database);
    state::GatewayKeys gateway_keys{*database};
    std::unique_ptr<access::Keys> keys =
        access::Keys::Open(gateway_keys, Secret(std::string(64, 's')), clock).value();
    pipeline::CaptureBook capture{pipeline::CaptureSettings()};
    access::Limiter limiter{keys->Table()};
    std::unique_ptr<ControlServer> control;
    std::uint16_t port = 0;
};

}  // namespace sightglass::serve

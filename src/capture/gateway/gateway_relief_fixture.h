// A gateway over upstreams of several targets.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/gateway/gateway_fixture.h"

namespace sightglass::capture {

/// Thread-safety: one thread; its servers have their own.
class GatewayReliefTest : public GatewayFixture {
protected:
    /// Answers every request on a connection with `answer`, counts them, and remembers the last.
    struct Server {
        Server(GatewayReliefTest& its_test, std::string its_answer)
            : test(its_test), answer(std::move(its_answer)), upstream([this](TestSocket& socket) {
                  for (std::string got = socket.ReadMessage(); !got.empty();
                       got = socket.ReadMessage()) {
                      ++requests;
                      {
                          const std::lock_guard lock(mutex);
                          last = got;
                      }
                      if (answer.empty()) {
                          socket.Abort();
                          return;
                      }
                      socket.Send(answer);
                  }
              }) {}

        /// The gateway's connections end before those that serve them.
        ~Server() { test.gateway = nullptr; }

        std::string Last() {
            const std::lock_guard lock(mutex);
            return last;
        }

        GatewayReliefTest& test;
        std::string answer;
        std::atomic<int> requests = 0;
        std::mutex mutex;
        std::string last;
        TestUpstream upstream;
    };

    static std::string Refusal(int status, std::string_view headers = "") {
        return "HTTP/1.1 " + std::to_string(status) + " No\r\n" + std::string(headers) +
               "Content-Length: 2\r\n\r\n{}";
    }

    void StartGroup(const std::vector<std::string>& base_urls) {
        for (const std::string& base_url : base_urls) {
            TargetSettings target;
            target.base_url = base_url;
            group.targets.push_back(std::move(target));
        }
        StartWith({group});
    }

    void StartWith(std::vector<Upstream> upstreams) {
        options.upstreams = std::move(upstreams);
        auto started = Gateway::Start(
            options,
            journal,
            derive,
            fingerprinter,
            Clock::System(),
            [](HandedOver) {}
        );
        ASSERT_TRUE(started.Ok()) << started.error().message;
        gateway = std::move(started).value();
    }

    std::string Ask(std::string_view headers = "", std::string_view members = "") {
        TestSocket client = Connect();
        client.Send(ChatRequest("Connection: close\r\n" + std::string(headers), members));
        return client.ReadAll();
    }

    static std::string Closed() { return "http://127.0.0.1:" + std::to_string(ClosedPort()); }

    static std::string BodyOf(const std::string& message) {
        return message.substr(message.find("\r\n\r\n") + 4);
    }

    Upstream group{"pool", "", "openai", ""};
};

}  // namespace sightglass::capture

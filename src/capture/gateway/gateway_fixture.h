// A gateway under test, with a journal and a derive stage that remember what they were given.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "call/encoding.h"
#include "capture/gateway/gateway.h"
#include "capture/gateway/test_socket.h"

namespace sightglass::capture {

/// What was appended, in order.
struct Appended {
    journal::RecordType type;  ///< An end is kCallEnd.
    Call call;
    bool derived = false;  ///< An end that said that a derived record follows.
};

/// Thread-safety: safe for concurrent use.
class FakeJournal final : public journal::Journal {
public:
    Result<std::unique_ptr<journal::Writer>> NewWriter(std::string, journal::Share) override {
        return std::unique_ptr<journal::Writer>(std::make_unique<FakeWriter>(*this));
    }

    std::unique_ptr<journal::Reader> NewReader() override { return nullptr; }

    Status Sync() override { return {}; }

    journal::Stats GetStats() const override { return {}; }

    /// Waits until `count` end records are there, and returns all records.
    std::vector<Appended> WaitForEnds(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(10), [&] { return Ends() >= count; });
        EXPECT_GE(Ends(), count);
        return records_;
    }

    std::size_t Count(journal::RecordType type) const {
        const std::lock_guard lock(mutex_);
        std::size_t count = 0;
        for (const Appended& record : records_) {
            count += record.type == type ? 1 : 0;
        }
        return count;
    }

    std::atomic<bool> full = false;

private:
    class FakeWriter final : public journal::Writer {
    public:
        explicit FakeWriter(FakeJournal& owner) noexcept : owner_(owner) {}

        Status Sync() override { return {}; }

    private:
        char* Reserve(std::size_t size) noexcept override {
            payload_.resize(size);
            return owner_.full ? nullptr : payload_.data();
        }

        void Publish(journal::RecordType type, std::size_t size) noexcept override {
            auto call = DecodeCall(std::string_view(payload_).substr(0, size));
            EXPECT_TRUE(call.Ok());
            const bool derived = type == journal::RecordType::kCallEndDerived;
            type = derived ? journal::RecordType::kCallEnd : type;
            const std::lock_guard lock(owner_.mutex_);
            owner_.records_.push_back({type, std::move(call).value(), derived});
            owner_.changed_.notify_all();
        }

        FakeJournal& owner_;
        std::string payload_;
    };

    std::size_t Ends() const {
        std::size_t ends = 0;
        for (const Appended& record : records_) {
            ends += record.type == journal::RecordType::kCallEnd ? 1 : 0;
        }
        return ends;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Appended> records_;
};

/// Thread-safety: safe for concurrent use.
class FakeDerive final : public pipeline::Derive {
public:
    const pipeline::CaptureSettings& Capture() const noexcept override { return capture; }

    bool Offer(pipeline::Exchange exchange) noexcept override {
        const std::lock_guard lock(mutex_);
        exchanges_.push_back(std::move(exchange));
        return true;
    }

    std::unique_ptr<pipeline::DerivePort> NewPort() override {
        return std::make_unique<FakePort>(*this);
    }

    pipeline::DeriveStats GetStats() const override { return {}; }

    void Stop() override {}

    std::vector<pipeline::Exchange> Exchanges() const {
        const std::lock_guard lock(mutex_);
        return exchanges_;
    }

    /// What came through ports.
    std::vector<pipeline::Exchange> Ported() const {
        const std::lock_guard lock(mutex_);
        return ported_;
    }

    pipeline::CaptureSettings capture;

private:
    class FakePort final : public pipeline::DerivePort {
    public:
        explicit FakePort(FakeDerive& owner) noexcept : owner_(owner) {}

        bool Offer(const pipeline::ExchangeView& view) noexcept override {
            pipeline::Exchange exchange;
            exchange.call_id = view.call_id;
            exchange.model = view.model;
            exchange.request_body = view.request_body;
            exchange.response_body = view.response_body;
            exchange.response_format = view.response_format;
            exchange.work = view.work;
            const std::lock_guard lock(owner_.mutex_);
            owner_.ported_.push_back(std::move(exchange));
            return true;
        }

        bool Offer(const pipeline::ExchangeView& view, std::string& memory) noexcept override {
            const bool taken = Offer(view);
            memory.clear();
            return taken;
        }

        void CountDropped() noexcept override {}

    private:
        FakeDerive& owner_;
    };

    mutable std::mutex mutex_;
    std::vector<pipeline::Exchange> exchanges_;
    std::vector<pipeline::Exchange> ported_;
};

/// Starts a gateway with one worker before an upstream that a test scripts.
class GatewayFixture : public ::testing::Test {
protected:
    GatewayFixture() : fingerprinter(Secret("a secret of the test")) {
        options.port = 0;
        options.workers = 1;
        options.drain_timeout = std::chrono::seconds(5);
    }

    /// Starts an upstream named "openai" (the default one) and the gateway.
    void Start(TestUpstream::Script script) {
        upstream = std::make_unique<TestUpstream>(std::move(script));
        StartBefore(upstream->BaseUrl());
    }

    void StartBefore(const std::string& base_url) {
        options.upstreams.insert(options.upstreams.begin(), {"openai", base_url, "openai", ""});
        auto started = Gateway::Start(
            options,
            journal,
            derive,
            fingerprinter,
            Clock::System(),
            [this](HandedOver connection) {
                TestSocket socket{FileDescriptor(connection.fd)};
                const std::lock_guard lock(handed_over_mutex);
                handed_over.push_back(connection.bytes_read);
            }
        );
        ASSERT_TRUE(started.Ok()) << started.error().message;
        gateway = std::move(started).value();
    }

    TestSocket Connect() const { return TestSocket::Connect(gateway->Port()); }

    /// A POST of a small chat request, with what else the head is to say.
    static std::string
    ChatRequest(std::string_view headers = "", std::string_view more_members = "") {
        const std::string body =
            R"({"model":"gpt-4o","messages":[])" + std::string(more_members) + "}";
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }

    static std::string Answer(std::string_view body, std::string_view headers = "") {
        return "HTTP/1.1 200 OK\r\n" + std::string(headers) +
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + std::string(body);
    }

    static constexpr std::string_view kChatAnswer =
        R"({"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-2024-08-06","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hi"}}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}})";

    /// An answer without the header that the gateway adds.
    static std::string WithoutCallId(std::string answer) {
        const std::size_t begin = answer.find("x-sightglass-call-id: ");
        if (begin != std::string::npos) {
            answer.erase(begin, answer.find("\r\n", begin) + 2 - begin);
        }
        return answer;
    }

    /// The one call, from its end record.
    Call TheCall() { return journal.WaitForEnds(1).back().call; }

    GatewayOptions options;
    FakeJournal journal;
    FakeDerive derive;
    access::Fingerprinter fingerprinter;
    std::mutex handed_over_mutex;
    std::vector<std::string> handed_over;
    std::unique_ptr<TestUpstream> upstream;
    std::unique_ptr<Gateway> gateway;
};

}  // namespace sightglass::capture

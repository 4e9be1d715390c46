#include "app/demo/traffic.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/demo/cast.h"
#include "app/demo/conversation.h"
#include "app/demo/gateway_client.h"
#include "app/demo/random.h"
#include "app/demo/reports.h"
#include "app/demo/trouble.h"
#include "base/thread.h"

namespace sightglass::demo {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kRetriesMax = 2;
constexpr std::string_view kReporterIp =
    "127.0.10.71";                      // Of the host that reports runs and opinions.
constexpr double kThinkingMedianS = 9;  // Shorter than people need, so that sessions show soon.

Duration Seconds(double seconds) {
    return Duration(static_cast<std::int64_t>(seconds * 1e6));
}

/// Counters that the thread writes and anyone reads.
struct Counters {
    std::atomic<std::uint64_t> sent = 0;
    std::atomic<std::uint64_t> answered = 0;
    std::atomic<std::uint64_t> errors = 0;
    std::atomic<std::uint64_t> aborted = 0;
    std::atomic<std::uint64_t> failed = 0;
    std::atomic<std::uint64_t> runs = 0;
    std::atomic<std::uint64_t> opinions = 0;
    std::atomic<std::uint64_t> trouble = 0;
};

class Generator final : public TrafficGenerator {
public:
    Generator(const TrafficOptions& options, const asio::ip::address& address, const Clock& clock)
        : options_(options),
          clock_(clock),
          started_at_(clock.Now()),
          random_(options.seed),
          client_(context_, asio::ip::tcp::endpoint(address, options.port)) {
        for (const ServiceProfile& service : Services()) {
            weights_total_ += service.weight;
        }
    }

    ~Generator() override { Stop(); }

    void Begin() {
        asio::co_spawn(context_, BeginSessions(), asio::detached);
        asio::co_spawn(context_, BeginTrouble(), asio::detached);
        if (!options_.token.empty()) {
            asio::co_spawn(context_, BeginRuns(), asio::detached);
        }
        thread_ = StartThread("traffic-0", Priority::kNormal, [this](const std::stop_token&) {
            context_.run();
        });
    }

    TrafficStats GetStats() const override {
        TrafficStats stats;
        stats.sent = counters_.sent;
        stats.answered = counters_.answered;
        stats.errors = counters_.errors;
        stats.aborted = counters_.aborted;
        stats.failed = counters_.failed;
        stats.runs = counters_.runs;
        stats.opinions = counters_.opinions;
        stats.trouble = counters_.trouble;
        return stats;
    }

    void Stop() override {
        context_.stop();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    // Sessions a second of each service, now. A session counts for its turns.
    std::vector<double> SessionRates() const {
        std::vector<double> rates;
        const Time now = clock_.Now();
        for (const ServiceProfile& service : Services()) {
            // The hours are softened: at night, too, there should be something to look at.
            const double busyness = 0.35 + 0.65 * Busyness(service.rhythm, now);
            const double share = service.weight / weights_total_;
            rates.push_back(options_.requests_per_s * share * busyness / service.turns_mean);
        }
        return rates;
    }

    asio::awaitable<void> BeginSessions() {
        for (;;) {
            const std::vector<double> rates = SessionRates();
            double total = 0;
            for (double rate : rates) {
                total += rate;
            }
            constexpr double kPauseMaxS = 30;
            const double drawn_s = total > 0 ? random_.Exponential(1 / total) : kPauseMaxS;
            const Duration pause = Seconds(std::min(drawn_s, kPauseMaxS));
            co_await Wait(pause);
            if (total > 0 && sessions_ < options_.sessions_max) {
                const ServiceProfile& service = Services()[random_.Weighted(rates)];
                ++sessions_;
                asio::co_spawn(
                    context_,
                    RunSession(service, Random(random_.Next())),
                    asio::detached
                );
            }
        }
    }

    asio::awaitable<void> RunSession(const ServiceProfile& service, Random random) {
        Conversation conversation(service, random);
        Experience experience;
        for (std::int64_t turn = 0; turn < conversation.Turns(); ++turn) {
            if (turn > 0) {
                const double pause_s =
                    std::clamp(random.LogNormal(kThinkingMedianS, 0.7), 1.0, 90.0);
                const Duration pause = Seconds(pause_s * options_.pause_scale);
                co_await Wait(pause);
            }
            OutgoingRequest request = conversation.Next(random);
            if (random.Chance(options_.bad_key_share)) {
                Conversation::UseRevokedKey(request);
            }
            const Time asked = clock_.Now();
            const Exchange exchange = co_await SendAsSdk(service, request, random);
            experience.slowest = std::max(experience.slowest, clock_.Now() - asked);
            experience.failed = exchange.end != ExchangeEnd::kAnswered || exchange.status != 200;
            if (exchange.end != ExchangeEnd::kAnswered || exchange.status != 200) {
                break;
            }
            conversation.Learn(
                request.stream ? ReadStream(service.operation, exchange.body)
                               : ReadAnswer(service.operation, exchange.body)
            );
        }
        --sessions_;
        auto opinion = OpinionOf(service, experience, clock_.Now(), random);
        if (opinion) {
            opinion->session_id = conversation.SessionId();
            opinion->user = conversation.User();
            co_await Give(*opinion, random);
        }
    }

    asio::awaitable<void> BeginRuns() {
        std::vector<double> rates;
        for (const AgentProfile& agent : Agents()) {
            rates.push_back(agent.runs_a_day);
        }
        for (;;) {
            const AgentProfile& agent = Agents()[random_.Weighted(rates)];
            asio::co_spawn(context_, TakeRun(agent, Random(random_.Next())), asio::detached);
            const Duration pause = Seconds(random_.Exponential(options_.run_pause_s));
            co_await Wait(pause);
        }
    }

    // A run is reported when it has ended, as tracing libraries do.
    asio::awaitable<void> TakeRun(const AgentProfile& agent, Random random) {
        const Run run = MakeRun(agent, clock_.Now(), random);
        const Duration took =
            options_.pause_scale > 0 ? run.EndedAt() - run.StartedAt() : Duration(0);
        co_await Wait(took);
        const OutgoingRequest report = TraceReport({&run, 1}, options_.token);
        const bool sent = co_await Sent(report);
        counters_.runs += sent ? 1 : 0;
        const std::optional<Opinion> opinion = OpinionOfRun(run, random);
        if (opinion) {
            co_await Give(*opinion, random);
        }
    }

    // Users think for a moment before they say it.
    asio::awaitable<void> Give(const Opinion& opinion, Random& random) {
        if (options_.token.empty()) {
            co_return;
        }
        const Duration pause = Seconds(random.LogNormal(6, 0.5) * options_.pause_scale);
        co_await Wait(pause);
        const OutgoingRequest report = FeedbackReport(opinion, options_.token);
        const bool sent = co_await Sent(report);
        counters_.opinions += sent ? 1 : 0;
    }

    asio::awaitable<bool> Sent(const OutgoingRequest& request) {
        const Exchange exchange = co_await client_.Send(request, kReporterIp, std::nullopt);
        const bool taken = exchange.end == ExchangeEnd::kAnswered && exchange.status / 100 == 2;
        co_return taken;
    }

    // Repeats what may succeed later, after a pause, as client libraries do.
    asio::awaitable<Exchange>
    SendAsSdk(const ServiceProfile& service, OutgoingRequest& request, Random& random) {
        for (int retry = 0;; ++retry) {
            std::optional<Duration> abort_after;
            if (request.stream && random.Chance(options_.abort_share)) {
                abort_after = Seconds(0.4 + 2 * random.Unit());
            }
            Exchange exchange = co_await client_.Send(request, service.client_ip, abort_after);
            Count(exchange);
            const bool may_succeed_later = exchange.end == ExchangeEnd::kAnswered &&
                                           (exchange.status == 429 || exchange.status >= 500);
            if (!may_succeed_later || retry >= kRetriesMax) {
                co_return exchange;
            }
            Conversation::MarkRetry(request, retry + 1);
            const double pause_s = 0.5 * std::pow(2, retry) * (0.75 + 0.25 * random.Unit());
            const Duration pause = Seconds(pause_s * options_.pause_scale);
            co_await Wait(pause);
        }
    }

    // Incidents that clients bring about; the others are the provider's (responder.h).
    asio::awaitable<void> BeginTrouble() {
        constexpr Duration kLoopPause = std::chrono::milliseconds(800);
        constexpr Duration kKeysPause = std::chrono::milliseconds(400);
        std::optional<TroubleRequest> looping;
        for (;;) {
            const auto incident = LiveIncidentAt(options_.incidents, clock_.Now() - started_at_);
            Duration pause = std::chrono::seconds(1);
            if (incident == Incident::kLoop) {
                if (!looping) {
                    looping = LoopingRequest(random_);
                }
                asio::co_spawn(context_, SendOnce(*looping), asio::detached);
                pause = kLoopPause;
            } else {
                looping.reset();
            }
            if (incident == Incident::kStrangeKeys) {
                asio::co_spawn(context_, SendOnce(StrangeRequest(random_)), asio::detached);
                pause = kKeysPause;
            }
            co_await Wait(pause);
        }
    }

    asio::awaitable<void> SendOnce(TroubleRequest trouble) {
        const Exchange exchange =
            co_await client_.Send(trouble.request, trouble.client_ip, std::nullopt);
        Count(exchange);
        counters_.trouble += exchange.sent ? 1 : 0;
    }

    void Count(const Exchange& exchange) {
        counters_.sent += exchange.sent ? 1 : 0;
        switch (exchange.end) {
            case ExchangeEnd::kAnswered:
                ++counters_.answered;
                counters_.errors += exchange.status >= 400 ? 1 : 0;
                break;
            case ExchangeEnd::kAborted:
                ++counters_.aborted;
                break;
            case ExchangeEnd::kFailed:
                ++counters_.failed;
                break;
        }
    }

    asio::awaitable<void> Wait(Duration duration) {
        asio::steady_timer timer(context_, std::chrono::microseconds(duration));
        error_code error;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }

    const TrafficOptions options_;
    const Clock& clock_;
    const Time started_at_;
    Random random_;
    double weights_total_ = 0;
    std::size_t sessions_ = 0;
    Counters counters_;
    asio::io_context context_{1};
    GatewayClient client_;
    std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<TrafficGenerator>>
TrafficGenerator::Start(const TrafficOptions& options, const Clock& clock) {
    error_code error;
    const auto address = asio::ip::make_address(options.host, error);
    if (error) {
        return Error{
            ErrorCode::kInvalidArgument,
            "the traffic's host must be an IP address, got " + options.host};
    }
    auto generator = std::make_unique<Generator>(options, address, clock);
    generator->Begin();
    return std::unique_ptr<TrafficGenerator>(std::move(generator));
}

}  // namespace sightglass::demo

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "access/admin_token.h"
#include "app/commands.h"
#include "app/demo/demo.h"
#include "app/flags.h"
#include "app/server.h"
#include "base/text.h"

namespace sightglass::app {
namespace {

struct DemoFlags {
    ServerFlags server;
    double requests_per_s = demo::TrafficOptions{}.requests_per_s;
};

Config DemoDefaults() {
    Config config;
    config.data_dir = "sightglass-demo-data";
    // Nobody's words: the provider makes the answers up, so that a call's page has something to show.
    config.capture.policy = pipeline::CapturePolicy::kRedacted;
    return config;
}

/// The time before now, as calls of the upstream that the live traffic uses too.
Status FillStore(
    store::Store& store,
    const prices::PriceBook& prices,
    const access::Fingerprinter& fingerprinter,
    demo::PastWeek& week
) {
    demo::HistoryOptions history;
    history.now = Clock::System().Now();
    // Less than the three weeks from which on monitors know what is usual: the company is still growing into it.
    history.chat_history = std::chrono::days(16);
    std::fprintf(stderr, "sightglass: making up the past week\n");
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    int percent = 0;
    SG_ASSIGN_OR_RETURN(
        week,
        demo::FillPastWeek(
            store,
            prices,
            fingerprinter,
            history,
            [&](double share) {
                constexpr int kStep = 5;
                if (terminal && static_cast<int>(share * 100) >= percent + kStep) {
                    percent += kStep;
                    std::fprintf(stderr, "\r  %3d %%", percent);
                }
                return !StopRequested();
            }
        )
    );
    std::fprintf(
        stderr,
        "%ssightglass: %lld calls made up\n",
        terminal ? "\r" : "",
        static_cast<long long>(week.calls)
    );
    return {};
}

/// Runs of agents and what users said, which the server is told over its own surfaces. Without them the demo still runs.
void Report(const Server& server, const Config& config, const Secret& token, demo::PastWeek week) {
    const bool has_change = week.changed_at >= week.from && week.changed_at < week.to;
    const Status reported = demo::ReportPast(
        {.host = config.listen.host,
         .port = server.HttpPort(),
         .token = token,
         // Agents are new; only the chat bot has been there for longer.
         .from = std::max(week.from, week.to - std::chrono::weeks(1)),
         .to = week.to,
         .opinions = std::move(week.opinions),
         .changed_at = has_change ? std::optional(week.changed_at) : std::nullopt}
    );
    if (!reported.Ok()) {
        std::fprintf(
            stderr,
            "sightglass: the past has no runs: %s\n",
            reported.error().message.c_str()
        );
    }
}

/// As the server that runs has it.
Result<Secret> AdminToken(const Config& config) {
    const char* given =
        std::getenv("SIGHTGLASS_ADMIN_TOKEN");  // NOLINT(concurrency-mt-unsafe): nobody sets it.
    return access::LoadOrCreateAdminToken(
        config.data_dir / "admin-token",
        given == nullptr ? "" : given
    );
}

void PrintWelcome(Server& server) {
    const char* address = server.HttpAddress().c_str();
    std::fprintf(
        stderr,
        "\n"
        "  Sightglass runs, on simulated calls.\n\n"
        "  Dashboard   http://%s/ui/\n"
        "  Log in      %s\n"
        "              (once, within ten minutes; the admin token in the data directory works at "
        "any time)\n\n"
        "  Point an OpenAI client at it, and see its calls among the others:\n"
        "              export OPENAI_BASE_URL=http://%s/v1 OPENAI_API_KEY=%.*s\n\n"
        "  Demo only: what is said is kept, redacted; --capture none keeps nothing, as serve does "
        "by default.\n"
        "  For real calls: sightglass serve, which forwards to https://api.openai.com with your "
        "own key.\n"
        "  Stop with Ctrl-C.\n\n",
        address,
        ::isatty(STDERR_FILENO) != 0 ? server.LoginLink().c_str()
                                     : "(a link is shown on a terminal only)",
        address,
        static_cast<int>(demo::kGuestKey.size()),
        demo::kGuestKey.data()
    );
}

/// The simulated provider is the default upstream, and those that somebody configured stay beside it.
Status SimulateUpstream(Config& config, std::uint16_t port) {
    std::vector<capture::Upstream> others = std::move(config.gateway.upstreams);
    config.gateway.upstreams.clear();
    SG_TRY(ApplyUpstream(config, "openai=http://127.0.0.1:" + std::to_string(port)));
    for (capture::Upstream& other : others) {
        if (other.name != config.gateway.upstreams.front().name) {
            config.gateway.upstreams.push_back(std::move(other));
        } else if (other.base_url != kDefaultUpstream) {
            return Error{
                ErrorCode::kInvalidArgument,
                "demo simulates the upstream " + other.name + " itself; give yours another name"};
        }
    }
    return {};
}

Status RunDemo(Config config, double requests_per_s) {
    const Clock& clock = Clock::System();
    SG_ASSIGN_OR_RETURN(const auto provider, demo::SimulatedProvider::Start({}, clock));
    SG_TRY(SimulateUpstream(config, provider->Port()));

    demo::PastWeek week;
    SG_ASSIGN_OR_RETURN(
        const auto server,
        Server::Start(
            config,
            {.demo = true,
             .prepare_store =
                 [&week](auto& store, const auto& prices, const auto& fingerprinter) {
                     return FillStore(store, prices, fingerprinter, week);
                 }}
        )
    );
    SG_ASSIGN_OR_RETURN(const Secret token, AdminToken(config));
    Report(*server, config, token, std::move(week));
    if (StopRequested()) {  // While the week was made up: what there is of it stays.
        server->Stop();
        provider->Stop();
        return {};
    }
    demo::TrafficOptions options;
    options.host = config.listen.host;
    options.port = server->HttpPort();
    options.requests_per_s = requests_per_s;
    options.token = token;
    // Other sessions and runs than when it was last started.
    options.seed = demo::Mix(options.seed, static_cast<std::uint64_t>(ToMicros(clock.Now())));
    SG_ASSIGN_OR_RETURN(auto traffic, demo::TrafficGenerator::Start(options, clock));

    PrintWelcome(*server);
    AnnounceAndWait(*server);
    traffic.reset();  // Its connections close with it; the server need not wait for them to end.
    server->Stop();
    provider->Stop();
    return {};
}

int Demo(const DemoFlags& flags) {
    TakeSignals();
    if (const Status usable = CheckFlags(flags.server); !usable.Ok()) {
        return Fail(usable.error());
    }
    auto config = LoadConfig(flags.server, environ, DemoDefaults());
    if (!config.Ok()) {
        return Fail(config.error().message.c_str());
    }
    const Status done = RunDemo(std::move(config).value(), flags.requests_per_s);
    return done.Ok() ? 0 : Fail(done.error());
}

}  // namespace

void AddDemoCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand(
        "demo",
        "Run the real server with a simulated provider, a believable past week and live traffic"
    );
    command->footer("Example:\n  sightglass demo --listen 127.0.0.1:8080");
    auto flags = std::make_shared<DemoFlags>();
    flags->server.AddTo(*command);
    command
        ->add_option(
            "--rate",
            flags->requests_per_s,
            "Simulated requests a second, on average over a day"
        )
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(0.1, 1000.0));
    command->callback([flags, &exit_code] { exit_code = Demo(*flags); });
}

}  // namespace sightglass::app

#include "app/server.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include "access/admin_token.h"
#include "access/key_fingerprint.h"
#include "access/keys.h"
#include "access/limiter.h"
#include "access/logins.h"
#include "access/pseudonym.h"
#include "app/alarms.h"
#include "app/capture_settings.h"
#include "app/data_directory.h"
#include "app/metrics_push.h"
#include "app/notices.h"
#include "app/otlp_listeners.h"
#include "app/people.h"
#include "app/restore_live.h"
#include "app/upstream_figures.h"
#include "app/version.h"
#include "base/log.h"
#include "base/mutex.h"
#include "capture/feedback_port.h"
#include "capture/files/import_port.h"
#include "capture/gateway/gateway.h"
#include "capture/otlp/otlp.h"
#include "codec/json_writer.h"
#include "insight/own_scenarios.h"
#include "journal/journal.h"
#include "live/live.h"
#include "pipeline/derive.h"
#include "pipeline/limit_memory.h"
#include "pipeline/pipeline.h"
#include "serve/control_server.h"
#include "state/audit.h"
#include "state/database.h"
#include "state/gateway_keys.h"
#include "state/login_sessions.h"
#include "store/duckdb/duckdb_store.h"

namespace sightglass::app {

// Declared in the order of starting; destroyed in reverse.
struct Server::Parts {
    explicit Parts(const Config& settings) : config(settings) {}

    const Config config;
    ServerExtras extras;
    const Clock& clock = Clock::System();
    FileDescriptor lock;
    std::optional<access::Fingerprinter> fingerprinter;
    Secret secret;  // What keys and messages are hashed under.
    std::unique_ptr<state::Database> database;
    std::optional<state::AuditLog> audit;
    std::optional<state::LoginSessions> login_sessions;
    std::optional<access::Logins> logins;
    std::optional<state::GatewayKeys> gateway_keys;
    std::unique_ptr<access::Keys> keys;
    std::unique_ptr<access::Limiter> limiter;
    std::unique_ptr<insight::OwnScenarios> scenarios;
    std::unique_ptr<Notices> notices;
    std::unique_ptr<store::Store> store;
    std::optional<prices::PriceShelf> prices;
    std::optional<live::Live> live;
    std::unique_ptr<MetricsPush> metrics_push;
    std::unique_ptr<Alarms> alarms;
    std::unique_ptr<journal::Journal> journal;
    std::optional<pipeline::Findings> findings;
    std::unique_ptr<pipeline::Pipeline> pipeline;
    std::optional<pipeline::CaptureBook> capture;
    std::unique_ptr<capture::files::ImportPort> import_port;
    std::optional<capture::FeedbackPort> feedback_port;
    std::unique_ptr<pipeline::Derive> derive;
    std::unique_ptr<People> people;
    std::unique_ptr<serve::ControlServer> control;
    std::unique_ptr<capture::OtlpReceiver> otlp;
    std::unique_ptr<capture::Gateway> gateway;
    std::string http_address;
    std::optional<std::string> otlp_http_address;
    std::optional<std::string> otlp_grpc_address;
    bool stopped = false;
    Mutex reloading;

    Status Start();
    Status StartListening();
    Status OpenState();
    Status StartStorage();
    Status StartControl();
    Status StartOtlp();
    Status StartGateway();
    void HandOver(capture::HandedOver socket);
    Status Announce();
    serve::Figures CollectFigures() const;
    Status Reload(std::string_view actor);
};

namespace {

serve::ControlOptions ControlOptionsOf(const Config& config, bool demo) {
    serve::ControlOptions options;
    options.guard = config.gateway.guard;
    options.loopback_only = config.listen.IsLoopback();
    options.litellm_names = config.metrics_litellm;
    options.version = kVersion;
    options.demo = demo;
    return options;
}

void WriteUpstreamNames(codec::JsonWriter& json, const Config& config) {
    json.Key("upstreams").BeginArray();
    for (const capture::Upstream& upstream : config.gateway.upstreams) {
        json.String(upstream.name + "=" + upstream.base_url);
    }
    json.EndArray();
}

}  // namespace

Status Server::Parts::OpenState() {
    SG_ASSIGN_OR_RETURN(secret, access::LoadOrCreateSecret(config.data_dir / "secret"));
    fingerprinter.emplace(secret);
    const char* given =
        std::getenv("SIGHTGLASS_ADMIN_TOKEN");  // NOLINT(concurrency-mt-unsafe): before any thread.
    SG_ASSIGN_OR_RETURN(
        Secret token,
        access::LoadOrCreateAdminToken(
            config.data_dir / "admin-token",
            given == nullptr ? "" : given
        )
    );
    SG_ASSIGN_OR_RETURN(database, state::Database::Open(config.data_dir / "state.db"));
    audit.emplace(*database);
    login_sessions.emplace(*database);
    logins.emplace(std::move(token), *login_sessions, clock);
    gateway_keys.emplace(*database);
    SG_ASSIGN_OR_RETURN(keys, access::Keys::Open(*gateway_keys, secret, clock));
    limiter = std::make_unique<access::Limiter>(keys->Table());
    SG_ASSIGN_OR_RETURN(scenarios, insight::OwnScenarios::Open(*database, clock));
    SG_ASSIGN_OR_RETURN(notices, Notices::Start(config, *database, secret, clock));
    return {};
}

Status Server::Parts::StartStorage() {
    SG_ASSIGN_OR_RETURN(store, store::OpenDuckDb(config.data_dir / "calls.duckdb", config.store));
    prices.emplace(config.data_dir / "prices");
    if (extras.prepare_store) {
        SG_TRY(extras.prepare_store(*store, *prices->Get(), *fingerprinter));
    }
    live.emplace(clock);
    metrics_push = StartMetrics(config, *live);
    const AlarmParts watched{*database, notices->Courier(), *live, *store, clock, config.data_dir};
    SG_ASSIGN_OR_RETURN(alarms, Alarms::Open(watched, [this] { return CollectFigures(); }));
    SG_TRY(RestoreLive(*store, *live, clock.Now()));
    SG_ASSIGN_OR_RETURN(
        journal,
        journal::Journal::Open(config.data_dir / "journal", config.journal)
    );
    findings.emplace(config.data_dir / "findings.json");
    SG_ASSIGN_OR_RETURN(
        pipeline,
        pipeline::Pipeline::Start(
            *journal,
            *store,
            *live,
            prices->Get(),
            {.window_bytes_max = config.window_bytes_max,
             .limiter = limiter.get(),
             .threads = {.idle_gap = config.session_idle_gap},
             .thread_file = config.data_dir / "threads",
             .undo_directory = config.data_dir / "prices",
             .steps = config.refine_steps,
             .findings = &*findings}
        )
    );
    SG_ASSIGN_OR_RETURN(pipeline::CaptureSettings capture_settings, CaptureSettingsOf(config));
    capture.emplace(std::move(capture_settings));
    import_port = std::make_unique<capture::files::ImportPort>(*journal, *capture, *fingerprinter);
    feedback_port.emplace(*journal, *capture, *fingerprinter, clock);
    SG_TRY(pipeline::SetLimits(
        *store,
        *limiter,
        config.limits,
        pipeline::LimitsSet::kAtStart,
        access::Moment::Now(clock)
    ));
    pipeline::DeriveOptions derives;
    derives.queue_bytes_max = config.capture_queue_bytes;
    derives.scenarios = scenarios->Model();
    SG_ASSIGN_OR_RETURN(
        derive,
        pipeline::Derive::Start(*journal, *capture, secret, std::move(derives))
    );
    return {};
}

Status Server::Parts::StartControl() {
    people = std::make_unique<People>(
        PeopleParts{*database, notices->Courier(), *store, clock, *fingerprinter, keys->Table()}
    );
    serve::ControlDeps deps{
        .clock = clock,
        .store = *store,
        .live = *live,
        .logins = *logins,
        .audit = *audit,
        .keys = *keys,
        .limiter = *limiter,
        .capture = *capture,
        .figures = [this] { return CollectFigures(); },
        .reload = {},
        .import_calls = [this](std::string_view batch) { return import_port->Take(batch); },
        .take_feedback = [this](Feedback given) { return feedback_port->Take(std::move(given)); },
        .pseudonym = people->PseudonymOf(),
        .prices = &*prices,
        .pipeline = pipeline.get(),
        .findings = &*findings,
        .courier = &notices->Courier(),
        .monitoring = &alarms->Monitoring(),
        .people = &people->Records(),
        .follow_ups = &people->FollowUps(),
        .scenarios = scenarios.get(),
        .annotations = &people->Annotations(),
    };
    if (extras.read_settings) {
        deps.reload = [this](std::string_view actor) { return Reload(actor); };
    }
    SG_ASSIGN_OR_RETURN(
        control,
        serve::ControlServer::Start(ControlOptionsOf(config, extras.demo), deps)
    );
    if (extras.listening == Listening::kApiOnly) {
        SG_ASSIGN_OR_RETURN(const std::uint16_t port, control->Listen("127.0.0.1", 0));
        http_address = AddressText("127.0.0.1", port);
    }
    return {};
}

Status Server::Parts::StartOtlp() {
    capture::OtlpOptions options;
    SG_ASSIGN_OR_RETURN(options.http, OtlpListenerOf("otlp_http", config.otlp_http));
    SG_ASSIGN_OR_RETURN(options.grpc, OtlpListenerOf("otlp_grpc", config.otlp_grpc));
    options.adopted_need_key = !config.listen.IsLoopback();
    options.guard = config.gateway.guard;
    options.threads = config.otlp_threads;
    options.journal_ring_bytes = config.journal.ring_bytes;
    const capture::OtlpParts parts{
        .journal = *journal,
        .derive = *derive,
        .fingerprinter = *fingerprinter,
        .clock = clock,
        .keys = keys->Table(),
        .is_admin_token = [this](std::string_view token) { return logins->IsAdminToken(token); },
        .findings = &*findings,
    };
    SG_ASSIGN_OR_RETURN(otlp, capture::OtlpReceiver::Start(options, parts));
    if (const auto port = otlp->HttpPort()) {
        otlp_http_address = AddressText(config.otlp_http.address.host, *port);
    }
    if (const auto port = otlp->GrpcPort()) {
        otlp_grpc_address = AddressText(config.otlp_grpc.address.host, *port);
    }
    return {};
}

/// What is not the gateway's: OTLP goes to its receiver, everything else to the control server.
void Server::Parts::HandOver(capture::HandedOver socket) {
    if (capture::IsOtlpPath(TargetOf(socket.bytes_read))) {
        otlp->Adopt(
            {.fd = socket.fd,
             .bytes_read = std::move(socket.bytes_read),
             .client_ip = std::move(socket.client_ip)}
        );
        return;
    }
    // One answer a connection: what the client sends after it may be a call, which is the gateway's.
    control->Adopt(
        {.fd = socket.fd,
         .bytes_read = std::move(socket.bytes_read),
         .client_ip = std::move(socket.client_ip),
         .single_answer = true}
    );
}

Status Server::Parts::StartGateway() {
    auto hand_over = [this](capture::HandedOver socket) { HandOver(std::move(socket)); };
    capture::GatewayOptions options = config.gateway;
    options.access.keys = &keys->Table();
    options.access.limiter = limiter.get();
    SG_ASSIGN_OR_RETURN(
        gateway,
        capture::Gateway::Start(
            options,
            *journal,
            *derive,
            *fingerprinter,
            clock,
            std::move(hand_over)
        )
    );
    http_address = AddressText(config.listen.host, gateway->Port());
    control->SetListeners(
        {{"http", http_address}, {"otlp_http", otlp_http_address}, {"otlp_grpc", otlp_grpc_address}}
    );
    return {};
}

/// Tells the audit log, and in DIR/server.json the command line, that it runs.
Status Server::Parts::Announce() {
    codec::JsonWriter detail;
    detail.BeginObject().Key("version").String(kVersion).Key("listen").String(http_address);
    detail.Key("capture").String(pipeline::ToString(config.capture.policy));
    detail.Key("capture_rules").Int(static_cast<std::int64_t>(config.capture_rules.size()));
    WriteUpstreamNames(detail, config);
    detail.EndObject();
    SG_TRY(audit->Append({clock.Now(), "system", "server_start", "", detail.Take()}));
    codec::JsonWriter file;
    file.BeginObject().Key("pid").Int(::getpid()).Key("http").String(http_address);
    file.Key("version").String(kVersion);
    file.Key("started_at").String(FormatTime(clock.Now())).EndObject();
    return WriteFileAtomically(config.data_dir / "server.json", file.Take() + "\n", 0600);
}

serve::Figures Server::Parts::CollectFigures() const {
    const journal::Stats j = journal->GetStats();
    serve::Figures figures;
    figures.journal = {
        j.appended_records,
        j.appended_bytes,
        j.refused_records,
        j.segments,
        j.bytes_on_disk,
        j.unread_bytes,
        j.damaged_records};
    figures.pipeline = pipeline->GetStats();
    figures.derive = derive->GetStats();
    if (otlp != nullptr) {
        figures.otlp = OtlpFiguresOf(otlp->GetStats());
    }
    if (gateway != nullptr) {
        const capture::GatewayStats g = gateway->GetStats();
        figures.gateway =
            {g.in_flight, g.calls, g.unrecorded_calls, g.connections, g.refused_requests};
        figures.upstreams = UpstreamsOf(gateway->GetTargets());
    }
    return figures;
}

Status Server::Parts::Reload(std::string_view actor) {
    const MutexLock one_at_a_time(reloading);
    const auto refused = [](Error error) {
        Log(LogLevel::kError,
            "server",
            "the settings were not reloaded, the old ones hold: " + error.message);
        return error;
    };
    if (!extras.read_settings || gateway == nullptr) {
        return Error{ErrorCode::kUnavailable, "there are no settings to read again"};
    }
    auto settings = extras.read_settings();
    if (!settings.Ok()) {
        return refused(std::move(settings).error());
    }
    auto captured = CaptureSettingsOf(*settings);
    if (!captured.Ok()) {
        return refused(std::move(captured).error());
    }
    Status changed = pipeline::SetLimits(
        *store,
        *limiter,
        settings->limits,
        pipeline::LimitsSet::kWhileRunning,
        access::Moment::Now(clock)
    );
    if (changed.Ok()) {
        changed = notices->SetConfigured(settings->channels);
    }
    if (changed.Ok()) {
        changed = gateway->Reload(settings->gateway);
    }
    if (!changed.Ok()) {
        return refused(std::move(changed).error());
    }
    capture->Set(std::move(captured).value());
    Log(LogLevel::kInfo,
        "server",
        "upstreams, times, limits and what is captured were reloaded; other settings hold from "
        "the next start on");
    codec::JsonWriter detail;
    detail.BeginObject();
    detail.Key("capture").String(pipeline::ToString(settings->capture.policy));
    detail.Key("capture_rules").Int(static_cast<std::int64_t>(settings->capture_rules.size()));
    WriteUpstreamNames(detail, *settings);
    detail.EndObject();
    return audit->Append({clock.Now(), std::string(actor), "config_change", "", detail.Take()});
}

Status Server::Parts::Start() {
    SG_ASSIGN_OR_RETURN(lock, OpenDataDirectory(config.data_dir));
    SG_TRY(OpenState());
    SG_TRY(StartStorage());
    SG_TRY(StartControl());
    return extras.listening == Listening::kGateway ? StartListening() : Status();
}

Status Server::Parts::StartListening() {
    SG_TRY(StartOtlp());
    SG_TRY(StartGateway());
    const std::string address =
        config.public_url.empty() ? "http://" + http_address : config.public_url;
    alarms->Start(address);
    people->Start(address);
    return Announce();
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
    Stop();
}

Result<std::unique_ptr<Server>> Server::Start(const Config& config, const ServerExtras& extras) {
    auto parts = std::make_unique<Parts>(config);
    parts->extras = extras;
    std::unique_ptr<Server> server(new Server(std::move(parts)));
    SetLogLevel(config.log_level);
    SG_TRY(server->parts_->Start());
    return server;
}

Status Server::Reload(std::string_view actor) {
    return parts_->Reload(actor);
}

void Server::Stop() {
    Parts& p = *parts_;
    if (std::exchange(p.stopped, true)) {
        return;
    }
    if (p.control != nullptr) {
        p.control->SetDraining();
    }
    if (p.alarms != nullptr) {
        p.alarms->Stop();
    }
    if (p.people != nullptr) {
        p.people->Stop();
    }
    if (p.gateway != nullptr) {
        p.gateway->Stop();
        std::error_code ignored;
        std::filesystem::remove(p.config.data_dir / "server.json", ignored);
    }
    if (p.otlp != nullptr) {
        p.otlp->Stop();
    }
    if (p.derive != nullptr) {
        p.derive->Stop();
    }
    if (p.pipeline != nullptr) {
        p.pipeline->Stop();
    }
    if (p.notices != nullptr) {
        p.notices->Courier().Stop();
    }
    // Last, so that what was committed by the lines above could still be asked for.
    if (p.control != nullptr) {
        p.control->Stop();
    }
}

std::string Server::ReadyLine() const {
    codec::JsonWriter json;
    json.BeginObject().Key("event").String("ready").Key("http").String(parts_->http_address);
    json.Key("otlp_http").StringOrNull(parts_->otlp_http_address.value_or(""));
    json.Key("otlp_grpc").StringOrNull(parts_->otlp_grpc_address.value_or(""));
    return json.EndObject().Take();
}

const std::string& Server::HttpAddress() const noexcept {
    return parts_->http_address;
}

std::uint16_t Server::HttpPort() const noexcept {
    return parts_->gateway->Port();
}

capture::files::ImportPort& Server::Import() noexcept {
    return *parts_->import_port;
}

std::string Server::LoginLink() {
    return "http://" + parts_->http_address + "/ui/#code=" + parts_->logins->NewCode();
}

}  // namespace sightglass::app

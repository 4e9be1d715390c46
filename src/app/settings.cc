// The table of scalar settings, and how their texts are read.
#include <array>

#include "app/config.h"
#include "app/config_capture.h"
#include "app/setting_text.h"
#include "base/text.h"

namespace sightglass::app {
namespace {

constexpr std::string_view kAddress = "HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080";
constexpr std::string_view kPublicUrl =
    "http:// or https://, a host, and a path, as in https://sightglass.example.com";
constexpr std::string_view kAddressOrOff = "HOST:PORT, as in 127.0.0.1:4318, or off";
constexpr std::string_view kDuration = kDurationAllowed;
constexpr std::string_view kSize = "a size, as in 64KiB, 16MiB or 4GiB";
constexpr std::string_view kList = "names separated by commas";
constexpr std::string_view kSteps =
    "names of steps separated by commas: validate, clock, provider, model_name, complete_model, "
    "model_family, complete_outcome, price";

Status ReadAddress(std::string_view text, Address& out) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return NotAllowed();
    }
    std::string_view host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    const auto port = ParseInt(text.substr(colon + 1));
    if (!port || *port < 0 || *port > 65'535 || host.empty()) {
        return NotAllowed();
    }
    out = Address{std::string(host), static_cast<std::uint16_t>(*port)};
    return {};
}

/// Without a slash at its end.
Status ReadPublicUrl(std::string_view text, std::string& out) {
    const bool http = text.starts_with("http://") || text.starts_with("https://");
    const bool plain = text.find_first_of(" \t\"'<>\\?#@") == std::string_view::npos;
    while (text.ends_with('/')) {
        text.remove_suffix(1);
    }
    if (!http || !plain || text.size() <= std::string_view("https://").size()) {
        return NotAllowed();
    }
    out = std::string(text);
    return {};
}

Status ReadOptionalListener(std::string_view text, OptionalListener& out) {
    out.chosen = true;
    out.on = text != "off";
    return out.on ? ReadAddress(text, out.address) : Status();
}

Status ReadLogLevel(std::string_view text, LogLevel& out) {
    constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warn", "error"};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (text == kNames[i]) {
            out = static_cast<LogLevel>(i);
            return {};
        }
    }
    return NotAllowed();
}

constexpr auto kSettings = std::to_array<Setting>({
    {"data_dir",
     "a directory",
     "Where everything is kept; made where it does not exist.",
     [](Config& config, std::string_view text) -> Status {
         if (text.empty()) {
             return NotAllowed();
         }
         config.data_dir = Path(text);
         return {};
     }},
    {"listen",
     kAddress,
     "The listener for gateway, API and dashboard.",
     [](Config& config, std::string_view text) { return ReadAddress(text, config.listen); }},
    {"public_url",
     kPublicUrl,
     "Where people find the dashboard: what links in notices begin with. By default the address of "
     "`listen`.",
     [](Config& config, std::string_view text) { return ReadPublicUrl(text, config.public_url); }},
    {"otlp_http",
     kAddressOrOff,
     "The listener for OTLP over HTTP. A default port that is taken is passed over with a warning.",
     [](Config& config, std::string_view text) {
         return ReadOptionalListener(text, config.otlp_http);
     }},
    {"otlp_grpc",
     kAddressOrOff,
     "The listener for OTLP over gRPC. A default port that is taken is passed over with a warning.",
     [](Config& config, std::string_view text) {
         return ReadOptionalListener(text, config.otlp_grpc);
     }},
    {"otlp_threads",
     "1 to 64",
     "Threads that receive OTLP.",
     [](Config& config, std::string_view text) {
         return ReadCount(text, 1, 64, config.otlp_threads);
     }},
    {"log_level",
     "debug, info, warn or error",
     "Log lines below it are not written.",
     [](Config& config, std::string_view text) { return ReadLogLevel(text, config.log_level); }},
    {"workers",
     "0 to 256; 0 is one a processor",
     "Threads that carry traffic.",
     [](Config& config, std::string_view text) {
         return ReadCount(text, 0, 256, config.gateway.workers);
     }},
    {"hosts",
     kList,
     "Host names that this server answers to, beside loopback's.",
     [](Config& config, std::string_view text) {
         return ReadList(text, config.gateway.guard.hosts);
     }},
    {"allowed_origins",
     kList,
     "Foreign web origins whose pages may call the gateway.",
     [](Config& config, std::string_view text) {
         return ReadList(text, config.gateway.guard.origins);
     }},
    {"access.require_key",
     "true or false",
     "Every call needs a Sightglass key, also where no target has a key of its own.",
     [](Config& config, std::string_view text) -> Status {
         if (text != "true" && text != "false") {
             return NotAllowed();
         }
         config.gateway.access.require_key = text == "true";
         return {};
     }},
    {"ca_file",
     "a PEM file",
     "Certificates that upstreams are verified with, in place of the system's.",
     [](Config& config, std::string_view text) -> Status {
         config.gateway.ca_file = std::string(text);
         return {};
     }},
    {"capture.content",
     "none, redacted or full",
     "What is kept of what was said.",
     [](Config& config, std::string_view text) -> Status {
         SG_ASSIGN_OR_RETURN(config.capture.policy, pipeline::ParseCapturePolicy(text));
         return {};
     }},
    {"capture.max",
     kSize,
     "How much of an input, and of an output, is kept; what is over is cut off and marked.",
     [](Config& config, std::string_view text) {
         return ReadSize(text, config.capture.text_bytes_max);
     }},
    {"capture.sample",
     kSampleAllowed,
     "Of how many conversations content is kept.",
     [](Config& config, std::string_view text) { return ReadSample(text, config.capture.sample); }},
    {"capture.queue",
     kSize,
     "Memory for large exchanges, and those whose content is kept, that wait to be read.",
     [](Config& config, std::string_view text) {
         return ReadSize(text, config.capture_queue_bytes);
     }},
    {"retention.content",
     "0 to 36500; 0 is for ever",
     "For how many days what was said in a call is kept; the call stays.",
     [](Config& config, std::string_view text) {
         return ReadCount(text, 0, 36'500, config.store.content_days);
     }},
    {"sessions.idle_gap",
     kDuration,
     "Silence after which what goes on with a conversation that nobody named is another session.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.session_idle_gap);
     }},
    {"limits.header",
     kSize,
     "The largest request or answer head.",
     [](Config& config, std::string_view text) {
         return ReadSize(text, config.gateway.header_bytes_max);
     }},
    {"limits.recorded_body",
     kSize,
     "How much of a body is kept in memory for reading; forwarding has no bound.",
     [](Config& config, std::string_view text) {
         return ReadSize(text, config.gateway.recorded_body_bytes_max);
     }},
    {"limits.connections",
     "1 to 1000000",
     "Client connections a worker.",
     [](Config& config, std::string_view text) {
         return ReadCount<std::size_t>(text, 1, 1'000'000, config.gateway.connections_max);
     }},
    {"timeouts.connect",
     kDuration,
     "For a connection to an upstream, TLS included.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.gateway.connect_timeout);
     }},
    {"timeouts.first_byte",
     kDuration,
     "From the request's last byte to the answer's first.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.gateway.first_byte_timeout);
     }},
    {"timeouts.idle",
     kDuration,
     "Between two pieces of an answer, or of a request.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.gateway.idle_timeout);
     }},
    {"timeouts.keep_alive",
     kDuration,
     "A client connection without a request.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.gateway.keep_alive_timeout);
     }},
    {"timeouts.drain",
     kDuration,
     "What calls in flight get at SIGTERM.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.gateway.drain_timeout);
     }},
    {"metrics.litellm",
     "true or false",
     "Whether /metrics has the figures of calls under the names of LiteLLM's proxy as well.",
     [](Config& config, std::string_view text) { return ReadBool(text, config.metrics_litellm); }},
    {"metrics.dogstatsd",
     kAddressOrOff,
     "The DogStatsD agent that gets the figures of OpenAI's calls under Datadog's names.",
     [](Config& config, std::string_view text) {
         return ReadOptionalListener(text, config.metrics_dogstatsd);
     }},
    {"notify.allow_private",
     "true or false",
     "Whether channels may be at private addresses (10/8, 127/8 and so on).",
     [](Config& config, std::string_view text) {
         bool allowed = false;
         Status read = ReadBool(text, allowed);
         using notify::PrivateAddresses;
         config.notices.sender.private_addresses =
             allowed ? PrivateAddresses::kAllowed : PrivateAddresses::kRefused;
         return read;
     }},
    {"notify.ca_file",
     "a file of certificates",
     "Whom to trust when notices are sent, in place of the system's list.",
     [](Config& config, std::string_view text) {
         config.notices.sender.ca_file = text;
         return text.empty() ? Status(NotAllowed()) : Status();
     }},
    {"notify.timeout",
     kDuration,
     "For sending one notice.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.notices.sender.timeout);
     }},
    {"notify.retry_wait",
     kDuration,
     "Before the second try; it doubles with each.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.notices.retry_wait);
     }},
    {"notify.retry_wait_max",
     kDuration,
     "The longest wait between tries, unless the receiver asks for more.",
     [](Config& config, std::string_view text) {
         return ReadDuration(text, config.notices.retry_wait_max);
     }},
    {"notify.tries",
     "1 to 100000",
     "Tries before a notice is a dead letter.",
     [](Config& config, std::string_view text) {
         return ReadCount(text, 1, 100'000, config.notices.tries_max);
     }},
    {"journal.segment",
     kSize,
     "Size of one journal file.",
     [](Config& config, std::string_view text) {
         return ReadSize(text, config.journal.segment_bytes);
     }},
    {"journal.max",
     kSize,
     "All journal files together; beyond it calls pass unrecorded and are counted.",
     [](Config& config, std::string_view text) {
         return ReadSize(text, config.journal.total_bytes_max);
     }},
    {"refine.off",
     kSteps,
     "Cleaning steps that are left out; docs/data-quality.md has them all.",
     [](Config& config, std::string_view text) {
         auto steps = refine::StepSet::Without(text);
         config.refine_steps = steps.Ok() ? *steps : config.refine_steps;
         return steps.Ok() ? Status() : Status(std::move(steps).error());
     }},
    {"store.memory",
     kSize,
     "Memory for the embedded database.",
     [](Config& config, std::string_view text) {
         return ReadSize(text, config.store.memory_bytes_max);
     }},
    {"store.rollups",
     "true or false",
     "Whether calls are summed up by hour and day, and long questions answered from the sums.",
     [](Config& config, std::string_view text) { return ReadBool(text, config.store.rollups); }},
    {"store.threads",
     "1 to 256",
     "Threads of the embedded database.",
     [](Config& config, std::string_view text) {
         return ReadCount(text, 1, 256, config.store.threads);
     }},
});

}  // namespace

std::span<const Setting> Settings() noexcept {
    return kSettings;
}

Status ApplySetting(Config& config, std::string_view key, std::string_view value) {
    for (const Setting& setting : kSettings) {
        if (setting.key == key) {
            if (!setting.apply(config, value).Ok()) {
                return Error{
                    ErrorCode::kInvalidArgument,
                    std::string(key) + ": '" + EscapeForDisplay(value) +
                        "' is not allowed; allowed: " + std::string(setting.allowed)};
            }
            return {};
        }
    }
    std::string allowed;
    for (const Setting& setting : kSettings) {
        allowed += setting.key;
        allowed += ", ";
    }
    return Error{
        ErrorCode::kInvalidArgument,
        "unknown setting '" + EscapeForDisplay(key) + "'; allowed: " + allowed +
            "channels, limits, upstreams"};
}

}  // namespace sightglass::app

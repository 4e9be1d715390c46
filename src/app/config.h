// What an operator can set: from a YAML file, from SIGHTGLASS_… variables, from flags. Later ones
// win over earlier ones. docs/configuration.md lists every setting; `sightglass check-config` reads
// a file and says what is wrong with it.
//
// Thread-safety: plain value and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/limit_rule.h"
#include "base/files.h"
#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "capture/gateway/gateway.h"
#include "journal/journal.h"
#include "notify/courier.h"
#include "pipeline/capture_policy.h"
#include "redact/custom_patterns.h"
#include "refine/refine.h"
#include "store/duckdb/duckdb_store.h"

namespace sightglass::app {

/// Where calls go where nobody says it.
inline constexpr std::string_view kDefaultUpstream = "https://api.openai.com";

/// Host and port of a listener. Port 0 takes a free one.
struct Address {
    std::string host;
    std::uint16_t port = 0;

    /// Whether only this machine can reach it.
    bool IsLoopback() const;
};

/// A listener that can be switched off.
struct OptionalListener {
    Address address;
    bool on = true;
    bool chosen = false;  ///< By the operator: then a port that is taken is an error.
};

struct Config {
    Path data_dir = "sightglass-data";
    Address listen{"127.0.0.1", 8080};
    std::string public_url;  ///< Where people find the dashboard; empty: at `listen`.
    OptionalListener otlp_http{.address = {"127.0.0.1", 4318}};
    OptionalListener otlp_grpc{.address = {"127.0.0.1", 4317}};
    int otlp_threads = 1;
    LogLevel log_level = LogLevel::kInfo;
    pipeline::CaptureChoice capture;                   ///< Where no rule says otherwise.
    std::vector<pipeline::CaptureRule> capture_rules;  ///< The entries of the list capture.rules.
    std::vector<redact::CustomPattern> capture_patterns;  ///< Redacted beside what is known.
    std::size_t capture_queue_bytes =
        64U << 20;  ///< Exchanges waiting to be redacted; beyond it content is dropped.

    Duration session_idle_gap = std::chrono::minutes(30);  ///< pipeline::ThreadOptions.

    capture::GatewayOptions gateway;            ///< host and port come from `listen`.
    std::vector<access::LimitRule> limits;      ///< The entries of the list `limits`.
    std::vector<notify::ChannelWish> channels;  ///< The entries of the list `channels`.
    notify::CourierOptions notices;
    bool metrics_litellm = false;  ///< /metrics has the figures under LiteLLM's names as well.
    OptionalListener metrics_dogstatsd{
        .address = {"127.0.0.1", 8125},
        .on = false};  ///< The agent.
    journal::Options journal;
    store::DuckDbOptions store;
    std::size_t window_bytes_max = std::size_t{64} << 20;  ///< pipeline::PipelineOptions.
    refine::StepSet refine_steps;
};

/// One setting that has a scalar value.
struct Setting {
    std::string_view key;      ///< "timeouts.connect"; its variable is SIGHTGLASS_TIMEOUTS_CONNECT.
    std::string_view allowed;  ///< "a duration such as 10s"
    std::string_view what;     ///< One sentence for the manual.
    Status (*apply)(Config& config, std::string_view text);
};

/// Every scalar setting. `upstreams` is the one mapping beside them.
std::span<const Setting> Settings() noexcept;

/// Sets one by its key. kInvalidArgument names the key, the value and what is allowed.
Status ApplySetting(Config& config, std::string_view key, std::string_view value);

/// "name=https://host" replaces the upstream of that name, or adds one; the first added is the
/// default.
Status ApplyUpstream(Config& config, std::string_view name_and_url);

/// Reads a YAML file into `config`. Errors say "FILE:LINE: …".
Status ApplyFile(Config& config, const Path& file);

/// Reads SIGHTGLASS_… out of `environment` ("NAME=value" texts). A name that is no setting is
/// warned of.
Status ApplyEnvironment(Config& config, const char* const* environment);

/// What no single setting shows: listeners beyond loopback, an empty list of upstreams. Fills the
/// default upstream in.
Status CheckConfig(Config& config);

}  // namespace sightglass::app

// The Call: one request of a client to use a model, from whatever source. The one thing that flows
// through Sightglass. This is the header to read first: every room produces, changes, keeps or
// shows Calls.
//
// Unknown is never zero: numbers and vocabulary values are optional, and an empty string is an
// unknown text. Times are UTC; durations are µs; money is integer nano-dollars.
//
// Field names, types, roles and units stand once, in call/fields.h, which every encoder, engine and
// view walks over.
//
// Thread-safety: plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "base/uuid.h"
#include "call/enums.h"

namespace sightglass {

using OptionalInt = std::optional<std::int64_t>;
using OptionalTime = std::optional<Time>;
using OptionalMoney = std::optional<Money>;

/// One try at one target. A Call has one or more, in order.
struct Attempt {
    std::string target;            ///< Base URL or the target's name.
    std::int64_t http_status = 0;  ///< 0 where no status line came.
    std::string why;  ///< It was tried again, or elsewhere; empty for the first choice.
    std::int64_t duration_us = 0;

    friend bool operator==(const Attempt&, const Attempt&) = default;
};

/// `x-sightglass-tag-<name>` and its like: names are lower case, at most 16 of them.
using Tags = std::vector<std::pair<std::string, std::string>>;

struct Call {
    // Identity.
    Uuid call_id;
    std::optional<Source> source;
    std::string provider_response_id;  ///< chatcmpl-…, resp_…, msg_…
    std::string provider_request_id;   ///< x-request-id
    std::string trace_id;
    std::string span_id;
    std::string parent_span_id;

    // Time.
    OptionalTime started_at;
    OptionalTime first_token_at;
    OptionalTime ended_at;
    OptionalInt latency_us;   ///< ended_at - started_at.
    OptionalInt ttft_us;      ///< first_token_at - started_at.
    OptionalInt tpot_us;      ///< Per output token after the first.
    OptionalInt provider_us;  ///< What the provider says it took (openai-processing-ms).
    OptionalInt gateway_us;  ///< What we added: request read to sent on, plus last answer byte read
                             ///< to handed over.

    // Who.
    std::string provider;  ///< "openai", "anthropic", …
    std::string upstream;  ///< The configured upstream's name.
    std::string organization;
    std::string project;
    std::string team;
    std::string service;
    std::string environment;
    std::string api_key;        ///< Fingerprint: 32 hexadecimal characters.
    std::string api_key_label;  ///< "sk-proj-…abcd", or the name an operator gave it.
    std::string
        upstream_key;  ///< "sk-proj-…abcd#1f3a": the target's own key, where the caller's did not go up.
    std::string user;
    std::string session_id;
    OptionalInt turn;
    std::string client_ip;
    std::string user_agent;
    std::string sdk;  ///< "openai-js 7.57.0"

    // What.
    std::optional<Operation> operation;
    std::string method;    ///< HTTP method.
    std::string endpoint;  ///< Path without query and prefix: "/v1/chat/completions".
    std::string model_requested;
    std::string model;         ///< The model that answered.
    std::string model_family;  ///< Its name without date, version and region.
    std::optional<bool> stream;
    std::string service_tier;
    std::string params;  ///< JSON object: temperature, max_tokens, tools (a count), …
    Tags tags;

    // Outcome.
    std::optional<CallStatus> status;
    OptionalInt http_status;
    std::optional<ErrorType> error_type;
    std::string error_code;
    std::string error_message;
    std::string finish_reason;
    std::vector<Attempt> attempts;
    std::string retry_of;  ///< call_id of the call that the client repeats with this one.
    std::optional<bool> cache_hit;
    std::string shadow_limits;  ///< Limits in shadow mode that would have refused it, each as
                                ///< "name/requests_per_minute", comma-separated.

    // Tokens: disjoint, except that reasoning and the audio and image counts say how much of input
    // or output they are.
    OptionalInt
        fresh_input_tokens;  ///< Input that was neither read from nor written to a prompt cache.
    OptionalInt cached_input_tokens;  ///< Read from a prompt cache.
    OptionalInt cache_write_5m_tokens;
    OptionalInt cache_write_30m_tokens;
    OptionalInt cache_write_1h_tokens;
    OptionalInt cache_write_12h_tokens;
    OptionalInt output_tokens;     ///< All output, reasoning included.
    OptionalInt reasoning_tokens;  ///< Of output_tokens.
    OptionalInt audio_input_tokens;
    OptionalInt audio_output_tokens;
    OptionalInt image_input_tokens;
    OptionalInt image_output_tokens;
    std::optional<TokenSource> token_source;
    std::string usage;  ///< The provider's usage object, as it came (JSON).

    // Money.
    OptionalMoney cost;
    OptionalMoney input_cost;
    OptionalMoney cached_cost;
    OptionalMoney cache_write_cost;
    OptionalMoney output_cost;
    OptionalMoney other_cost;
    std::string price_id;
    std::optional<CostSource> cost_source;

    // Limits, from the answer's headers.
    OptionalInt limit_requests;
    OptionalInt remaining_requests;
    OptionalInt reset_requests_us;
    OptionalInt limit_tokens;
    OptionalInt remaining_tokens;
    OptionalInt reset_tokens_us;

    // Size and allow-listed headers ("name: value" lines, LF between them).
    OptionalInt request_bytes;
    OptionalInt response_bytes;
    std::string request_headers;
    std::string response_headers;

    // Insight.
    std::string scenario;
    std::optional<double> scenario_confidence;
    std::string language;

    // Cleaning: names of the refine steps that changed this Call, comma-separated, in order.
    std::string repairs;

    // Joining: the records of several sources that this Call was made of, as JSON: who gave what
    // (refine/members.h). Empty where one source alone knows of it.
    std::string joined;
    OptionalInt records;  ///< How many those are.

    friend bool operator==(const Call&, const Call&) = default;

    /// Back to a Call that knows nothing, keeping the capacity of its strings.
    void Clear();

    /// Input tokens of every kind; unknown where no part is known. OpenTelemetry's
    /// gen_ai.usage.input_tokens.
    OptionalInt InputTokens() const noexcept;
};

/// What was said, where the capture policy keeps it. Joins its Call by id.
struct Content {
    Uuid call_id;
    std::string input;   ///< Request body, or the part of it that the policy keeps: JSON or text.
    std::string output;  ///< Answer: assembled text or JSON.
    bool redacted = false;
    bool truncated = false;

    friend bool operator==(const Content&, const Content&) = default;
};

}  // namespace sightglass

// What attributes of spans mean, whatever an instrumentation calls them. One table a dialect says
// which of its keys stands for which concept (tables/): data, not code. Adding a dialect is adding
// a table.
//
// Where a span has several keys of one concept, the first in the order of Dialects() and of its
// table counts.
//
// Thread-safety: constants.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "call/enums.h"

namespace sightglass::dialect::traces {

enum class Concept : std::uint8_t {
    kNone,
    kKind,  ///< A word of KindWord.

    // Who and what.
    kProvider,
    kServerAddress,
    kRequestedModel,
    kModel,
    kResponseId,
    kRequestId,
    kFinishReason,  ///< A text, or a list of which the first counts.
    kStream,
    kServiceTier,
    kApiType,  ///< "responses" makes a chat a response.
    kUser,
    kSession,
    kProject,
    kService,
    kEnvironment,
    kEndpoint,
    kUserAgent,

    // Tokens. Input is all of it, caches included, unless the numbers themselves say otherwise.
    kInputTokens,
    kOutputTokens,
    kTotalTokens,
    kFreshTokens,  ///< Input outside of caches.
    kCachedTokens,
    kCacheWriteTokens,  ///< Of every lifetime.
    kCacheWrite5mTokens,
    kCacheWrite1hTokens,
    kReasoningTokens,
    kAudioInputTokens,
    kAudioOutputTokens,
    kImageInputTokens,
    kImageOutputTokens,
    kUsageMap,  ///< A JSON object of exclusive buckets.

    kCost,     ///< Dollars.
    kCostMap,  ///< A JSON object of dollars, with "total".

    // The first token: when, from the start of the span.
    kFirstTokenSeconds,
    kFirstTokenMs,
    kFirstTokenTime,  ///< RFC 3339.

    // Failure.
    kErrorType,
    kErrorMessage,
    kHttpStatus,
    kLevel,  ///< "ERROR"

    // Params, tags: kept by name. Of a key that ends in ".*" the name is what stands for the star.
    kParam,
    kParamMap,  ///< A JSON object.
    kTag,
    kTagMap,    ///< A JSON object.
    kTagNames,  ///< A list of texts, each a tag of its own.

    // Around calls.
    kAgentName,
    kToolName,
    kWorkflowName,

    // What was said: a text, JSON in a text, or a structure.
    kSystem,
    kTools,
    kInput,
    kOutput,
    kInputPart,   ///< ".*": one leaf of a list of messages.
    kOutputPart,  ///< The same.

    kCount_
};

/// What a span is.
enum class SpanRole : std::uint8_t {
    kNone,  ///< No work of language models.
    kCall,
    kAgent,
    kChain,
    kTool,
    kRetriever,
    kGuardrail,
    kEvaluator,
    kCount_
};

/// "agent", "chain", …
std::string_view ToString(SpanRole role) noexcept;

struct AttributeRow {
    std::string_view key;  ///< Ends in ".*" where it stands for all keys that begin so.
    Concept meaning = Concept::kNone;
    std::string_view name = {};  ///< Of a param or tag; the key's where empty.
};

/// A value of a kKind attribute.
struct KindWord {
    std::string_view word;
    SpanRole role = SpanRole::kNone;
    std::optional<Operation> operation = std::nullopt;  ///< Of a call.
    std::optional<bool> stream = std::nullopt;          ///< Where the word says it.
};

/// An event (of a span, or a log record) that carries a message.
struct EventRow {
    std::string_view name;
    Concept section = Concept::kInput;  ///< kInput, kOutput; kFirstTokenTime: it has no message,
                                        ///< and says when the first token came.
    std::string_view role = {};         ///< What the message's role is, where it does not say it.
};

struct TraceDialect {
    std::string_view name;
    std::span<const AttributeRow> attributes;
    std::span<const KindWord> kinds;
    std::span<const EventRow> events = {};
};

/// All of them. Views live as long as the program.
std::span<const TraceDialect> Dialects() noexcept;

// Each in tables/<name>.cc.
TraceDialect VercelDialect() noexcept;
TraceDialect OpenTelemetryDialect() noexcept;
TraceDialect OpenInferenceDialect() noexcept;
TraceDialect TraceloopDialect() noexcept;
TraceDialect LangfuseDialect() noexcept;
TraceDialect OpenLitDialect() noexcept;

}  // namespace sightglass::dialect::traces

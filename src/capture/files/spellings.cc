// What files say in other words than a Call's fields do: one small function a spelling, one table.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "base/text.h"
#include "capture/files/cell_value.h"
#include "capture/files/targets.h"
#include "dialect/anthropic/usage.h"
#include "dialect/dialect.h"
#include "dialect/dialect_of_path.h"
#include "dialect/failure.h"
#include "dialect/known_providers.h"
#include "dialect/openai/usage.h"

namespace sightglass::capture::files {
namespace {

constexpr std::string_view kNoNumber = "is no number";
constexpr std::string_view kNegative = "is negative";
constexpr int kMicroDigits = 6;
constexpr int kMilliDigits = 3;

/// A duration in units of 10^-digits µs. Some exports write -1 for what they do not know.
template <OptionalInt Call::*kMember, int kDigits>
std::string_view SetDuration(const Cell& cell, CallDraft& draft) {
    const auto us = ScaledDecimal(cell.text, kDigits);
    if (!us) {
        return kNoNumber;
    }
    if (*us >= 0) {
        draft.call.*kMember = us;
    }
    return {};
}

/// Of an upstream that was asked several times ("0.1, 0.2") the last; unknown where it is no number.
template <int kDigits>
std::string_view SetProviderTime(const Cell& cell, CallDraft& draft) {
    const std::size_t before = cell.text.find_last_of(" ,:");
    const std::string_view last =
        cell.text.substr(before == std::string_view::npos ? 0 : before + 1);
    const auto us = ScaledDecimal(last, kDigits);
    if (us && *us >= 0) {
        draft.call.provider_us = us;
    }
    return {};
}

template <OptionalMoney Call::*kMember>
std::string_view SetUsd(const Cell& cell, CallDraft& draft) {
    const auto money = UsdOf(cell);
    if (!money) {
        return "is no amount of dollars";
    }
    if (money->nano_usd() < 0) {
        return kNegative;
    }
    draft.call.*kMember = money;
    return {};
}

/// A count that is no field of the Call.
template <OptionalInt CallDraft::*kMember>
std::string_view SetCount(const Cell& cell, CallDraft& draft) {
    const auto count = IntOf(cell);
    if (!count) {
        return "is no whole number";
    }
    if (*count < 0) {
        return kNegative;
    }
    draft.*kMember = count;
    return {};
}

template <OptionalTime CallDraft::*kMember>
std::string_view SetTime(const Cell& cell, CallDraft& draft) {
    draft.*kMember = TimeOf(cell);
    return draft.*kMember ? "" : "is no time";
}

/// Milliseconds from where the file's numbers are counted.
std::string_view SetStartedMs(const Cell& cell, CallDraft& draft) {
    const auto us = ScaledDecimal(cell.text, kMilliDigits);
    if (!us || *us < 0 || !draft.rules->time_base) {
        return "is no number of milliseconds";
    }
    draft.call.started_at = *draft.rules->time_base + Duration(*us);
    return {};
}

struct StatusWord {
    std::string_view word;
    CallStatus status;
};

constexpr auto kStatusWords = std::to_array<StatusWord>({
    {"ok", CallStatus::kOk},
    {"success", CallStatus::kOk},
    {"succeeded", CallStatus::kOk},
    {"successful", CallStatus::kOk},
    {"completed", CallStatus::kOk},
    {"complete", CallStatus::kOk},
    {"finished", CallStatus::kOk},
    {"finished_successfully", CallStatus::kOk},
    {"default", CallStatus::kOk},
    {"debug", CallStatus::kOk},
    {"warning", CallStatus::kOk},
    {"error", CallStatus::kError},
    {"failure", CallStatus::kError},
    {"failed", CallStatus::kError},
    {"fail", CallStatus::kError},
    {"finished_partial_completion", CallStatus::kInterrupted},
    {"in_progress", CallStatus::kInterrupted},
    {"interrupted", CallStatus::kInterrupted},
    {"cancelled", CallStatus::kCancelled},
    {"canceled", CallStatus::kCancelled},
    {"aborted", CallStatus::kCancelled},
    {"blocked", CallStatus::kBlocked},
    {"denied", CallStatus::kBlocked},
});

/// An HTTP status, or a word for how it went. A word that nobody knows stays unsaid.
std::string_view SetStatus(const Cell& cell, CallDraft& draft) {
    constexpr std::int64_t kHttpStatusMin = 100;
    if (const auto number = IntOf(cell)) {
        if (*number >= kHttpStatusMin) {
            draft.call.http_status = number;
        } else {
            draft.call.status = CallStatus::kError;
        }
        return {};
    }
    for (const StatusWord& known : kStatusWords) {
        if (EqualsIgnoreCase(cell.text, known.word)) {
            draft.call.status = known.status;
        }
    }
    return {};
}

std::string_view SetSuccess(const Cell& cell, CallDraft& draft) {
    const auto good = BoolOf(cell);
    if (!good) {
        return "is neither true nor false";
    }
    draft.call.status = *good ? CallStatus::kOk : CallStatus::kError;
    return {};
}

std::string_view SetError(const Cell& cell, CallDraft& draft) {
    draft.call.error_message = cell.kind == CellKind::kJson ? cell.json.Text() : cell.text;
    const bool empty = draft.call.error_message.empty() || draft.call.error_message == "{}" ||
                       draft.call.error_message == "[]";
    if (empty) {
        draft.call.error_message.clear();
    } else if (!draft.call.status || draft.call.status == CallStatus::kOk) {
        draft.call.status = CallStatus::kError;
    }
    return {};
}

/// "True", "False" and "" of caches; "hit" and "miss".
std::string_view SetCacheHit(const Cell& cell, CallDraft& draft) {
    draft.call.cache_hit = BoolOf(cell);
    if (!draft.call.cache_hit && EqualsIgnoreCase(cell.text, "hit")) {
        draft.call.cache_hit = true;
    }
    return {};
}

/// Keys are never kept: what stands for them is.
std::string_view SetApiKey(const Cell& cell, CallDraft& draft) {
    const std::string_view text = Trim(cell.text);
    constexpr std::size_t kFingerprintCharacters = 32;
    const bool fingerprint =
        text.size() == kFingerprintCharacters && std::all_of(text.begin(), text.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        });
    if (fingerprint) {
        draft.call.api_key = text;
    } else if (draft.rules->fingerprinter != nullptr && !text.empty()) {
        draft.call.api_key = draft.rules->fingerprinter->Of(text).fingerprint;
    }
    return {};
}

struct OperationWord {
    std::string_view word;
    Operation operation;
};

/// Names that gateways and tracing libraries have; a word is compared without "a" for asynchronous.
constexpr auto kOperationWords = std::to_array<OperationWord>({
    {"chat.completions", Operation::kChat},
    {"chat_completion", Operation::kChat},
    {"chat completion", Operation::kChat},
    {"generation", Operation::kChat},
    {"conversation log", Operation::kChat},
    {"messages", Operation::kChat},
    {"text_completion", Operation::kCompletion},
    {"responses", Operation::kResponse},
    {"embeddings", Operation::kEmbedding},
    {"image_generation", Operation::kImage},
    {"images", Operation::kImage},
    {"tts", Operation::kSpeech},
    {"stt", Operation::kTranscription},
    {"moderations", Operation::kModeration},
    {"batches", Operation::kBatch},
});

std::string_view SetOperation(const Cell& cell, CallDraft& draft) {
    if (const auto known = ParseEnum<Operation>(cell.text)) {
        draft.call.operation = known;
        return {};
    }
    for (const OperationWord& known : kOperationWords) {
        if (EqualsIgnoreCase(cell.text, known.word)) {
            draft.call.operation = known.operation;
        }
    }
    return {};
}

/// LiteLLM names its own functions: there, "completion" is a chat.
std::string_view SetCallType(const Cell& cell, CallDraft& draft) {
    std::string_view text = cell.text;
    if (text.size() > 1 && text.front() == 'a' && text != "audio_speech") {
        text.remove_prefix(1);  // acompletion, aembedding: the same, asynchronous.
    }
    constexpr auto kCallTypes = std::to_array<OperationWord>({
        {"completion", Operation::kChat},
        {"text_completion", Operation::kCompletion},
        {"embedding", Operation::kEmbedding},
        {"responses", Operation::kResponse},
        {"image_generation", Operation::kImage},
        {"image_edit", Operation::kImage},
        {"speech", Operation::kSpeech},
        {"transcription", Operation::kTranscription},
        {"moderation", Operation::kModeration},
        {"rerank", Operation::kRerank},
        {"realtime", Operation::kRealtime},
        {"nthropic_messages", Operation::kChat},
        {"anthropic_messages", Operation::kChat},
        {"generate_content", Operation::kChat},
    });
    draft.call.operation = Operation::kOther;
    for (const OperationWord& known : kCallTypes) {
        if (text == known.word) {
            draft.call.operation = known.operation;
        }
    }
    return {};
}

/// Langfuse: which observations are calls to a model.
std::string_view SetObservationType(const Cell& cell, CallDraft& draft) {
    if (EqualsIgnoreCase(cell.text, "GENERATION")) {
        draft.call.operation = Operation::kChat;
    } else if (EqualsIgnoreCase(cell.text, "EMBEDDING")) {
        draft.call.operation = Operation::kEmbedding;
    } else {
        draft.passed_over = true;
    }
    return {};
}

/// By the name that it has here, where it is known.
std::string_view SetProvider(const Cell& cell, CallDraft& draft) {
    const dialect::KnownProvider* const known = dialect::FindProviderByName(cell.text);
    draft.call.provider = known != nullptr ? known->name : cell.text;
    std::transform(
        draft.call.provider.begin(),
        draft.call.provider.end(),
        draft.call.provider.begin(),
        ToLower
    );
    return {};
}

/// A base URL or a host: who is behind it.
std::string_view SetHost(const Cell& cell, CallDraft& draft) {
    std::string_view host = cell.text;
    if (const std::size_t scheme = host.find("://"); scheme != std::string_view::npos) {
        host.remove_prefix(scheme + 3);
    }
    host = host.substr(0, host.find_first_of("/:?"));
    std::string lower(host);
    std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
    const dialect::KnownProvider* const known = dialect::FindProviderByHost(lower);
    if (known != nullptr && draft.call.provider.empty()) {
        draft.call.provider = known->name;
    }
    return {};
}

/// A path of a request: endpoint, operation, provider. What its method is must be known before.
std::string_view SetPath(const Cell& cell, CallDraft& draft) {
    Call& call = draft.call;
    std::string_view path = cell.text;
    if (const std::size_t scheme = path.find("://"); scheme != std::string_view::npos) {
        SetHost(cell, draft);
        path.remove_prefix(std::min(path.find('/', scheme + 3), path.size()));
    }
    if (call.method.empty()) {
        call.method = "POST";
    }
    const dialect::Dialect& dialect = dialect::DialectOf(path, *dialect::FindDialect("openai"));
    dialect.ReadRequestLine(call.method, path, call);
    if (call.provider.empty()) {
        call.provider = dialect::ProviderOfDialect(dialect.Name());
    }
    return {};
}

/// "POST /v1/chat/completions HTTP/1.1"
std::string_view SetRequestLine(const Cell& cell, CallDraft& draft) {
    const std::vector<std::string_view> parts = Split(cell.text, ' ');
    if (parts.size() < 2) {
        draft.passed_over = true;  // What was sent was no request.
        return {};
    }
    draft.call.method = parts[0];
    return SetPath({CellKind::kText, parts[1], {}}, draft);
}

/// A usage object as a provider gives it, as JSON or as text that is JSON.
std::string_view SetUsage(const Cell& cell, CallDraft& draft) {
    codec::JsonParser parser;
    codec::JsonValue usage = cell.json;
    if (cell.kind == CellKind::kText) {
        const auto parsed = parser.Parse(cell.text);
        usage = parsed.Ok() ? *parsed : codec::JsonValue();
    }
    if (!usage.IsObject() || usage.Size() == 0) {
        return {};
    }
    if (usage.Get("cache_read_input_tokens").Exists() && !usage.Get("prompt_tokens").Exists()) {
        dialect::anthropic::ReadUsage(usage, draft.call);
    } else {
        dialect::openai::ReadUsage(usage, {}, draft.call);
    }
    return {};
}

/// Output in the file's terms that leaves reasoning out: it is added.
std::string_view AddReasoning(const Cell& cell, CallDraft& draft) {
    const auto count = IntOf(cell);
    if (!count) {
        return "is no whole number";
    }
    draft.call.reasoning_tokens = count;
    draft.call.output_tokens = draft.call.output_tokens.value_or(0) + *count;
    return {};
}

constexpr auto kSpellings = std::to_array<Spelling>({
    {"input_tokens", SetCount<&CallDraft::input_tokens>},
    {"total_tokens", SetCount<&CallDraft::total_tokens>},
    {"reasoning_tokens_apart", AddReasoning},
    {"usage", SetUsage},
    {"cost_usd", SetUsd<&Call::cost>},
    {"input_cost_usd", SetUsd<&Call::input_cost>},
    {"cached_cost_usd", SetUsd<&Call::cached_cost>},
    {"output_cost_usd", SetUsd<&Call::output_cost>},
    {"latency_ms", SetDuration<&Call::latency_us, kMilliDigits>},
    {"latency_s", SetDuration<&Call::latency_us, kMicroDigits>},
    {"ttft_ms", SetDuration<&Call::ttft_us, kMilliDigits>},
    {"ttft_s", SetDuration<&Call::ttft_us, kMicroDigits>},
    {"provider_ms", SetProviderTime<kMilliDigits>},
    {"provider_s", SetProviderTime<kMicroDigits>},
    {"started_ms", SetStartedMs},
    {"logged_at", SetTime<&CallDraft::logged_at>},
    {"bucket_end", SetTime<&CallDraft::bucket_end>},
    {"requests", SetCount<&CallDraft::requests>},
    {"status", SetStatus},
    {"success", SetSuccess},
    {"error", SetError},
    {"cache_hit", SetCacheHit},
    {"api_key", SetApiKey},
    {"operation", SetOperation},
    {"call_type", SetCallType},
    {"observation_type", SetObservationType},
    {"provider", SetProvider},
    {"host", SetHost},
    {"path", SetPath},
    {"request_line", SetRequestLine},
});

}  // namespace

std::span<const Spelling> Spellings() noexcept {
    return kSpellings;
}

}  // namespace sightglass::capture::files

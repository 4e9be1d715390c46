#include "dialect/traces/span_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "dialect/call_fields.h"
#include "dialect/known_providers.h"
#include "dialect/traces/provider_names.h"
#include "dialect/traces/span_errors.h"
#include "dialect/traces/span_tokens.h"

namespace sightglass::dialect::traces {
namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;
constexpr std::uint64_t kNsPerUs = 1'000;
constexpr std::uint64_t kEarliestNs = 946'684'800'000'000'000;   // 2000-01-01
constexpr std::uint64_t kLatestNs = 7'258'118'400'000'000'000;   // 2200-01-01
constexpr std::uint64_t kLongestNs = 7 * 86'400'000'000'000ULL;  // Nothing lasts longer.
constexpr Duration kClockAhead = std::chrono::minutes(5);        // A clock may be, and no more.
constexpr Duration kLate = std::chrono::hours(1);       // Exporters that work need seconds.
constexpr Duration kHistory = std::chrono::hours(168);  // Somebody sends old traces.

/// MurmurHash3's finaliser: every bit of the input changes about half of the output.
std::uint64_t Mix(std::uint64_t word) noexcept {
    word = (word ^ (word >> 33U)) * 0xff51afd7ed558ccdU;
    word = (word ^ (word >> 33U)) * 0xc4ceb9fe1a85ec53U;
    return word ^ (word >> 33U);
}

std::uint64_t HashOf(const SpanPlace& place, std::uint64_t seed) noexcept {
    std::array<std::uint64_t, 3> words{};
    std::memcpy(words.data(), place.trace_id.data(), sizeof place.trace_id);
    std::memcpy(&words[2], place.span_id.data(), sizeof place.span_id);
    for (const std::uint64_t word : words) {
        seed = Mix(seed ^ word) + 0x9e3779b97f4a7c15U;
    }
    return Mix(seed);
}

Time TimeOf(std::uint64_t unix_ns) noexcept {
    return TimeFromMicros(static_cast<std::int64_t>(unix_ns / kNsPerUs));
}

template <std::size_t kSize>
void AssignHex(const std::array<std::uint8_t, kSize>& id, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.resize(2 * kSize);
    for (std::size_t i = 0; i < kSize; ++i) {
        out[2 * i] = kDigits[id[i] >> 4U];
        out[2 * i + 1] = kDigits[id[i] & 15U];
    }
}

void AddRepair(Call& call) {
    call.repairs = kRepairedTime;
}

/// What cannot have been yet ended when it came, and lasted as long as it says.
void CheckAgainstReceipt(Time received_at, Call& call) {
    const Time end = call.ended_at.value_or(*call.started_at);
    const Time latest = std::max(end, *call.started_at);
    if (latest > received_at + kClockAhead) {
        call.started_at = received_at - std::max(end - *call.started_at, Duration(0));
        call.ended_at = call.ended_at ? OptionalTime(received_at) : std::nullopt;
        AddRepair(call);
    } else if (latest < received_at - kLate && latest > received_at - kHistory && call.repairs.empty()) {
        call.repairs = kLateSpan;
    }
}

/// The text, or the first text of a list.
std::string_view FirstText(const AttributeValue* value) {
    std::string_view first;
    if (value != nullptr) {
        first = value->Text();
        value->ForEachElement([&first](const AttributeValue& element) {
            first = element.Text();
            return false;
        });
    }
    return first;
}

/// OpenInference has one name for the model asked for and, once that is known, the one that answered:
/// the request's own parameters tell them apart.
void TakeRequestedModel(std::string_view requested, Call& call) {
    if (requested.empty()) {
        return;
    }
    AssignUnlessSet(call.model, call.model_requested);
    Assign(call.model_requested, requested);
}

}  // namespace

bool IsPlausibleTime(std::uint64_t unix_ns) noexcept {
    return unix_ns >= kEarliestNs && unix_ns < kLatestNs;
}

Uuid CallIdOf(const SpanPlace& place, std::uint64_t start_ns) noexcept {
    const std::uint64_t ms = IsPlausibleTime(start_ns) ? start_ns / kNsPerMs : 0;
    const std::uint64_t high = HashOf(place, 0x5167687467726173U);
    const std::uint64_t low = HashOf(place, 0x6c61737373706e73U);
    Uuid id;
    for (std::size_t i = 0; i < 6; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
    }
    id.bytes[6] = static_cast<std::uint8_t>(0x70U | ((high >> 8U) & 0x0fU));
    id.bytes[7] = static_cast<std::uint8_t>(high);
    std::memcpy(&id.bytes[8], &low, sizeof low);
    id.bytes[8] = static_cast<std::uint8_t>(0x80U | (id.bytes[8] & 0x3fU));
    return id;
}

void SpanReader::BeginResource(std::span<const Attribute> attributes) {
    fields_.Read(attributes);
    resource_ = {};
    Assign(resource_.service, fields_.Text(Concept::kService));
    Assign(resource_.environment, fields_.Text(Concept::kEnvironment));
    Assign(resource_.project, fields_.Text(Concept::kProject));
    Assign(resource_.user, fields_.Text(Concept::kUser));
    Assign(resource_.session, fields_.Text(Concept::kSession));
    sdk_.clear();
}

void SpanReader::BeginScope(const ScopeView& scope) {
    sdk_.clear();
    Assign(sdk_, scope.name);
    if (!scope.version.empty() && !sdk_.empty()) {
        sdk_ += ' ';
        sdk_ += Shortened(scope.version, kTagNameBytesMax);
        MakeValidUtf8(sdk_);
    }
}

std::string_view SpanReader::NamedThing() const noexcept {
    for (const Concept name : {Concept::kToolName, Concept::kAgentName, Concept::kWorkflowName}) {
        if (const std::string_view text = fields_.Text(name); !text.empty()) {
            return text;
        }
    }
    return {};
}

/// A span that does not say what it is, is a call where it has what only calls have.
SpanRole SpanReader::RoleOf() const noexcept {
    if (fields_.Kind() != nullptr) {
        return fields_.Kind()->role;
    }
    const bool counts = fields_.Find(Concept::kInputTokens) != nullptr ||
                        fields_.Find(Concept::kOutputTokens) != nullptr;
    const bool asks = fields_.Find(Concept::kRequestedModel) != nullptr &&
                      fields_.Find(Concept::kProvider) != nullptr;
    if (counts || (asks && !fields_.NamesAKind())) {
        return SpanRole::kCall;
    }
    if (fields_.Find(Concept::kToolName) != nullptr) {
        return SpanRole::kTool;
    }
    if (fields_.Find(Concept::kAgentName) != nullptr) {
        return SpanRole::kAgent;
    }
    const bool known = fields_.NamesAKind() || fields_.Find(Concept::kWorkflowName) != nullptr;
    return known ? SpanRole::kChain : SpanRole::kNone;
}

SpanRole
SpanReader::Read(const SpanView& span, Time received_at, Call& call, SpanContent* content) {
    fields_.Read(span.attributes);
    const SpanRole role = RoleOf();
    if (role == SpanRole::kNone) {
        return role;
    }
    call.Clear();
    FillIdentity(span, received_at, call);
    FillWho(call);
    if (role != SpanRole::kCall) {
        FillOutcome(span, call);
        return role;
    }
    FillWhat(call);
    FillProvider(call);
    FillNamed(call);
    ReadTokens(fields_, json_, call);
    ReadCost(fields_, json_, call);
    FillFirstToken(span, call);
    FillOutcome(span, call);
    if (content != nullptr) {
        ReadContent(fields_, span.events, *content);
    }
    return role;
}

void SpanReader::ReadOther(const SpanView& span, Time received_at, Call& call) {
    call.Clear();
    FillIdentity(span, received_at, call);
    if (span.status_code == 2) {
        FailureWords words;
        words.message = span.status_message;
        ReadFailure(words, call);
    } else {
        call.status = CallStatus::kOk;
    }
}

void SpanReader::FillIdentity(const SpanView& span, Time received_at, Call& call) {
    const bool start_known = IsPlausibleTime(span.start_ns);
    const bool end_known = IsPlausibleTime(span.end_ns);
    call.call_id = CallIdOf(span.place, start_known ? span.start_ns : span.end_ns);
    call.source = Source::kOtlp;
    AssignHex(span.place.trace_id, call.trace_id);
    AssignHex(span.place.span_id, call.span_id);
    if (span.parent_span_id != SpanId{}) {
        AssignHex(span.parent_span_id, call.parent_span_id);
    }
    if (start_known) {
        call.started_at = TimeOf(span.start_ns);
    }
    const bool lasts = !start_known || span.end_ns - span.start_ns <= kLongestNs;
    if (end_known && lasts) {
        call.ended_at = TimeOf(span.end_ns);
    }
    if (!call.started_at && !call.ended_at) {
        const bool same_clock = span.end_ns >= span.start_ns &&
                                span.end_ns - span.start_ns <= kLongestNs && span.end_ns != 0;
        call.ended_at = received_at;
        call.started_at = received_at;
        if (same_clock) {
            *call.started_at -= TimeOf(span.end_ns) - TimeOf(span.start_ns);
        }
    }
    if (!start_known || (span.end_ns != 0 && !(end_known && lasts))) {
        AddRepair(call);
    }
    if (call.started_at) {
        CheckAgainstReceipt(received_at, call);
    }
}

void SpanReader::FillWho(Call& call) {
    Assign(call.user, fields_.Text(Concept::kUser));
    Assign(call.session_id, fields_.Text(Concept::kSession));
    Assign(call.service, fields_.Text(Concept::kService));
    Assign(call.environment, fields_.Text(Concept::kEnvironment));
    Assign(call.project, fields_.Text(Concept::kProject));
    AssignUnlessSet(call.user, resource_.user);
    AssignUnlessSet(call.session_id, resource_.session);
    AssignUnlessSet(call.service, resource_.service);
    AssignUnlessSet(call.environment, resource_.environment);
    AssignUnlessSet(call.project, resource_.project);
    Assign(call.user_agent, fields_.Text(Concept::kUserAgent));
    call.sdk = sdk_;
}

void SpanReader::FillWhat(Call& call) {
    const KindWord* const kind = fields_.Kind();
    call.operation = kind != nullptr ? kind->operation : Operation::kChat;
    const bool responses = fields_.Text(Concept::kApiType) == "responses" ||
                           fields_.Text(Concept::kProvider).ends_with(".responses");
    if (responses && call.operation == Operation::kChat) {
        call.operation = Operation::kResponse;
    }
    Assign(call.model_requested, fields_.Text(Concept::kRequestedModel));
    Assign(call.model, fields_.Text(Concept::kModel));
    Assign(call.provider_response_id, fields_.Text(Concept::kResponseId));
    Assign(call.provider_request_id, fields_.Text(Concept::kRequestId));
    Assign(call.finish_reason, FirstText(fields_.Find(Concept::kFinishReason)));
    Assign(call.service_tier, fields_.Text(Concept::kServiceTier));
    Assign(call.endpoint, fields_.Text(Concept::kEndpoint));
    const AttributeValue* const stream = fields_.Find(Concept::kStream);
    call.stream = stream != nullptr ? stream->Bool() : std::nullopt;
    if (!call.stream && kind != nullptr) {
        call.stream = kind->stream;
    }
}

/// Who speaks OpenAI's API says "openai" whoever it is: then the host tells.
void SpanReader::FillProvider(Call& call) {
    const std::string_view said = fields_.Text(Concept::kProvider);
    if (said != last_provider_) {
        last_provider_ = said;
        last_known_provider_.clear();
        Assign(last_known_provider_, ProviderOf(said));
    }
    call.provider = last_known_provider_;
    const std::string_view host = fields_.Text(Concept::kServerAddress);
    if (host != last_host_) {
        last_host_ = host;
        const KnownProvider* const known = FindProviderByHost(host);
        last_host_provider_ = known != nullptr ? known->name : std::string_view();
    }
    if (!last_host_provider_.empty() && (call.provider.empty() || call.provider == "openai")) {
        call.provider = last_host_provider_;
    }
}

void SpanReader::AddTags(const AttributeValue& value, Concept kind, Call& call) {
    value.ForEachElement([&](const AttributeValue& element) {
        AddTag(call, element.Text(), "true");
        return call.tags.size() < kTagsMax;
    });
    if (value.Text().empty() || value.text.size() > kDocumentBytesMax) {
        return;
    }
    const auto document = json_.Parse(value.text);
    if (!document.Ok()) {
        if (kind == Concept::kTagNames) {
            AddTag(call, value.text, "true");
        }
        return;
    }
    document->ForEach([&](std::string_view key, codec::JsonValue member) {
        const std::string_view text = member.String().value_or("");
        if (key.empty()) {
            AddTag(call, text, "true");
        } else {
            AddTag(call, key, member.IsString() ? text : member.Text());
        }
        return call.tags.size() < kTagsMax;
    });
}

void SpanReader::FillNamed(Call& call) {
    for (const SpanFields::Named& named : fields_.NamedValues()) {
        if (named.concept_of != Concept::kTag) {
            continue;
        }
        if (named.value->kind == ValueKind::kText) {
            AddTag(call, named.name, named.value->text);
        } else {
            codec::JsonWriter json;
            named.value->AppendTo(json);
            AddTag(call, named.name, json.text());
        }
    }
    for (const Concept kind : {Concept::kTagNames, Concept::kTagMap}) {
        if (const AttributeValue* const value = fields_.Find(kind)) {
            AddTags(*value, kind, call);
        }
    }
    FillParams(call);
}

void SpanReader::FillParams(Call& call) {
    codec::JsonWriter json;
    json.BeginObject();
    const std::size_t empty_size = json.text().size();
    for (const SpanFields::Named& named : fields_.NamedValues()) {
        if (named.concept_of == Concept::kParam && json.text().size() < kDocumentBytesMax) {
            json.Key(named.name);
            named.value->AppendTo(json);
        }
    }
    FillMappedParams(json, call);
    json.EndObject();
    const std::size_t size = json.text().size();
    if (size > empty_size + 1 && size <= kDocumentBytesMax) {
        call.params = json.text();
    }
}

/// OpenInference and Langfuse have the request's parameters as one object.
void SpanReader::FillMappedParams(codec::JsonWriter& json, Call& call) {
    const std::string_view map = fields_.Text(Concept::kParamMap);
    if (map.empty() || map.size() > kDocumentBytesMax) {
        return;
    }
    const auto document = json_.Parse(map);
    if (!document.Ok()) {
        return;
    }
    document->ForEach([&](std::string_view key, codec::JsonValue member) {
        if (key == "stream" && !call.stream) {
            call.stream = member.Bool();
        } else if (key == "service_tier") {
            AssignUnlessSet(call.service_tier, member.String().value_or(""));
        } else if (key == "model") {
            TakeRequestedModel(member.String().value_or(""), call);
        } else if (key == "user") {
            AssignUnlessSet(call.user, member.String().value_or(""));
        } else if (!key.empty() && !member.IsObject() && !member.IsArray()) {
            json.Key(key).Raw(member.Text());
        }
        return true;
    });
}

void SpanReader::FillFirstToken(const SpanView& span, Call& call) {
    if (!call.started_at || call.repairs == kRepairedTime) {
        return;
    }
    constexpr double kUsPerSecond = 1e6;
    constexpr double kUsPerMs = 1e3;
    constexpr double kUsMax = 1e12;
    const auto seconds = fields_.Double(Concept::kFirstTokenSeconds);
    const auto ms = fields_.Double(Concept::kFirstTokenMs);
    if (seconds || ms) {
        const double us = seconds ? *seconds * kUsPerSecond : *ms * kUsPerMs;
        if (us >= 0 && us < kUsMax) {
            call.first_token_at = *call.started_at + Duration(std::llround(us));
        }
        return;
    }
    std::string_view text = fields_.Text(Concept::kFirstTokenTime);
    if (text.size() > 2 && text.front() == '"') {
        text = text.substr(1, text.size() - 2);  // JSON in a text.
    }
    if (const auto time = ParseTime(text, Time{}); !text.empty() && time.Ok()) {
        call.first_token_at = *time;
        return;
    }
    for (const EventView& event : span.events) {
        const EventRow* const row = AttributeIndex::Instance().FindEvent(event.name);
        if (row != nullptr && row->section == Concept::kFirstTokenTime &&
            event.time_ns >= span.start_ns) {
            call.first_token_at = TimeOf(event.time_ns);
            return;
        }
    }
}

void SpanReader::FillOutcome(const SpanView& span, Call& call) {
    FailureWords words;
    words.type = fields_.Text(Concept::kErrorType);
    words.message = span.status_message;
    words.http_status = fields_.Int(Concept::kHttpStatus);
    bool failed =
        span.status_code == 2 || !words.type.empty() || fields_.Text(Concept::kLevel) == "ERROR";
    for (const EventView& event : span.events) {
        if (event.name != "exception") {
            continue;
        }
        event_fields_.Read(event.attributes);
        failed = true;
        if (words.type.empty()) {
            words.type = event_fields_.Text(Concept::kErrorType);
        }
        if (words.message.empty()) {
            words.message = event_fields_.Text(Concept::kErrorMessage);
        }
    }
    if (words.message.empty()) {
        words.message = fields_.Text(Concept::kErrorMessage);
    }
    if (failed) {
        ReadFailure(words, call);
        return;
    }
    call.status = CallStatus::kOk;
    if (words.http_status) {
        call.http_status = words.http_status;
    }
}

}  // namespace sightglass::dialect::traces

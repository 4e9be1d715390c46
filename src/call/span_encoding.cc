#include "call/span_encoding.h"

#include <array>
#include <cstdint>

#include "call/encoded_input.h"
#include "call/encoded_output.h"

namespace sightglass {
namespace {

constexpr std::uint8_t kVersion = 1;

constexpr std::array<std::string Span::*, 7> kTexts = {
    &Span::trace_id,
    &Span::span_id,
    &Span::parent_span_id,
    &Span::name,
    &Span::subject,
    &Span::service,
    &Span::error_message};

}  // namespace

void EncodeSpan(const Span& span, std::string& bytes) {
    PutNumber(kVersion, bytes);
    PutUuid(span.id, bytes);
    PutEnum(span.source, bytes);
    PutEnum(span.kind, bytes);
    PutEnum(span.status, bytes);
    PutTime(span.started_at, bytes);
    PutTime(span.ended_at, bytes);
    for (const auto text : kTexts) {
        PutText(span.*text, bytes);
    }
}

Result<Span> DecodeSpan(std::string_view bytes) {
    EncodedInput input(bytes);
    const auto version = input.TakeNumber<std::uint8_t>();
    if (version != kVersion) {
        return Error{
            ErrorCode::kCorrupt,
            "a Span of encoding version " + std::to_string(version) + "; known is 1"};
    }
    Span span;
    span.id = input.TakeUuid();
    span.source = input.TakeEnum<Source>();
    span.kind = input.TakeEnum<SpanKind>();
    span.status = input.TakeEnum<CallStatus>();
    span.started_at = input.TakeTime();
    span.ended_at = input.TakeTime();
    for (const auto text : kTexts) {
        span.*text = input.TakeText();
    }
    if (input.Damaged() || !input.AtEnd()) {
        return Error{ErrorCode::kCorrupt, "the Span does not end where its lengths say"};
    }
    return span;
}

}  // namespace sightglass

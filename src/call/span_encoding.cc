#include "call/span_encoding.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "call/encoded_input.h"

namespace sightglass {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kUnknown = 0xff;
constexpr std::int64_t kNoTime = INT64_MIN;

constexpr std::array<std::string Span::*, 7> kTexts = {
    &Span::trace_id,
    &Span::span_id,
    &Span::parent_span_id,
    &Span::name,
    &Span::subject,
    &Span::service,
    &Span::error_message};

template <typename Number>
void Put(Number number, std::string& bytes) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

template <typename Enum>
void PutSmall(const std::optional<Enum>& value, std::string& bytes) {
    Put(value ? static_cast<std::uint8_t>(*value) : kUnknown, bytes);
}

void PutTime(const OptionalTime& time, std::string& bytes) {
    Put(time ? ToMicros(*time) : kNoTime, bytes);
}

template <typename Enum>
std::optional<Enum> TakeSmall(EncodedInput& input) noexcept {
    const auto number = input.TakeNumber<std::uint8_t>();
    return number < static_cast<std::uint8_t>(Enum::kCount_)
               ? std::optional(static_cast<Enum>(number))
               : std::nullopt;
}

OptionalTime TakeTime(EncodedInput& input) noexcept {
    const auto us = input.TakeNumber<std::int64_t>();
    return us == kNoTime ? OptionalTime() : OptionalTime(TimeFromMicros(us));
}

}  // namespace

void EncodeSpan(const Span& span, std::string& bytes) {
    Put(kVersion, bytes);
    bytes.append(reinterpret_cast<const char*>(span.id.bytes.data()), span.id.bytes.size());
    PutSmall(span.source, bytes);
    PutSmall(span.kind, bytes);
    PutSmall(span.status, bytes);
    PutTime(span.started_at, bytes);
    PutTime(span.ended_at, bytes);
    for (const auto text : kTexts) {
        Put(static_cast<std::uint32_t>((span.*text).size()), bytes);
        bytes += span.*text;
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
    const std::string_view id = input.Take(span.id.bytes.size());
    std::memcpy(span.id.bytes.data(), id.data(), id.size());
    span.source = TakeSmall<Source>(input);
    span.kind = TakeSmall<SpanKind>(input);
    span.status = TakeSmall<CallStatus>(input);
    span.started_at = TakeTime(input);
    span.ended_at = TakeTime(input);
    for (const auto text : kTexts) {
        span.*text = input.TakeText();
    }
    if (input.Damaged() || !input.AtEnd()) {
        return Error{ErrorCode::kCorrupt, "the Span does not end where its lengths say"};
    }
    return span;
}

}  // namespace sightglass

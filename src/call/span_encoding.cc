#include "call/span_encoding.h"

#include <array>
#include <cstdint>
#include <cstring>

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

/// Takes bytes off the front; once there are too few, everything reads as zeros.
class Input {
public:
    explicit Input(std::string_view bytes) noexcept : bytes_(bytes) {}

    template <typename Number>
    Number Take() noexcept {
        Number number{};
        const std::string_view taken = TakeBytes(sizeof number);
        if (taken.size() == sizeof number) {
            std::memcpy(&number, taken.data(), sizeof number);
        }
        return number;
    }

    std::string_view TakeBytes(std::size_t size) noexcept {
        if (size > bytes_.size()) {
            damaged_ = true;
            bytes_ = {};
            return {};
        }
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }

    template <typename Enum>
    std::optional<Enum> TakeSmall() noexcept {
        const auto number = Take<std::uint8_t>();
        return number < static_cast<std::uint8_t>(Enum::kCount_)
                   ? std::optional(static_cast<Enum>(number))
                   : std::nullopt;
    }

    OptionalTime TakeTime() noexcept {
        const auto us = Take<std::int64_t>();
        return us == kNoTime ? OptionalTime() : OptionalTime(TimeFromMicros(us));
    }

    bool Whole() const noexcept { return !damaged_ && bytes_.empty(); }

private:
    std::string_view bytes_;
    bool damaged_ = false;
};

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
    Input input(bytes);
    const auto version = input.Take<std::uint8_t>();
    if (version != kVersion) {
        return Error{
            ErrorCode::kCorrupt,
            "a Span of encoding version " + std::to_string(version) + "; known is 1"};
    }
    Span span;
    const std::string_view id = input.TakeBytes(span.id.bytes.size());
    std::memcpy(span.id.bytes.data(), id.data(), id.size());
    span.source = input.TakeSmall<Source>();
    span.kind = input.TakeSmall<SpanKind>();
    span.status = input.TakeSmall<CallStatus>();
    span.started_at = input.TakeTime();
    span.ended_at = input.TakeTime();
    for (const auto text : kTexts) {
        span.*text = input.TakeBytes(input.Take<std::uint32_t>());
    }
    if (!input.Whole()) {
        return Error{ErrorCode::kCorrupt, "the Span does not end where its lengths say"};
    }
    return span;
}

}  // namespace sightglass

#include "pipeline/derived.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "call/encoded_input.h"
#include "call/encoded_output.h"

namespace sightglass::pipeline {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kWithoutScenario = 1;  ///< The version before; its records are read.
constexpr double kThousandths = 1'000.0;
constexpr std::uint8_t kHasInput = 1;
constexpr std::uint8_t kHasOutput = 2;
constexpr std::uint8_t kEstimated = 4;
constexpr std::uint8_t kAsks = 8;

/// In the order in which they are written.
constexpr std::array<std::uint64_t ThreadKeys::*, 5> kHashes = {
    &ThreadKeys::request,
    &ThreadKeys::answered,
    &ThreadKeys::answer,
    &ThreadKeys::last_answer,
    &ThreadKeys::cache_key};

std::uint8_t FlagsOf(const Derived& derived) {
    unsigned flags = derived.input_tokens ? kHasInput : 0U;
    flags |= derived.output_tokens ? kHasOutput : 0U;
    flags |= derived.estimated ? kEstimated : 0U;
    flags |= derived.thread.asks ? kAsks : 0U;
    return static_cast<std::uint8_t>(flags);
}

OptionalInt TakeOptional(EncodedInput& input, bool there) {
    const auto number = input.TakeNumber<std::int64_t>();
    return there ? OptionalInt(number) : std::nullopt;
}

}  // namespace

void EncodeDerived(const Derived& derived, std::string& bytes) {
    const ThreadKeys& thread = derived.thread;
    PutNumber(kVersion, bytes);
    PutUuid(derived.call_id, bytes);
    PutNumber(FlagsOf(derived), bytes);
    PutNumber(derived.input_tokens.value_or(0), bytes);
    PutNumber(derived.output_tokens.value_or(0), bytes);
    for (const auto hash : kHashes) {
        PutNumber(thread.*hash, bytes);
    }
    PutText(thread.previous_response_id, bytes);
    PutText(thread.conversation_id, bytes);
    const std::size_t count = std::min(thread.prefixes.size(), ThreadKeys::kPrefixesMax);
    PutNumber(static_cast<std::uint8_t>(count), bytes);
    for (std::size_t i = 0; i < count; ++i) {
        PutNumber(thread.prefixes[i], bytes);
    }
    PutText(derived.scenario, bytes);
    const double confidence = std::clamp(derived.confidence, 0.0, 1.0);
    PutNumber(static_cast<std::uint16_t>(std::lround(confidence * kThousandths)), bytes);
}

Result<Derived> DecodeDerived(std::string_view bytes) {
    EncodedInput input(bytes);
    const auto version = input.TakeNumber<std::uint8_t>();
    if (version != kVersion && version != kWithoutScenario) {
        return Error{
            ErrorCode::kCorrupt,
            "a derived record of encoding version " + std::to_string(version) +
                "; known are 1 and 2"};
    }
    Derived derived;
    ThreadKeys& thread = derived.thread;
    derived.call_id = input.TakeUuid();
    const unsigned flags = input.TakeNumber<std::uint8_t>();
    derived.input_tokens = TakeOptional(input, (flags & kHasInput) != 0);
    derived.output_tokens = TakeOptional(input, (flags & kHasOutput) != 0);
    derived.estimated = (flags & kEstimated) != 0;
    thread.asks = (flags & kAsks) != 0;
    for (const auto hash : kHashes) {
        thread.*hash = input.TakeNumber<std::uint64_t>();
    }
    thread.previous_response_id = input.TakeText();
    thread.conversation_id = input.TakeText();
    const auto count = input.TakeNumber<std::uint8_t>();
    for (std::size_t i = 0; i < count && !input.Damaged(); ++i) {
        thread.prefixes.push_back(input.TakeNumber<std::uint64_t>());
    }
    if (version != kWithoutScenario) {
        derived.scenario = input.TakeText();
        derived.confidence = input.TakeNumber<std::uint16_t>() / kThousandths;
    }
    if (input.Damaged() || !input.AtEnd() || derived.confidence > 1 ||
        count > ThreadKeys::kPrefixesMax) {
        return Error{ErrorCode::kCorrupt, "the derived record does not end where its lengths say"};
    }
    return derived;
}

bool ApplyTokens(const Derived& derived, Call& call) {
    const bool knew_input = call.InputTokens().has_value();
    const bool fills_input = !knew_input && derived.input_tokens;
    const bool cut_off = call.finish_reason.empty() && derived.output_tokens &&
                         call.output_tokens < derived.output_tokens;
    const bool fills_output = derived.output_tokens && (!call.output_tokens || cut_off);
    if (fills_input) {
        call.fresh_input_tokens = derived.input_tokens;
    }
    if (fills_output) {
        call.output_tokens = derived.output_tokens;
    }
    if (fills_input || fills_output) {
        call.token_source = derived.estimated ? TokenSource::kEstimated : TokenSource::kCounted;
    }
    return fills_input || fills_output;
}

void ApplyScenario(const Derived& derived, Call& call) {
    if (call.scenario.empty() && !derived.scenario.empty()) {
        call.scenario = derived.scenario;
        call.scenario_confidence = derived.confidence;
    }
}

}  // namespace sightglass::pipeline

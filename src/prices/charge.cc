#include "prices/charge.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

namespace sightglass::prices {
namespace {

__extension__ using PicoUsd = __int128;

class Meter {
public:
    Meter(const PriceEntry& prices, std::int64_t input_tokens)
        : prices_(prices), input_tokens_(input_tokens) {}

    /// At the first of these rates that exists; nothing is charged where none does.
    PicoUsd Cost(std::int64_t count, std::initializer_list<Charge> charges) const noexcept {
        for (const Charge charge : charges) {
            if (const auto& rate = prices_.Of(charge); rate.has_value()) {
                return static_cast<PicoUsd>(count) * rate->At(input_tokens_);
            }
        }
        return 0;
    }

private:
    const PriceEntry& prices_;
    std::int64_t input_tokens_;
};

/// Pico- to nano-dollars, half to even.
Money Round(PicoUsd pico_usd) noexcept {
    constexpr PicoUsd kPicoPerNano = 1000;
    PicoUsd nano_usd = pico_usd / kPicoPerNano;
    const PicoUsd rest = pico_usd % kPicoPerNano;
    if (rest > kPicoPerNano / 2 || (rest == kPicoPerNano / 2 && nano_usd % 2 == 1)) {
        ++nano_usd;
    }
    constexpr PicoUsd kMax = std::numeric_limits<std::int64_t>::max();
    return Money::FromNanoUsd(static_cast<std::int64_t>(std::min(nano_usd, kMax)));
}

std::int64_t Known(OptionalInt count) noexcept {
    return std::max<std::int64_t>(count.value_or(0), 0);
}

PicoUsd InputCost(const Meter& meter, const Call& call) {
    const std::int64_t all = Known(call.fresh_input_tokens);
    const std::int64_t audio = std::min(Known(call.audio_input_tokens), all);
    const std::int64_t image = std::min(Known(call.image_input_tokens), all - audio);
    return meter.Cost(audio, {Charge::kInputAudio, Charge::kInput}) +
           meter.Cost(image, {Charge::kInputImage, Charge::kInput}) +
           meter.Cost(all - audio - image, {Charge::kInput});
}

PicoUsd OutputCost(const Meter& meter, const Call& call) {
    const std::int64_t all = Known(call.output_tokens);
    const std::int64_t audio = std::min(Known(call.audio_output_tokens), all);
    const std::int64_t image = std::min(Known(call.image_output_tokens), all - audio);
    const std::int64_t reasoning = std::min(Known(call.reasoning_tokens), all - audio - image);
    return meter.Cost(audio, {Charge::kOutputAudio, Charge::kOutput}) +
           meter.Cost(image, {Charge::kOutputImage, Charge::kOutput}) +
           meter.Cost(reasoning, {Charge::kReasoning, Charge::kOutput}) +
           meter.Cost(all - audio - image - reasoning, {Charge::kOutput});
}

PicoUsd CacheWriteCost(const Meter& meter, const Call& call) {
    const std::int64_t brief =
        Known(call.cache_write_5m_tokens) + Known(call.cache_write_30m_tokens);
    const std::int64_t lasting =
        Known(call.cache_write_1h_tokens) + Known(call.cache_write_12h_tokens);
    return meter.Cost(brief, {Charge::kCacheWrite, Charge::kInput}) +
           meter.Cost(lasting, {Charge::kCacheWrite1h, Charge::kCacheWrite, Charge::kInput});
}

bool WroteToCache(const Call& call) noexcept {
    return call.cache_write_5m_tokens.has_value() || call.cache_write_30m_tokens.has_value() ||
           call.cache_write_1h_tokens.has_value() || call.cache_write_12h_tokens.has_value();
}

}  // namespace

void ChargeTokens(const PriceEntry& prices, Call& call) {
    const Meter meter(prices, Known(call.InputTokens()));
    Money total;
    const auto set = [&total](OptionalMoney& part, bool known, PicoUsd pico_usd) {
        part.reset();
        if (known) {
            part = Round(pico_usd);
            total += *part;
        }
    };
    set(call.input_cost, call.fresh_input_tokens.has_value(), InputCost(meter, call));
    set(call.cached_cost,
        call.cached_input_tokens.has_value(),
        meter.Cost(Known(call.cached_input_tokens), {Charge::kCacheRead, Charge::kInput}));
    set(call.cache_write_cost, WroteToCache(call), CacheWriteCost(meter, call));
    set(call.output_cost, call.output_tokens.has_value(), OutputCost(meter, call));
    set(call.other_cost,
        prices.Of(Charge::kRequests).has_value(),
        meter.Cost(1, {Charge::kRequests}));
    call.cost = total;
}

}  // namespace sightglass::prices

#include "capture/gateway/headroom.h"

#include <algorithm>

namespace sightglass::capture {
namespace {

/// A limit whose answer does not say when it is reset is believed for so long.
constexpr std::int64_t kResetDefaultUs = 60'000'000;

}  // namespace

void Headroom::Limit::Update(
    OptionalInt most,
    OptionalInt left,
    OptionalInt reset_us,
    std::int64_t now_us
) noexcept {
    if (most) {
        limit.store(*most, kRelaxed);
    }
    if (left) {
        remaining.store(*left, kRelaxed);
        reset_at_us.store(now_us + reset_us.value_or(kResetDefaultUs), kRelaxed);
    }
}

std::int64_t Headroom::Limit::Remaining(std::int64_t now_us) const noexcept {
    return now_us < reset_at_us.load(kRelaxed) ? remaining.load(kRelaxed) : kUnknown;
}

bool Headroom::Overtaken(const Call& call, std::int64_t sent_us, std::int64_t now_us)
    const noexcept {
    const auto raises = [now_us](const OptionalInt& left, const Limit& limit) {
        return left && *left > limit.Remaining(now_us);
    };
    return sent_us < updated_us_.load(kRelaxed) &&
           (raises(call.remaining_requests, requests_) || raises(call.remaining_tokens, tokens_));
}

void Headroom::Update(const Call& call, std::int64_t sent_us, std::int64_t now_us) noexcept {
    if ((!call.remaining_requests && !call.remaining_tokens) || Overtaken(call, sent_us, now_us)) {
        return;
    }
    requests_.Update(call.limit_requests, call.remaining_requests, call.reset_requests_us, now_us);
    tokens_.Update(call.limit_tokens, call.remaining_tokens, call.reset_tokens_us, now_us);
    updated_us_.store(now_us, kRelaxed);
}

void Headroom::CountTokens(std::int64_t tokens) noexcept {
    const std::int64_t before = tokens_a_call_.load(kRelaxed);
    tokens_a_call_.store(before == 0 ? tokens : before + (tokens - before) / 8, kRelaxed);
}

bool Headroom::Holds(std::int64_t calls, std::int64_t now_us) const noexcept {
    if (now_us < blocked_until_us_.load(kRelaxed)) {
        return false;
    }
    const std::int64_t requests = requests_.Remaining(now_us);
    const std::int64_t tokens = tokens_.Remaining(now_us);
    return (requests == kUnknown || requests >= calls) &&
           (tokens == kUnknown || (tokens > 0 && tokens >= calls * tokens_a_call_.load(kRelaxed)));
}

double Headroom::LeftOf(const Limit& limit, std::int64_t one_call, std::int64_t now_us)
    const noexcept {
    const std::int64_t remaining = limit.Remaining(now_us);
    if (remaining == kUnknown) {
        return 1;
    }
    const std::int64_t most = std::max({limit.limit.load(kRelaxed), remaining, std::int64_t{1}});
    const std::int64_t left = remaining - in_flight.load(kRelaxed) * one_call;
    return static_cast<double>(std::max<std::int64_t>(left, 0)) / static_cast<double>(most);
}

double Headroom::Left(std::int64_t now_us) const noexcept {
    return std::min(
        LeftOf(requests_, 1, now_us),
        LeftOf(tokens_, tokens_a_call_.load(kRelaxed), now_us)
    );
}

void Headroom::Forget() noexcept {
    for (Limit* limit : {&requests_, &tokens_}) {
        limit->limit.store(kUnknown, kRelaxed);
        limit->remaining.store(kUnknown, kRelaxed);
        limit->reset_at_us.store(0, kRelaxed);
    }
    updated_us_.store(0, kRelaxed);
    blocked_until_us_.store(0, kRelaxed);
    tokens_a_call_.store(0, kRelaxed);
}

const Headroom* HeadroomTable::Find(std::uint64_t key) const noexcept {
    for (std::size_t probe = 0; probe < kProbes; ++probe) {
        const Place& place = places_[(key + probe) % kPlaces];
        if (place.key.load(std::memory_order_relaxed) == key) {
            return &place.headroom;
        }
    }
    return nullptr;
}

Headroom* HeadroomTable::Take(std::uint64_t key, std::int64_t now_us) noexcept {
    constexpr auto kRelaxed = std::memory_order_relaxed;
    for (const bool claim : {false, true}) {
        for (std::size_t probe = 0; probe < kProbes; ++probe) {
            Place& place = places_[(key + probe) % kPlaces];
            std::uint64_t holder = place.key.load(kRelaxed);
            const bool idle = place.headroom.in_flight.load(kRelaxed) == 0 &&
                              now_us - place.used_us.load(kRelaxed) > kForgottenAfterUs;
            if (claim && holder != key && (holder == 0 || idle) &&
                place.key.compare_exchange_strong(holder, key, kRelaxed)) {
                place.headroom.Forget();
                holder = key;
            }
            if (holder == key) {
                place.used_us.store(now_us, kRelaxed);
                return &place.headroom;
            }
        }
    }
    return nullptr;
}

}  // namespace sightglass::capture

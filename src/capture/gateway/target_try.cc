#include "capture/gateway/target_try.h"

namespace sightglass::capture {
namespace {

using Entry = CircuitBreaker::Entry;
using State = CircuitBreaker::State;

constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

bool TargetTry::Begin(const Target& target, const Demand& demand, bool ready) {
    End();
    const std::int64_t now_us = demand.now_us;
    TargetState& state = *target.state;
    const State breaker = state.breaker.Look(now_us);
    if (ready && breaker != State::kClosed && !state.breaker.TakeProbe(now_us)) {
        return false;
    }
    const std::int32_t others = state.in_flight.fetch_add(1, kRelaxed);
    const bool fits = target.concurrent_max == 0 || others < target.concurrent_max;
    target_ = &target;
    limits_ = state.headroom.Take(HeadroomKey(target, demand), now_us);
    bool room = true;
    if (limits_ != nullptr) {
        const std::int32_t calls = limits_->in_flight.fetch_add(1, kRelaxed) + 1;
        room = !ready || limits_->Holds(calls, now_us);
    }
    began_us_ = now_us;
    reported_ = false;
    entry_ = Entry::kNormal;
    if (breaker != State::kClosed) {
        entry_ = ready ? Entry::kProbe : Entry::kForced;
    }
    used_tokens_ = std::nullopt;
    taken_ = {};
    if (!fits || !room || state.limits.TryTake(target.limits, demand.Wanted(), taken_)) {
        taken_ = {};
        End();
        return false;
    }
    return true;
}

void TargetTry::Succeeded(std::int64_t now_us) noexcept {
    if (target_ != nullptr && !reported_) {
        target_->state->latency.Add(now_us - began_us_, now_us);
        Alive(now_us);
    }
}

void TargetTry::Alive(std::int64_t now_us) noexcept {
    if (target_ != nullptr && !reported_) {
        reported_ = true;
        target_->state->breaker.Succeeded(entry_, now_us);
    }
}

void TargetTry::Failed(std::int64_t now_us) noexcept {
    if (target_ == nullptr) {
        return;
    }
    const Entry entry = reported_ ? Entry::kNormal : entry_;
    reported_ = true;
    target_->state->breaker.Failed(entry, now_us, target_->upstream->breaker);
}

void TargetTry::ReadLimits(const Call& call, std::int64_t now_us) noexcept {
    if (limits_ != nullptr) {
        limits_->Update(call, began_us_, now_us);
    }
}

void TargetTry::Block(std::int64_t until_us) noexcept {
    if (limits_ != nullptr) {
        limits_->Block(until_us);
    }
}

void TargetTry::CountTokens(const Call& call) noexcept {
    const OptionalInt input = call.InputTokens();
    if (target_ != nullptr && (input || call.output_tokens)) {
        used_tokens_ = input.value_or(0) + call.output_tokens.value_or(0);
        if (limits_ != nullptr) {
            limits_->CountTokens(*used_tokens_);
        }
    } else if (call.http_status.value_or(200) >= 400) {
        UsedNothing();
    }
}

void TargetTry::End() noexcept {
    if (target_ == nullptr) {
        return;
    }
    TargetState& state = *target_->state;
    if (!reported_) {
        state.breaker.Abandoned(entry_);
    }
    state.limits.Settle(taken_, used_tokens_);
    taken_ = {};
    state.in_flight.fetch_sub(1, kRelaxed);
    if (limits_ != nullptr) {
        limits_->in_flight.fetch_sub(1, kRelaxed);
        limits_ = nullptr;
    }
    target_ = nullptr;
}

}  // namespace sightglass::capture

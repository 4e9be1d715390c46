#include "capture/otlp/content_join.h"

#include "dialect/traces/span_reader.h"

namespace sightglass::capture {
namespace {

using dialect::traces::SpanContent;
using dialect::traces::SpanPlace;

constexpr std::size_t kEntryBytes = 256;  // What an entry without content takes.

/// Whether it is known that nothing is kept.
bool IsUnwanted(const std::optional<ContentOwner>& owner) noexcept {
    return owner && owner->capture.policy == pipeline::CapturePolicy::kNone;
}

}  // namespace

ContentJoin::Entry& ContentJoin::Touch(State& state, const SpanPlace& place, SteadyTime now) {
    const Uuid key = dialect::traces::CallIdOf(place, 0);  // A hash of both ids.
    const auto found = state.by_place.find(key);
    if (found != state.by_place.end()) {
        state.entries.splice(state.entries.end(), state.entries, found->second);
    } else {
        state.entries.push_back({.place = key, .owner = {}, .content = {}, .touched = now});
        state.by_place.emplace(key, std::prev(state.entries.end()));
        state.bytes += kEntryBytes;
    }
    Entry& entry = state.entries.back();
    entry.touched = now;
    return entry;
}

void ContentJoin::Append(State& state, Entry& entry, const SpanContent& content) {
    if (content.Empty() || IsUnwanted(entry.owner)) {
        return;
    }
    state.bytes -= entry.content.Bytes();
    entry.content.Append(content);
    state.bytes += entry.content.Bytes();
    entry.offered = false;
    while (state.bytes > bytes_max_ && state.entries.size() > 1) {
        DropOldest(state);
    }
}

void ContentJoin::TakeCall(
    const SpanPlace& place,
    const ContentOwner& owner,
    const SpanContent& content,
    SteadyTime now
) {
    state_.With([&](State& state) {
        Entry& entry = Touch(state, place, now);
        entry.owner = owner;
        if (IsUnwanted(entry.owner)) {
            state.bytes -= entry.content.Bytes();
            entry.content = {};
        }
        Append(state, entry, content);
    });
    OfferReady();
}

void ContentJoin::TakeLog(const SpanPlace& place, const SpanContent& content, SteadyTime now) {
    if (content.Empty()) {
        return;
    }
    state_.With([&](State& state) { Append(state, Touch(state, place, now), content); });
    OfferReady();
}

void ContentJoin::Ready(State& state, Entry& entry) {
    if (entry.offered || !entry.owner || entry.content.Empty()) {
        return;
    }
    entry.offered = true;
    pipeline::Exchange exchange;
    exchange.call_id = entry.owner->call_id;
    exchange.capture = entry.owner->capture;
    exchange.placeholder_key = entry.owner->placeholder_key;
    exchange.request_body = entry.content.InputText();
    exchange.response_body = entry.content.OutputText();
    state.ready.push_back(std::move(exchange));
}

void ContentJoin::OfferReady() {
    std::vector<pipeline::Exchange> ready;
    state_.With([&ready](State& state) { ready.swap(state.ready); });
    for (pipeline::Exchange& exchange : ready) {
        derive_.Offer(std::move(exchange));
    }
}

void ContentJoin::DropOldest(State& state) {
    Entry& oldest = state.entries.front();
    Ready(state, oldest);
    state.bytes -= oldest.content.Bytes() + kEntryBytes;
    state.by_place.erase(oldest.place);
    state.entries.pop_front();
}

void ContentJoin::Tick(SteadyTime now) {
    state_.With([&](State& state) {
        while (!state.entries.empty() && now - state.entries.front().touched > kRemembered) {
            DropOldest(state);
        }
        for (Entry& entry : state.entries) {
            if (now - entry.touched < kQuiet) {
                break;
            }
            Ready(state, entry);
        }
    });
    OfferReady();
}

void ContentJoin::Finish() {
    state_.With([&](State& state) {
        while (!state.entries.empty()) {
            DropOldest(state);
        }
    });
    OfferReady();
}

}  // namespace sightglass::capture

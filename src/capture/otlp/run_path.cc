#include "capture/otlp/run_path.h"

#include <cstring>
#include <utility>

#include "dialect/call_fields.h"
#include "dialect/traces/span_reader.h"

namespace sightglass::capture {
namespace {

using dialect::traces::SpanId;
using dialect::traces::SpanView;
using dialect::traces::TraceId;

constexpr std::size_t kOthersMax = 200'000;  // Of one request; more are left out unseen.

std::uint64_t KeyOf(const TraceId& trace_id, const SpanId& span_id) noexcept {
    const Uuid hash = dialect::traces::CallIdOf({trace_id, span_id}, 0);
    std::uint64_t key = 0;
    std::memcpy(&key, &hash.bytes[8], sizeof key);
    return key | 1U;  // 0 stands for nothing.
}

}  // namespace

bool WantedKeys::Generation::Has(std::uint64_t key) const noexcept {
    if (keys == 0) {
        return false;
    }
    for (std::size_t at = (key >> 1U) % kSlots; slots[at] != 0; at = (at + 1) % kSlots) {
        if (slots[at] == key) {
            return true;
        }
    }
    return false;
}

void WantedKeys::Generation::Add(std::uint64_t key) {
    slots.resize(kSlots);
    std::size_t at = (key >> 1U) % kSlots;
    while (slots[at] != 0) {
        if (slots[at] == key) {
            return;
        }
        at = (at + 1) % kSlots;
    }
    slots[at] = key;
    ++keys;
}

void WantedKeys::Add(std::uint64_t key) {
    if (generations_[0].keys == kKeysMax) {
        std::swap(generations_[0], generations_[1]);
        generations_[0] = {};
    }
    generations_[0].Add(key);
}

bool WantedKeys::Has(std::uint64_t key) const noexcept {
    return generations_[0].Has(key) || generations_[1].Has(key);
}

void RunPath::Begin() {
    asked_.clear();
    others_.clear();
    by_key_.clear();
    services_.clear();
    texts_.clear();
}

void RunPath::Want(const TraceId& trace_id, const SpanId& parent) {
    if (parent != SpanId{}) {
        asked_.push_back(KeyOf(trace_id, parent));
    }
}

void RunPath::Add(const SpanView& span, std::string_view service) {
    if (others_.size() == kOthersMax) {
        return;
    }
    if (services_.empty() || services_.back() != service) {
        services_.emplace_back(service);
    }
    const std::string_view name = dialect::Shortened(span.name, dialect::kNameBytesMax);
    const std::string_view message =
        dialect::Shortened(span.status_message, dialect::kMessageBytesMax);
    Other& other = others_.emplace_back();
    other.span = span;
    other.span.attributes = {};
    other.span.events = {};
    other.service = services_.size() - 1;
    other.name_at = texts_.size();
    other.name_bytes = name.size();
    other.message_bytes = message.size();
    texts_ += name;
    texts_ += message;
}

void RunPath::FindKept() {
    for (std::size_t i = 0; i < others_.size(); ++i) {
        by_key_.emplace(KeyOf(others_[i].span.place.trace_id, others_[i].span.place.span_id), i);
    }
    for (const std::uint64_t key : asked_) {
        Follow(key);
    }
    for (const auto& [key, i] : by_key_) {
        if (!others_[i].kept && wanted_.Has(key)) {
            Follow(key);
        }
    }
}

/// Keeps what is wanted, and what is wanted by that, up to what this request does not hold.
void RunPath::Follow(std::uint64_t key) {
    for (;;) {
        wanted_.Add(key);
        const auto found = by_key_.find(key);
        if (found == by_key_.end() || others_[found->second].kept) {
            return;
        }
        Other& other = others_[found->second];
        other.kept = true;
        if (other.span.parent_span_id == SpanId{}) {
            return;
        }
        key = KeyOf(other.span.place.trace_id, other.span.parent_span_id);
    }
}

SpanView RunPath::ViewOf(const Other& other) const noexcept {
    SpanView view = other.span;
    const std::string_view texts = texts_;
    view.name = texts.substr(other.name_at, other.name_bytes);
    view.status_message = texts.substr(other.name_at + other.name_bytes, other.message_bytes);
    return view;
}

}  // namespace sightglass::capture

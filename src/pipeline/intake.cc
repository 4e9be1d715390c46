#include "pipeline/intake.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "base/log.h"
#include "call/encoding.h"
#include "call/feedback_encoding.h"
#include "call/fields.h"
#include "call/span_encoding.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kContentBytesMax = 64U << 20;
constexpr std::size_t kSpansMax = 4'096;
constexpr std::size_t kFeedbackMax = 4'096;
constexpr std::uint64_t kUndecodableLogged = 10;
constexpr std::size_t kIdOffset = 3;
constexpr std::size_t kSpareCallsMax = 512;
constexpr std::size_t kSpareTextMax = 4U << 10;

/// The call_id of an encoded Call. It is the first field, behind a version and a tag
/// (docs/formats/call-encoding.md): a begin record need not be decoded whole for it.
std::optional<Uuid> PeekCallId(std::string_view encoded) {
    constexpr std::string_view kStart("\x01\x0b\x00", kIdOffset);  // Version 1; field 1, a uuid.
    Uuid id;
    if (encoded.size() >= kIdOffset + sizeof id.bytes && encoded.substr(0, kIdOffset) == kStart) {
        std::memcpy(id.bytes.data(), encoded.data() + kIdOffset, sizeof id.bytes);
        return id;
    }
    const auto call = DecodeCall(encoded);
    return call.Ok() ? std::optional(call->call_id) : std::nullopt;
}

std::size_t TextCapacity(const Call& call) {
    static const auto texts = [] {
        std::vector<std::string Call::*> members;
        for (const Field& field : Fields()) {
            if (const auto* member = std::get_if<std::string Call::*>(&field.member)) {
                members.push_back(*member);
            }
        }
        return members;
    }();
    std::size_t capacity = 0;
    for (const auto member : texts) {
        capacity += (call.*member).capacity();
    }
    return capacity;
}

}  // namespace

Intake::Intake(
    store::JournalPositions committed,
    std::shared_ptr<const prices::PriceBook> prices,
    journal::Writer& notes,
    const IntakeOptions& options
)
    : prices_(std::move(prices)),
      batch_calls_max_(std::max<std::size_t>(1, options.batch_calls_max)),
      steps_(options.steps),
      notes_(notes),
      threads_(options.threads),
      committed_(std::move(committed)) {}

bool Intake::Full() const noexcept {
    return batch_.calls.size() >= batch_calls_max_ || batch_.spans.size() >= kSpansMax ||
           batch_.feedback.size() >= kFeedbackMax || content_bytes_ >= kContentBytesMax;
}

/// Also moves the batch's position past the record that follows.
bool Intake::IsCommitted(const journal::Position& position) {
    if (last_position_ == nullptr || last_segment_ != position.segment) {
        const auto found = committed_.find(position.segment);
        last_committed_ = found != committed_.end() ? found->second : 0;
        last_segment_ = position.segment;
        last_position_ = &read_[position.segment];
    }
    return position.offset < last_committed_;
}

bool Intake::Take(const journal::Record& record) {
    const bool committed = IsCommitted(record.position);
    *last_position_ = std::max(record.next.offset, last_committed_);
    switch (record.type) {
        case journal::RecordType::kCallBegin:
        case journal::RecordType::kCallCarried:
            TakeBegin(record);
            break;
        case journal::RecordType::kCallEnd:
        case journal::RecordType::kCallEndDerived:
            if (!committed) {
                TakeEnd(record);
            } else if (const auto id = PeekCallId(record.payload)) {
                Close(*id);
            }
            break;
        case journal::RecordType::kDerived:
            if (!committed) {
                TakeDerived(record);
            }
            break;
        case journal::RecordType::kCallClosed: {
            Uuid id;
            if (record.payload.size() == sizeof id.bytes) {
                std::memcpy(id.bytes.data(), record.payload.data(), sizeof id.bytes);
                open_.Closed(id);
            }
            break;
        }
        case journal::RecordType::kContent:
            if (!committed) {
                TakeContent(record);
            }
            break;
        case journal::RecordType::kSpan:
            if (!committed) {
                TakeSpan(record);
            }
            break;
        case journal::RecordType::kFeedback:
            if (!committed) {
                TakeFeedback(record);
            }
            break;
        default:
            CountUndecodable(record.payload, "its type is unknown");
    }
    return !Full();
}

void Intake::TakeBegin(const journal::Record& record) {
    const auto id = PeekCallId(record.payload);
    if (!id) {
        CountUndecodable(record.payload, "it is no Call");
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (record.type == journal::RecordType::kCallBegin) {
        open_.Begin(*id, record.payload, record.position.segment, now);
    } else if (open_.Carried(*id, record.payload, record.position.segment, now)) {
        NoteClosed(*id);
    }
}

/// False where no begin of it is open.
bool Intake::Close(const Uuid& id) {
    const std::size_t open_before = open_.size();
    if (open_.End(id)) {
        NoteClosed(id);
    }
    return open_.size() < open_before;
}

void Intake::TakeEnd(const journal::Record& record) {
    const auto id = PeekCallId(record.payload);
    const bool had_begin = id && Close(*id);
    if (!id || record.type == journal::RecordType::kCallEnd) {
        AddCall(record.payload, std::nullopt, !had_begin);
    } else if (auto derived = derived_.TakeDerived(*id)) {
        AddCall(record.payload, std::move(derived), !had_begin);
    } else {
        const auto now = std::chrono::steady_clock::now();
        derived_.Hold(*id, record.payload, now);
        ReleaseEnds({});
    }
}

void Intake::TakeDerived(const journal::Record& record) {
    Result<Derived> derived = DecodeDerived(record.payload);
    if (!derived.Ok()) {
        CountUndecodable(record.payload, derived.error().message);
    } else if (const auto end = derived_.TakeEnd(derived->call_id)) {
        AddCall(*end, std::move(*derived), false);
    } else {
        derived_.Remember(std::move(*derived), std::chrono::steady_clock::now());
    }
}

/// False where the record cannot be read.
bool Intake::AddCall(std::string_view end, std::optional<Derived> derived, bool may_repeat) {
    Call& call = AddSpare();  // Read where it stays: a Call is too large to be moved about.
    if (const Status decoded = DecodeCall(end, call); !decoded.Ok()) {
        CountUndecodable(end, decoded.error().message);
        batch_.calls.pop_back();
        return false;
    }
    if (!derived) {
        Complete(call);
    }
    // An end without a begin may be a second one of its call: then the last wins. Other sources
    // write ends alone; what they repeat, the joiner sees.
    const bool is_gateways = call.source.value_or(Source::kGateway) == Source::kGateway;
    Call* const same = may_repeat && is_gateways ? FindInBatch(call.call_id) : nullptr;
    if (same != nullptr) {
        *same = std::move(call);
        batch_.calls.pop_back();
    } else {
        IndexLast();
    }
    if (derived) {
        const Call* const kept = same != nullptr ? same : &batch_.calls.back();
        const auto place = static_cast<std::size_t>(kept - batch_.calls.data());
        waiting_.push_back({.place = place, .derived = std::move(*derived)});
    }
    return true;
}

void Intake::Complete(Call& call) {
    aliases_.LearnOrComplete(call);
    refine::Refine(call, *prices_, steps_);
}

void Intake::CompleteDerived() {
    const auto end_of = [this](const Waiting& waiting) {
        const Call& call = batch_.calls[waiting.place];
        return call.ended_at.value_or(call.started_at.value_or(Time()));
    };
    std::stable_sort(waiting_.begin(), waiting_.end(), [&](const Waiting& a, const Waiting& b) {
        return end_of(a) < end_of(b);
    });
    for (const auto& [place, derived] : waiting_) {
        Call& call = batch_.calls[place];
        if (ApplyTokens(derived, call)) {
            refine::AddRepair(call, "count");
        }
        ApplyScenario(derived, call);
        static_cast<void>(threads_.Place(derived.thread, call));  // No repair: nothing was wrong.
        Complete(call);
    }
    waiting_.clear();
}

void Intake::ReleaseEnds(DerivedJoin::SteadyTime time) {
    for (const std::string& end : derived_.TakeEndsUntil(time)) {
        AddCall(end, std::nullopt, false);
    }
}

void Intake::AddLate(const Derived& derived, Call stored) {
    known_.insert(stored.call_id);
    waiting_.push_back({.place = batch_.calls.size(), .derived = derived});
    batch_.calls.push_back(std::move(stored));
    IndexLast();
}

void Intake::SetPositions() {
    if (HoldsEnds()) {
        return;
    }
    for (const auto& [segment, offset] : read_) {
        batch_.positions[segment] = offset;
    }
    read_.clear();
    last_position_ = nullptr;
}

void Intake::TakeContent(const journal::Record& record) {
    Result<Content> content = DecodeContent(record.payload);
    if (!content.Ok()) {
        CountUndecodable(record.payload, content.error().message);
        return;
    }
    content_bytes_ += record.payload.size();
    batch_.contents.push_back(std::move(*content));
}

void Intake::TakeSpan(const journal::Record& record) {
    Result<Span> span = DecodeSpan(record.payload);
    if (!span.Ok()) {
        CountUndecodable(record.payload, span.error().message);
        return;
    }
    batch_.spans.push_back(std::move(*span));
}

void Intake::TakeFeedback(const journal::Record& record) {
    Result<Feedback> feedback = DecodeFeedback(record.payload);
    if (!feedback.Ok()) {
        CountUndecodable(record.payload, feedback.error().message);
        return;
    }
    content_bytes_ += record.payload.size();
    batch_.feedback.push_back(std::move(*feedback));
}

Call& Intake::AddSpare() {
    if (spare_.empty()) {
        return batch_.calls.emplace_back();
    }
    Call& call = batch_.calls.emplace_back(std::move(spare_.back()));
    spare_.pop_back();
    return call;
}

void Intake::IndexLast() {
    if (!place_by_id_.empty()) {
        place_by_id_.emplace(batch_.calls.back().call_id, batch_.calls.size() - 1);
    }
}

/// Among those before the last. Only needed for ends without a begin, which are rare or come in
/// numbers.
Call* Intake::FindInBatch(const Uuid& id) {
    if (place_by_id_.empty()) {
        for (std::size_t place = 0; place + 1 < batch_.calls.size(); ++place) {
            place_by_id_.emplace(batch_.calls[place].call_id, place);
        }
    }
    const auto found = place_by_id_.find(id);
    return found != place_by_id_.end() ? &batch_.calls[found->second] : nullptr;
}

/// Its end is unknown and stays so: latency and cost with it.
void Intake::AddInterrupted(std::string_view begin) {
    Result<Call> call = DecodeCall(begin);
    if (!call.Ok()) {
        ++undecodable_;
        return;
    }
    call->status = CallStatus::kInterrupted;
    call->error_type = ErrorType::kSelfInternal;
    call->error_message = "the end of this call was not recorded: Sightglass had stopped";
    aliases_.LearnOrComplete(*call);
    refine::Refine(*call, *prices_, steps_);
    ++interrupted_;
    batch_.calls.push_back(std::move(*call));
    IndexLast();
}

void Intake::FinishRecovery() {
    ReleaseEnds(DerivedJoin::SteadyTime::max());
    for (const OpenCalls::Open& open : open_.FinishRecovery()) {
        AddInterrupted(open.begin);
    }
}

void Intake::GiveUpOlderThan(Duration age) {
    for (const auto& [id, open] : open_.TakeOlderThan(std::chrono::steady_clock::now() - age)) {
        if (open.carried) {
            NoteClosed(id);
        }
        AddInterrupted(open.begin);
    }
}

void Intake::Committed() {
    for (const auto& [segment, offset] : batch_.positions) {
        committed_[segment] = offset;
    }
    Recycle();
    batch_.contents.clear();
    batch_.spans.clear();
    batch_.feedback.clear();
    batch_.withdrawn.clear();
    batch_.ids_are_new = false;
    batch_.positions.clear();
    batch_.forgotten_segments.clear();
    place_by_id_.clear();
    known_.clear();
    waiting_.clear();
    content_bytes_ = 0;
}

/// Keeps Calls whose strings are of usual size, so that hostile ones do not stay in memory.
void Intake::Recycle() {
    std::erase_if(batch_.calls, [](const Call& call) {
        return TextCapacity(call) > kSpareTextMax;
    });
    if (batch_.calls.size() > spare_.size()) {
        spare_.swap(batch_.calls);  // Mostly all are moved so, and not one by one.
    }
    for (Call& call : batch_.calls) {
        if (spare_.size() >= kSpareCallsMax) {
            break;
        }
        spare_.push_back(std::move(call));
    }
    batch_.calls.clear();
    if (spare_.size() > kSpareCallsMax) {
        spare_.resize(kSpareCallsMax);
    }
}

void Intake::NoteClosed(const Uuid& id) {
    const auto fill = [&](char* out) { std::memcpy(out, id.bytes.data(), sizeof id.bytes); };
    if (notes_.Append(journal::RecordType::kCallClosed, sizeof id.bytes, fill)) {
        notes_unsynced_ = true;
    } else {
        unnoted_.push_back(id);
    }
}

void Intake::RetryNotes() {
    std::vector<Uuid> again;
    again.swap(unnoted_);
    for (const Uuid& id : again) {
        NoteClosed(id);
    }
}

/// Within a stream, segments go in order: else a begin could stay whose end has gone, or a carried
/// begin whose kCallClosed has.
std::vector<std::uint64_t> Intake::Dispensable(const std::vector<journal::SegmentInfo>& finished) {
    std::vector<std::uint64_t> dispensable;
    std::unordered_set<std::uint64_t> held_streams;
    for (const journal::SegmentInfo& segment : finished) {
        if (open_.CountIn(segment.number) > 0) {
            held_streams.insert(segment.stream);
        } else if (!held_streams.contains(segment.stream)) {
            dispensable.push_back(segment.number);
        }
    }
    RetryNotes();
    if (!unnoted_.empty() || (notes_unsynced_ && !notes_.Sync().Ok())) {
        return {};
    }
    notes_unsynced_ = false;
    return dispensable;
}

void Intake::CarryFrom(std::uint64_t segment) {
    open_.CarryFrom(segment, [&](std::string_view begin) {
        const auto fill = [&](char* out) { std::memcpy(out, begin.data(), begin.size()); };
        const bool appended = notes_.Append(journal::RecordType::kCallCarried, begin.size(), fill);
        notes_unsynced_ = notes_unsynced_ || appended;
        return appended;
    });
}

void Intake::Forget(const std::vector<std::uint64_t>& segments) {
    for (const std::uint64_t segment : segments) {
        if (committed_.erase(segment) > 0) {
            batch_.forgotten_segments.push_back(segment);
        }
    }
}

void Intake::CountUndecodable(std::string_view record, std::string_view why) {
    if (++undecodable_ <= kUndecodableLogged) {
        Log(LogLevel::kWarn,
            "pipeline",
            "passed over a record of " + std::to_string(record.size()) +
                " bytes: " + std::string(why));
    }
}

}  // namespace sightglass::pipeline

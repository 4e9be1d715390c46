#include "capture/otlp/ingest.h"

#include <cstring>

#include "call/encoding.h"
#include "call/feedback_encoding.h"
#include "call/span_encoding.h"
#include "capture/clean_text.h"
#include "capture/feedback_port.h"
#include "dialect/call_fields.h"
#include "dialect/traces/evaluation.h"
#include "redact/redact.h"

namespace sightglass::capture {
namespace {

using dialect::traces::Attribute;
using dialect::traces::LogView;
using dialect::traces::SpanContent;
using dialect::traces::SpanReader;
using dialect::traces::SpanRole;
using dialect::traces::SpanView;

constexpr std::size_t kStagedKept = 8U << 20;  // Memory kept from one request to the next.

std::string_view EventNameOf(const LogView& log) noexcept {
    if (!log.event_name.empty()) {
        return log.event_name;
    }
    for (const Attribute& attribute : log.attributes) {
        if (attribute.key == "event.name") {
            return attribute.value.Text();
        }
    }
    return {};
}

/// A record that waits to be appended: its type, its size, its bytes.
struct StagedRecord {
    journal::RecordType type;
    std::string_view bytes;
};

constexpr std::size_t kStagedHead = 1 + sizeof(std::uint32_t);

/// Answers where the record's bytes begin; they follow, and then EndStaged.
std::size_t BeginStaged(journal::RecordType type, std::string& staged) {
    staged += static_cast<char>(type);
    staged.append(sizeof(std::uint32_t), '\0');
    return staged.size();
}

void EndStaged(std::size_t begin, std::string& staged) {
    const auto size = static_cast<std::uint32_t>(staged.size() - begin);
    std::memcpy(staged.data() + begin - sizeof size, &size, sizeof size);
}

StagedRecord TakeStaged(std::string_view& staged) {
    std::uint32_t size = 0;
    std::memcpy(&size, staged.data() + 1, sizeof size);
    const StagedRecord record{
        static_cast<journal::RecordType>(staged.front()),
        staged.substr(kStagedHead, size)};
    staged.remove_prefix(kStagedHead + size);
    return record;
}

constexpr const char* kNoIds =
    "spans without a valid trace id (16 bytes) and span id (8 bytes) were left out";

ExportOutcome NoRoom() {
    return {ExportOutcome::Kind::kNoRoom, 0, "the journal has no room now"};
}

/// Whose key a call came with, where the span does not say who called.
void FillFromKey(const access::KeyRecord& key, Call& call) {
    dialect::AssignUnlessSet(call.api_key, key.fingerprint);
    dialect::AssignUnlessSet(call.api_key_label, key.name.empty() ? "sg-..." + key.hint : key.name);
    dialect::AssignUnlessSet(call.team, key.team);
    dialect::AssignUnlessSet(call.service, key.service);
}

}  // namespace

Ingest::Ingest(
    const OtlpParts& parts,
    ContentJoin& contents,
    OtlpCounters& counters,
    journal::Writer& writer,
    std::size_t ring_bytes
)
    : parts_(parts),
      contents_(contents),
      counters_(counters),
      writer_(writer),
      unsynced_bytes_max_(ring_bytes / 4) {}

ExportOutcome Ingest::Take(const ExportRequest& request) {
    BeginRequest(request.key);
    const Status read = request.json ? otlp_.ReadJson(request.signal, request.body, *this)
                                     : otlp_.ReadProtobuf(request.signal, request.body, *this);
    if (!read.Ok()) {
        return {ExportOutcome::Kind::kMalformed, 0, read.error().message};
    }
    KeepPath();
    if (!AppendStaged()) {
        return NoRoom();
    }
    for (std::size_t i = 0; i < said_.size(); ++i) {
        const auto& [place, content] = said_[i];
        if (said_in_[i].call_id.IsNil()) {
            contents_.TakeLog(place, content, now_);
        } else {
            contents_.TakeCall(place, said_in_[i], content, now_);
        }
    }
    CountRequest();
    ExportOutcome outcome;
    outcome.rejected = static_cast<std::int64_t>(counts_.rejected_spans);
    if (outcome.rejected > 0) {
        outcome.message = kNoIds;
    }
    return outcome;
}

ExportOutcome Ingest::Take(std::span<Feedback> feedback) {
    BeginRequest(nullptr);
    for (Feedback& one : feedback) {
        Finish(one);
    }
    if (!AppendStaged()) {
        return NoRoom();
    }
    Add(counters_.feedback, counts_.feedback);
    return {};
}

void Ingest::BeginRequest(const access::KeyRecord* key) {
    key_ = key;
    received_at_ = parts_.clock.Now();
    now_ = std::chrono::steady_clock::now();
    capture_ = &parts_.derive.Capture();
    keep_content_ = capture_->Most() != pipeline::CapturePolicy::kNone;
    counts_ = {};
    if (staged_.capacity() > kStagedKept) {
        staged_ = {};
    }
    staged_.clear();
    path_.Begin();
    said_.clear();
    said_in_.clear();
}

void Ingest::BeginResource(std::span<const Attribute> attributes) {
    spans_.BeginResource(attributes);
}

void Ingest::BeginScope(const dialect::traces::ScopeView& scope) {
    spans_.BeginScope(scope);
}

void Ingest::OnSpan(const SpanView& span) {
    if (!span.place.IsValid()) {
        ++counts_.rejected_spans;
        return;
    }
    SpanContent content;
    const SpanRole role =
        spans_.Read(span, received_at_, call_, keep_content_ ? &content : nullptr);
    if (role == SpanRole::kNone) {
        ++counts_.other_spans;
        path_.Add(span, spans_.Service());
        return;
    }
    path_.Want(span.place.trace_id, span.parent_span_id);
    if (role != SpanRole::kCall) {
        ++counts_.run_spans;
        FinishStep(role, {span.name, spans_.NamedThing()});
        return;
    }
    FinishCall();
    if (keep_content_) {
        said_.emplace_back(span.place, std::move(content));
        said_in_.push_back(OwnerOfRead());
    }
}

/// Whose the content of the call is that was read last.
ContentOwner Ingest::OwnerOfRead() const {
    ContentOwner owner{.call_id = call_.call_id, .capture = choice_, .placeholder_key = {}};
    if (!choice_.Keeps(call_)) {
        owner.capture.policy = pipeline::CapturePolicy::kNone;
    } else if (choice_.policy == pipeline::CapturePolicy::kRedacted) {
        owner.placeholder_key = PlaceholderKeyOf(call_, parts_.fingerprinter);
    }
    return owner;
}

void Ingest::FinishCall() {
    ++counts_.calls;
    counts_.repaired_spans += call_.repairs == dialect::traces::kRepairedTime ? 1U : 0U;
    CleanRead();
    Stage(call_);
}

void Ingest::FinishStep(SpanRole role, const dialect::traces::StepNames& names) {
    CleanRead();
    Span step = dialect::traces::MakeSpan(call_, dialect::traces::KindOf(role), names);
    for (std::string* text : {&step.name, &step.subject}) {
        CleanText(*text);
        if (choice_.policy == pipeline::CapturePolicy::kRedacted) {
            redact::RemovePersonalData(*text);
        }
    }
    Stage(step);
}

void Ingest::Finish(Feedback& feedback) {
    ++counts_.feedback;
    CleanFeedback(feedback, *capture_, parts_.fingerprinter);
    const std::size_t at = BeginStaged(journal::RecordType::kFeedback, staged_);
    EncodeFeedback(feedback, staged_);
    EndStaged(at, staged_);
}

/// Spans that are no work of models, but stand above some.
void Ingest::KeepPath() {
    path_.TakeKept([this](const SpanView& span, std::string_view service) {
        --counts_.other_spans;
        ++counts_.run_spans;
        SpanReader::ReadOther(span, received_at_, call_);
        call_.service = service;
        FinishStep(SpanRole::kNone, {span.name, {}});
    });
}

/// What was read last, made fit to be recorded.
void Ingest::CleanRead() {
    if (key_ != nullptr) {
        FillFromKey(*key_, call_);
    }
    CleanRequest(call_);
    choice_ = capture_->ChoiceOf(call_);
    CleanAnswer(call_, capture_->patterns.get());
    if (choice_.policy == pipeline::CapturePolicy::kRedacted) {
        RedactWho(call_, parts_.fingerprinter, capture_->patterns.get());
    }
}

void Ingest::Stage(const Call& call) {
    const auto size = static_cast<std::uint32_t>(EncodedSize(call));
    const std::size_t at = BeginStaged(journal::RecordType::kCallEnd, staged_);
    staged_.resize(at + size);
    EndStaged(at, staged_);
    EncodeCall(call, staged_.data() + at);
}

void Ingest::Stage(const Span& span) {
    const std::size_t at = BeginStaged(journal::RecordType::kSpan, staged_);
    EncodeSpan(span, staged_);
    EndStaged(at, staged_);
}

bool Ingest::AppendStaged() {
    std::string_view rest = staged_;
    while (!rest.empty()) {
        const StagedRecord record = TakeStaged(rest);
        const std::string_view bytes = record.bytes;
        const std::size_t size = bytes.size();
        if (unsynced_bytes_ + size > unsynced_bytes_max_) {
            if (!writer_.Sync().Ok()) {
                return false;
            }
            unsynced_bytes_ = 0;
        }
        unsynced_bytes_ += size;
        const bool appended = writer_.Append(record.type, size, [bytes](char* out) {
            std::memcpy(out, bytes.data(), bytes.size());
        });
        if (!appended) {
            return false;
        }
    }
    return true;
}

void Ingest::OnLog(const LogView& log) {
    ++counts_.log_records;
    if (EventNameOf(log) == dialect::traces::kEvaluationEvent) {
        if (auto feedback = dialect::traces::ReadEvaluation(log, received_at_)) {
            Finish(*feedback);
        }
        return;
    }
    if (!keep_content_ || !log.place.IsValid()) {
        return;
    }
    SpanContent content;
    dialect::traces::ReadEventContent(EventNameOf(log), log.attributes, log.body, content);
    if (!content.Empty()) {
        said_.emplace_back(log.place, std::move(content));
        said_in_.emplace_back();
    }
}

/// Token counts of metrics are the spans' own, summed up: they are not added to them.
void Ingest::OnMetric(std::string_view /*name*/, std::size_t data_points) {
    counts_.data_points += data_points;
}

void Ingest::NoteRejected() {
    if (counts_.rejected_spans == 0 || parts_.findings == nullptr) {
        return;
    }
    const pipeline::Finding found{
        .at = received_at_,
        .kind = pipeline::FindingKind::kRejected,
        .source = Source::kOtlp,
        .count = counts_.rejected_spans,
        .call_id = {},
        .place = "/v1/traces",
        .reason = kNoIds};
    parts_.findings->Add(std::span(&found, 1));
}

void Ingest::CountRequest() {
    NoteRejected();
    Add(counters_.calls, counts_.calls);
    Add(counters_.run_spans, counts_.run_spans);
    Add(counters_.other_spans, counts_.other_spans);
    Add(counters_.rejected_spans, counts_.rejected_spans);
    Add(counters_.repaired_spans, counts_.repaired_spans);
    Add(counters_.malformed_attributes, otlp_.MalformedAttributes());
    Add(counters_.log_records, counts_.log_records);
    Add(counters_.data_points, counts_.data_points);
    Add(counters_.feedback, counts_.feedback);
}

}  // namespace sightglass::capture

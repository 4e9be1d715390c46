// An export request's bytes become Calls in the journal: decoded, read, cleaned, and appended all
// together or not at all, as far as the request itself can make it fail.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "access/key_table.h"
#include "call/feedback.h"
#include "capture/otlp/content_join.h"
#include "capture/otlp/otlp_counters.h"
#include "capture/otlp/run_path.h"
#include "dialect/traces/otlp.h"
#include "dialect/traces/run_span.h"
#include "dialect/traces/span_reader.h"
#include "journal/journal.h"

namespace sightglass::capture {

/// One decoded export request.
/// Thread-safety: plain value of views.
struct ExportRequest {
    dialect::traces::Signal signal = dialect::traces::Signal::kTraces;
    bool json = false;
    std::string_view body;
    const access::KeyRecord* key = nullptr;  ///< The sender's, where it showed one.
};

struct ExportOutcome {
    enum class Kind : std::uint8_t {
        kTaken,      ///< In the journal; not yet on stable storage.
        kMalformed,  ///< Nothing was taken; the same bytes will fail again.
        kNoRoom,     ///< Not now.
    };

    Kind kind = Kind::kTaken;
    std::int64_t rejected = 0;  ///< Items that were left out because they are wrong.
    std::string message = {};
};

/// Thread-safety: one thread at a time.
class Ingest final : private dialect::traces::OtlpSink {
public:
    /// `ring_bytes` is the journal's: more than a part of it is not appended without a sync.
    Ingest(
        const OtlpParts& parts,
        ContentJoin& contents,
        OtlpCounters& counters,
        journal::Writer& writer,
        std::size_t ring_bytes
    );

    ExportOutcome Take(const ExportRequest& request);

    /// The same for feedback that was read already; cleans it.
    ExportOutcome Take(std::span<Feedback> feedback);

private:
    void BeginResource(std::span<const dialect::traces::Attribute> attributes) override;
    void BeginScope(const dialect::traces::ScopeView& scope) override;
    void OnSpan(const dialect::traces::SpanView& span) override;
    void OnLog(const dialect::traces::LogView& log) override;
    void OnMetric(std::string_view name, std::size_t data_points) override;

    void BeginRequest(const access::KeyRecord* key);
    void FinishCall();
    void FinishStep(dialect::traces::SpanRole role, const dialect::traces::StepNames& names);
    void Finish(Feedback& feedback);
    void KeepPath();
    void CleanRead();
    ContentOwner OwnerOfRead() const;
    void Stage(const Call& call);
    void Stage(const Span& span);
    bool AppendStaged();
    void NoteRejected();
    void CountRequest();

    const OtlpParts& parts_;
    ContentJoin& contents_;
    OtlpCounters& counters_;
    journal::Writer& writer_;
    const std::size_t unsynced_bytes_max_;

    dialect::traces::OtlpReader otlp_;
    dialect::traces::SpanReader spans_;
    Call call_;
    std::size_t unsynced_bytes_ = 0;

    // Of the request under way.
    const access::KeyRecord* key_ = nullptr;
    Time received_at_;
    ContentJoin::SteadyTime now_;
    const pipeline::CaptureSettings* capture_ = nullptr;
    bool keep_content_ = false;       // Of some calls.
    pipeline::CaptureChoice choice_;  // What is kept of what was read last.
    std::string staged_;  // Encoded Calls and Spans, each behind its record type and size.
    RunPath path_;
    std::vector<std::pair<dialect::traces::SpanPlace, dialect::traces::SpanContent>> said_;
    std::vector<ContentOwner> said_in_;  // The calls of said_; nil for log records.

    struct Counts {
        std::uint64_t calls = 0;
        std::uint64_t run_spans = 0;
        std::uint64_t other_spans = 0;
        std::uint64_t rejected_spans = 0;
        std::uint64_t repaired_spans = 0;
        std::uint64_t log_records = 0;
        std::uint64_t data_points = 0;
        std::uint64_t feedback = 0;
    };

    Counts counts_;
};

}  // namespace sightglass::capture

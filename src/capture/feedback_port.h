// Where feedback enters the journal.
//
// Thread-safety: as each says.
#pragma once

#include <memory>

#include "access/key_fingerprint.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/uuid.h"
#include "call/feedback.h"
#include "journal/journal.h"
#include "pipeline/derive.h"

namespace sightglass::capture {

/// Makes feedback fit to be recorded, as clean_text.h does for Calls, so that its ids stay equal to theirs. A comment is content:
/// it is kept as the policy says. `patterns` may be null.
/// Thread-safety: safe for concurrent use.
void CleanFeedback(
    Feedback& feedback,
    pipeline::CapturePolicy policy,
    const access::Fingerprinter& fingerprinter,
    const redact::CustomPatterns* patterns
);

/// Thread-safety: safe for concurrent use. One at a time is appended; nobody waits for another one's disk.
class FeedbackPort {
public:
    /// The journal, the fingerprinter and the patterns (which may be null) must outlive it. Its Writer is made when it is first needed.
    FeedbackPort(
        journal::Journal& journal,
        pipeline::CapturePolicy policy,
        const access::Fingerprinter& fingerprinter,
        const Clock& clock,
        const redact::CustomPatterns* patterns
    )
        : journal_(journal),
          policy_(policy),
          fingerprinter_(fingerprinter),
          clock_(clock),
          patterns_(patterns) {}

    /// Takes feedback, cleaned: on return it is on stable storage. Answers it as it is kept; one without an id gets one, one
    /// without a time the present one. kInvalidArgument as CheckFeedback, kUnavailable where the journal has no room.
    Result<Feedback> Take(Feedback feedback);

private:
    struct Appending {
        std::unique_ptr<journal::Writer> writer;
        UuidSource ids;
    };

    Result<journal::Writer*> Append(Appending& appending, Feedback& feedback) const;

    journal::Journal& journal_;
    const pipeline::CapturePolicy policy_;
    const access::Fingerprinter& fingerprinter_;
    const Clock& clock_;
    const redact::CustomPatterns* const patterns_;
    Guarded<Appending> appending_;
};

}  // namespace sightglass::capture

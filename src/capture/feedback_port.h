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
#include "pipeline/capture_policy.h"

namespace sightglass::capture {

/// Makes feedback fit to be recorded, as clean_text.h does for Calls, so that its ids stay equal to theirs. A comment is content:
/// it is kept as the strictest rule says, because whose call it is about need not be known yet.
/// Thread-safety: safe for concurrent use.
void CleanFeedback(
    Feedback& feedback,
    const pipeline::CaptureSettings& capture,
    const access::Fingerprinter& fingerprinter
);

/// Thread-safety: safe for concurrent use. One at a time is appended; nobody waits for another one's disk.
class FeedbackPort {
public:
    /// The journal, the book and the fingerprinter must outlive it. Its Writer is made when it is first needed.
    FeedbackPort(
        journal::Journal& journal,
        const pipeline::CaptureBook& capture,
        const access::Fingerprinter& fingerprinter,
        const Clock& clock
    )
        : journal_(journal), capture_(capture), fingerprinter_(fingerprinter), clock_(clock) {}

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
    const pipeline::CaptureBook& capture_;
    const access::Fingerprinter& fingerprinter_;
    const Clock& clock_;
    Guarded<Appending> appending_;
};

}  // namespace sightglass::capture

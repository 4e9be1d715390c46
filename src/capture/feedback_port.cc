#include "capture/feedback_port.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "call/feedback_encoding.h"
#include "capture/clean_text.h"
#include "redact/redact.h"

namespace sightglass::capture {
namespace {

/// A trace's or span's id, which has no room for a secret.
bool IsHex(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

/// An id stays one of its own, also where it is a credential.
void CleanId(std::string& id, const access::Fingerprinter& fingerprinter) {
    std::string cleaned = id;
    CleanText(cleaned);
    if (cleaned != id) {
        id = fingerprinter.Of(id).fingerprint;
    }
}

}  // namespace

void CleanFeedback(
    Feedback& feedback,
    const pipeline::CaptureSettings& capture,
    const access::Fingerprinter& fingerprinter
) {
    const pipeline::CapturePolicy policy = capture.Least();
    CleanId(feedback.id, fingerprinter);
    for (std::string* text : {&feedback.trace_id, &feedback.span_id}) {
        if (!IsHex(*text)) {
            CleanText(*text);
        }
    }
    for (std::string* text :
         {&feedback.provider_response_id,
          &feedback.session_id,
          &feedback.name,
          &feedback.label,
          &feedback.comment,
          &feedback.user}) {
        CleanText(*text);
    }
    if (policy == pipeline::CapturePolicy::kNone) {
        feedback.comment.clear();
    }
    if (policy == pipeline::CapturePolicy::kRedacted) {
        RedactUser(feedback.user, fingerprinter);
        redact::Redaction how;
        how.patterns = capture.patterns.get();
        for (std::string* text :
             {&feedback.session_id, &feedback.name, &feedback.label, &feedback.comment}) {
            redact::Redact(*text, how);
        }
    }
}

Result<Feedback> FeedbackPort::Take(Feedback feedback) {
    // Fsync may take long, and what others say need not wait for it: the lock is for appending alone.
    SG_ASSIGN_OR_RETURN(journal::Writer* const writer, appending_.With([&](Appending& appending) {
        return Append(appending, feedback);
    }));
    if (const Status synced = writer->Sync(); !synced.Ok()) {
        return Error{ErrorCode::kUnavailable, synced.error().message};
    }
    return feedback;
}

/// Completes and cleans the feedback; the writer lives as long as the port.
Result<journal::Writer*> FeedbackPort::Append(Appending& appending, Feedback& feedback) const {
    if (appending.writer == nullptr) {
        SG_ASSIGN_OR_RETURN(
            appending.writer,
            journal_.NewWriter("feedback", journal::Share::kHalf)
        );
    }
    const Time now = clock_.Now();
    if (feedback.id.empty()) {
        feedback.id = ToString(appending.ids.Next(now));
    }
    if (feedback.created_at == Time()) {
        feedback.created_at = now;
    }
    SG_TRY(CheckFeedback(feedback));
    CleanFeedback(feedback, capture_.Now(), fingerprinter_);
    std::string encoded;
    EncodeFeedback(feedback, encoded);
    const std::string_view bytes = encoded;
    const auto fill = [bytes](char* out) { std::memcpy(out, bytes.data(), bytes.size()); };
    if (!appending.writer->Append(journal::RecordType::kFeedback, bytes.size(), fill)) {
        return Error{ErrorCode::kUnavailable, "the journal has no room; try again in a moment"};
    }
    return appending.writer.get();
}

}  // namespace sightglass::capture

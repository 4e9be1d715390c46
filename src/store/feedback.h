// Questions about Feedback, and what it counts for; store.h asks.
//
// Feedback names its Call by an id, and the two are brought together when somebody asks. Each counts once, for one
// Call at most, at the time of that Call:
//
//   about         counts for
//   a call        the Call with this call_id, or that was joined of a record with it
//   an answer     the latest Call with this provider_response_id
//   a span        the latest Call of its trace that is this span, or was joined of a record that is; else as a trace
//   a trace       the latest Call of it
//   a session     the latest Call of it that had begun when the feedback was given
//
// So the figures of all slices of the Calls add up to those of the whole.
//
// Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/uuid.h"
#include "call/feedback.h"

namespace sightglass::store {

/// How much of a Call's feedback is found.
inline constexpr std::size_t kFeedbackOfCallMax = 200;

/// What feedback is about: any of these.
struct FeedbackSubjects {
    std::vector<Uuid> call_ids;
    std::vector<std::string> provider_response_ids;
    std::vector<std::string> trace_ids;
    std::vector<std::string> session_ids;

    bool Empty() const noexcept {
        return call_ids.empty() && provider_response_ids.empty() && trace_ids.empty() &&
               session_ids.empty();
    }
};

/// Which feedback a list holds, newest first: what was given in [from, to). The cursor is the last item of the page before.
struct FeedbackQuery {
    Time from;
    Time to;
    FeedbackSubjects about;  ///< Empty: anything.
    std::string name;        ///< Empty: any; as the following.
    std::string user;
    std::optional<FeedbackSource> source;

    struct Cursor {
        Time created_at;
        std::string id;
    };

    std::optional<Cursor> before;
    std::size_t limit = 100;
};

}  // namespace sightglass::store

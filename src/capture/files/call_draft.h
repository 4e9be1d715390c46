// A Call while the cells of its row are being read: what a file says about it in its own terms, until
// it is known how the parts fit together.
#pragma once

#include <optional>
#include <string_view>

#include "access/key_fingerprint.h"
#include "call/call.h"

namespace sightglass::capture::files {

/// What reading a file goes by. Thread-safety: plain value.
struct ReadingRules {
    const access::Fingerprinter* fingerprinter = nullptr;  ///< Of keys that a file holds.
    /// What numbers of seconds that are no date are counted from; they are refused where there is
    /// none.
    OptionalTime time_base = {};
    /// What stands in for a time that no clock can have said; without it, such a line is refused.
    OptionalTime read_at = {};
};

/// Thread-safety: one thread at a time.
struct CallDraft {
    Call call;
    OptionalInt input_tokens;  ///< All of it, cached or not.
    OptionalInt total_tokens;
    OptionalTime logged_at;       ///< When a line was written: the end of what it tells of.
    OptionalTime bucket_end;      ///< Of a row that stands for many requests.
    OptionalInt requests;         ///< How many requests the row stands for.
    bool passed_over = false;     ///< The row is sound, and no call to a model.
    bool ids_known = false;       ///< call_id stands in the file.
    bool is_time_absurd = false;  ///< The start is when the file was read; see ReadingRules.
    std::string_view refused =
        {};  ///< Why the format does not take it: "field: reason". A literal.
    const ReadingRules* rules = nullptr;

    /// Keeps the memory of its texts.
    void Clear(const ReadingRules& given);

    /// Works out what follows from what was read, cleans the texts, and answers what is missing or
    /// contradicts itself, as "field: reason"; empty where it is a Call now.
    std::string_view Finish();
};

}  // namespace sightglass::capture::files

// Fills a store with a week that could have been, so that a new dashboard has something to show.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "access/key_fingerprint.h"
#include "app/demo/history.h"
#include "base/result.h"
#include "prices/price_book.h"
#include "store/store.h"

namespace sightglass::demo {

/// What was made up. Thread-safety: plain value.
struct PastWeek {
    std::int64_t calls = 0;  ///< Stored.
    Time from;               ///< The time that was filled: [from, to).
    Time to;
    Time changed_at;                     ///< When the chat bot was given another model.
    std::vector<Opinion> opinions = {};  ///< Of the sessions; not stored.
};

/// Commits the calls from a week (of the chat bot: options.chat_history) before `options.now`, or from the newest call in
/// the store where that is later, up to `now`, priced with `prices`. When the chat bot changed follows from where the store
/// begins. A gap shorter than ten minutes is left alone,
/// so that a restart changes nothing. `go_on` is asked now and then with the share that is done; when it
/// says no, what was made up so far is kept, and the next start goes on from there. Call it before the pipeline starts. Thread-safety: one thread at a time.
Result<PastWeek> FillPastWeek(
    store::Store& store,
    const prices::PriceBook& prices,
    const access::Fingerprinter& fingerprinter,
    const HistoryOptions& options,
    const std::function<bool(double share)>& go_on
);

}  // namespace sightglass::demo

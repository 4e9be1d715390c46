// Lists of calls: text in, a checked CallQuery out, and the cursor that leads to the next page.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/filter_text.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace sightglass::analytics {

inline constexpr std::int64_t kDefaultPageCalls = 100;
inline constexpr std::int64_t kPageCallsMax = 500;
inline constexpr std::size_t kSearchBytesMax = 1'000;

struct CallListText {
    std::string from = "";  ///< Empty: -24h.
    std::string to = "";    ///< Empty: now.
    std::vector<std::string> filters = {};
    std::vector<FilterText> conditions = {};
    std::string search = "";                 ///< Full text; empty for all.
    std::optional<std::int64_t> limit = {};  ///< Calls on the page.
    std::string cursor = "";                 ///< Of the page before; empty for the first.
};

/// kInvalidArgument as ParseQuestion.
Result<store::CallQuery>
ParseCallList(const CallListText& text, Time now, std::vector<std::string_view>* allowed = nullptr);

/// A page and what leads to the next.
struct CallPage {
    std::vector<Call> calls;  ///< Newest first.
    std::string next;         ///< Empty on the last page.
};

Result<CallPage> ListCalls(const store::CallQuery& query, const store::Store& store);

/// Opaque to clients: letters and digits.
std::string EncodeCursor(const store::CallQuery::Cursor& cursor);
Result<store::CallQuery::Cursor> DecodeCursor(std::string_view text);

}  // namespace sightglass::analytics

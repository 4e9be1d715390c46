// Questions about feedback as SQL. The text consists of constants; every value is bound.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "store/duckdb/expressions.h"
#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// A table of the calls that began at `from` or later and have feedback. Columns: fb_call, a call's id, and a count for each
/// FeedbackPart, by the names of FeedbackCount. Calls a day before `from` are looked at as well, because a call may be the later
/// part of a trace.
std::string FeedbackCountsSql(Time from, const Sources& sources, Values& values);
std::string FeedbackCount(FeedbackPart part);

/// Columns of the following: FeedbackColumnList.
Sql ListFeedbackSql(const FeedbackQuery& query, const Sources& sources);

/// What may count for the call: it is about something that the call has.
Sql FeedbackNamingSql(const Call& call, const Sources& sources);

/// What does, of these; newest first.
Sql FeedbackOfCallSql(
    const Call& call,
    const std::vector<Feedback>& naming,
    const Sources& sources
);

}  // namespace sightglass::store

// The pieces of a question as SQL expressions over the columns of `calls`, and the list of values
// that they bind.
//
// Included by this folder's .cc files only.
#pragma once

#include <span>
#include <string>

#include "store/duckdb/handle.h"
#include "store/store.h"

namespace sightglass::store {

/// Collects a statement's values; what it returns ("$3") stands for one in the text.
/// Thread-safety: belongs to one thread.
class Values {
public:
    std::string Bind(Bound value);

    std::vector<Bound> Take() { return std::move(values_); }

private:
    std::vector<Bound> values_;
};

/// What stands behind FROM: the files' tables, or those and what is staged.
struct Sources {
    std::string calls = "calls";
    std::string contents = "content.contents";  ///< Of the file, less what is staged anew.
    std::string texts = "content.texts";  ///< Those, at the least, that may be looked through.
    std::string staged_contents;          ///< With whole texts; empty for none.
    std::string spans = "spans";
    std::string feedback = "feedback";
    std::string and_where;  ///< Of `calls`: empty, or a condition that starts with AND.
};

/// Evaluate(quantity, call) as an expression of type BIGINT. kNone is not allowed.
std::string QuantitySql(Quantity quantity);

/// Meets(condition, call).
std::string ConditionSql(Condition condition);

/// GroupValue(dimension, call).
std::string GroupSql(const Filter& dimension, Values& values);

/// "started_at >= … AND started_at < … AND …": the time range, and Matches of every filter.
std::string WhereSql(Time from, Time to, std::span<const Filter> filters, Values& values);

/// The number of the bucket that holds started_at; StartOfBucket gives its start back.
std::string BucketSql(Duration interval, Values& values);
std::string BucketStartSql(const std::string& bucket, Duration interval, Values& values);

/// The ids under which contents of the calls of a slice, which is a condition on calls, may be kept: those of the calls,
/// and of the records that they were joined of.
std::string ContentIdsSql(const std::string& slice, const Sources& sources);

/// MatchesText. Only contents of calls of the slice are looked through.
std::string
TextSql(const std::string& text, const std::string& slice, const Sources& sources, Values& values);

}  // namespace sightglass::store

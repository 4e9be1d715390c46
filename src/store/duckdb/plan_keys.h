// What every answer to a Plan has in common, wherever its rows come from: the columns of its key,
// their order, and how many minutes a row stands for.
//
// Included by this folder's .cc files only.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/duckdb/expressions.h"
#include "store/store.h"

namespace sightglass::store {

/// A constant of the program as SQL.
std::string LiteralSql(double value);

std::string Joined(const std::vector<std::string>& names, std::string_view between);

/// t, g0, g1, …: the names of the key's columns in what is aggregated.
std::vector<std::string> KeysOf(const Plan& plan);

/// "… AS t, … AS g0, ": the key of a Call, or of a row that has the columns of the key as a Call
/// has; empty, or with a comma at its end.
std::string KeyOfRowSql(const Plan& plan, Values& values);

/// " GROUP BY t, g0"; empty where there is no key.
std::string GroupByKeySql(const Plan& plan);

/// The first columns of the answer, with a comma at the end; `table` is empty or ends with a dot.
std::string KeyColumnsSql(const Plan& plan, std::string_view table, Values& values);

/// " ORDER BY …": as the plan says, then by the key.
std::string OrderSql(const Plan& plan);

/// A metric in its own unit; `value`: its aggregate's SQL, in that of its quantity.
std::string ScaledSql(const Metric& metric, const std::string& value);

/// How many minutes a row stands for; NULL for none.
std::string MinutesSql(const Plan& plan, Values& values);

}  // namespace sightglass::store

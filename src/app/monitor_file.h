// Monitors as code: a YAML file, and what it would change.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/monitor.h"
#include "base/files.h"
#include "base/result.h"

namespace sightglass::app {

/// The monitors of a file: a list, or a mapping with a list `monitors`. Members as in the API.
/// Errors say "FILE:LINE: what is wrong".
Result<std::vector<alert::Monitor>> ReadMonitorFile(const Path& file);

/// The monitors of an answer of /api/v1/monitors, or of a single one.
Result<std::vector<alert::Monitor>> ReadMonitorAnswer(std::string_view json);

/// What a file would do to one monitor.
struct MonitorChange {
    enum class What { kMake, kChange, kRemove };
    What what = What::kMake;
    alert::Monitor monitor;          ///< As it is to be; of one that goes, as it is.
    std::vector<std::string> lines;  ///< "  window: 5m -> 10m".
};

enum class Others { kKeep, kRemove };

/// `others`: what becomes of monitors that the file does not name; recommended ones stay.
std::vector<MonitorChange> Difference(
    const std::vector<alert::Monitor>& present,
    const std::vector<alert::Monitor>& wanted,
    Others others
);

/// As a person reads it: "+ id (new)", "~ id", "- id", and their lines.
std::string DescribeChanges(const std::vector<MonitorChange>& changes);

}  // namespace sightglass::app

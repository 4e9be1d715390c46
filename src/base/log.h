// Log lines on standard error: "2026-11-22T01:37:44.123Z info gateway: …". Text from outside is
// escaped here.
//
// Levels by who must act: error (an operator, now), warn (an operator, today), info (nobody; life
// of the process), debug (a developer).
//
// Thread-safety: safe for concurrent use.
#pragma once

#include <string_view>

namespace sightglass {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

/// Lines below `level` are dropped from now on. The default is kInfo.
void SetLogLevel(LogLevel level) noexcept;

/// Writes one line: `area` is the room, `message` is escaped.
void Log(LogLevel level, std::string_view area, std::string_view message);

}  // namespace sightglass

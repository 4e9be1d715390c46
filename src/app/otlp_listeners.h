// What the server needs to know to start the OTLP receiver, and to show its figures.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/config.h"
#include "capture/otlp/otlp.h"
#include "serve/figures.h"

namespace sightglass::app {

/// Nothing where it is off, or where its default port is taken, by another collector perhaps: then
/// the log says so. `name` is the setting's.
Result<std::optional<capture::OtlpListener>>
OtlpListenerOf(std::string_view name, const OptionalListener& wanted);

/// The request target of a request's first line; empty where there is none.
std::string_view TargetOf(std::string_view request) noexcept;

serve::OtlpFigures OtlpFiguresOf(const capture::OtlpStats& stats) noexcept;

/// "127.0.0.1:8080", or "[::1]:8080".
/// Thread-safety: pure.
std::string AddressText(const std::string& host, std::uint16_t port);

}  // namespace sightglass::app

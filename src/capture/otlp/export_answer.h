// What a sender is answered: an export response or a google.rpc.Status, in the encoding it sent.
//
// Thread-safety: pure functions over plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "capture/otlp/ingest.h"

namespace sightglass::capture {

/// The codes of gRPC that are used here. Source: grpc/status.
enum class RpcCode : std::uint8_t {
    kOk = 0,
    kInvalidArgument = 3,
    kNotFound = 5,
    kPermissionDenied = 7,
    kResourceExhausted = 8,
    kUnimplemented = 12,
    kInternal = 13,
    kUnavailable = 14,
    kUnauthenticated = 16,
};

/// A refusal. `later`: the same request may succeed then.
struct ExportFailure {
    int http_status = 400;
    RpcCode code = RpcCode::kInvalidArgument;
    std::string message;
    bool later = false;
};

/// Which of the three services a path is for, after the prefixes that the receiver knows: /v1/…,
/// /otlp/v1/…, /api/public/otel/v1/….
std::optional<dialect::traces::Signal> SignalOfPath(std::string_view path) noexcept;

/// The same for gRPC's paths.
std::optional<dialect::traces::Signal> SignalOfMethod(std::string_view path) noexcept;

/// Export…ServiceResponse: empty, or with partial_success where something was left out.
std::string SuccessBody(const ExportOutcome& outcome, dialect::traces::Signal signal, bool json);

/// google.rpc.Status.
std::string FailureBody(const ExportFailure& failure, bool json);

/// The same with a google.rpc.RetryInfo, as gRPC's trailer grpc-status-details-bin has it.
std::string StatusDetails(const ExportFailure& failure, Duration retry_after);

/// What became of a request that was not taken.
ExportFailure FailureOf(const ExportOutcome& outcome);

}  // namespace sightglass::capture

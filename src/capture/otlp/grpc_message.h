// gRPC's own framing within HTTP/2: length-prefixed messages and the texts of its trailers.
//
// Thread-safety: pure functions over plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "capture/otlp/export_answer.h"

namespace sightglass::capture {

/// Thread-safety: plain value; holds a view into the body that it was read from.
struct GrpcMessage {
    std::string_view Bytes() const noexcept {
        return compressed ? std::string_view(decoded) : plain;
    }

    std::string_view plain;
    std::string decoded;
    bool compressed = false;
    std::optional<ExportFailure> failure;
};

/// The one message of a unary request. `encoding` is the header grpc-encoding.
GrpcMessage
ReadGrpcMessage(std::string_view body, std::string_view encoding, std::size_t bytes_max);

std::string FrameGrpcMessage(std::string_view message);

/// The method Check of grpc.health.v1: what probes of an orchestrator ask.
inline constexpr std::string_view kGrpcHealthPath = "/grpc.health.v1.Health/Check";

/// Its answer to a request: SERVING, for the server as a whole and for the services that it has;
/// nothing for a service that it has not.
std::optional<std::string> GrpcHealthOf(std::string_view request);

/// As the trailer grpc-message has it: printable ASCII, the rest percent-encoded.
std::string EscapeGrpcMessage(std::string_view text);

/// As trailers whose names end in -bin have bytes: base64 without padding.
std::string GrpcBinary(std::string_view bytes);

}  // namespace sightglass::capture

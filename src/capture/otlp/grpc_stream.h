// One call over gRPC, from its headers to its answer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "capture/otlp/export_answer.h"
#include "capture/otlp/otlp_counters.h"
#include "dialect/traces/otlp.h"

namespace sightglass::capture {

/// One Export call.
/// Thread-safety: the worker's thread.
struct RpcStream {
    explicit RpcStream(MemoryBudget& budget) : memory(budget) {}

    std::string path;
    std::string authority;
    std::string origin;
    std::string content_type;
    std::string encoding;
    std::string authorization;
    std::string api_key;
    std::string body;
    MemoryShare memory;
    bool ended = false;     ///< All of it has come.
    bool answered = false;  ///< Its answer is on its way.
    std::optional<ExportFailure> failure;
    dialect::traces::Signal signal = dialect::traces::Signal::kTraces;
    std::uint64_t ticket = 0;  ///< 0 until it is in the journal.
    ExportOutcome outcome;
    std::string answer;  ///< The framed response.
    std::size_t sent = 0;
};

/// Source: the protocol of gRPC over HTTP/2, which answers anything else with HTTP status 415.
inline bool IsGrpc(const RpcStream& stream) noexcept {
    return stream.content_type.starts_with("application/grpc");
}

inline std::optional<ExportFailure> JudgeType(const RpcStream& stream) {
    constexpr std::string_view kWhy = "the Content-Type must be application/grpc";
    return IsGrpc(stream)
               ? std::nullopt
               : std::optional(ExportFailure{415, RpcCode::kInvalidArgument, std::string(kWhy)});
}

/// Headers that matter, and where they go.
inline constexpr std::array<std::pair<std::string_view, std::string RpcStream::*>, 8> kKeptHeaders =
    {{{":path", &RpcStream::path},
      {":authority", &RpcStream::authority},
      {"origin", &RpcStream::origin},
      {"content-type", &RpcStream::content_type},
      {"grpc-encoding", &RpcStream::encoding},
      {"authorization", &RpcStream::authorization},
      {"x-api-key", &RpcStream::api_key},
      {"x-sightglass-key", &RpcStream::api_key}}};

}  // namespace sightglass::capture

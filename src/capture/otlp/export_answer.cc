#include "capture/otlp/export_answer.h"

#include <array>

#include "codec/json_writer.h"
#include "codec/protobuf.h"

namespace sightglass::capture {
namespace {

using dialect::traces::Signal;

constexpr std::array<std::string_view, 3> kPrefixes = {"/otlp", "/api/public/otel", ""};
constexpr std::array<std::string_view, 3> kPaths = {"/v1/traces", "/v1/logs", "/v1/metrics"};
constexpr std::array<std::string_view, 3> kMethods = {
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"};
constexpr std::array<std::string_view, 3> kRejected = {
    "rejectedSpans",
    "rejectedLogRecords",
    "rejectedDataPoints"};

}  // namespace

bool IsOtlpPath(std::string_view path) noexcept {
    return path.starts_with("/otlp/") || path.starts_with("/api/public/");
}

std::optional<Signal> SignalOfPath(std::string_view path) noexcept {
    path = path.substr(0, path.find('?'));
    for (const std::string_view prefix : kPrefixes) {
        if (!path.starts_with(prefix)) {
            continue;
        }
        const std::string_view rest = path.substr(prefix.size());
        for (std::size_t i = 0; i < kPaths.size(); ++i) {
            if (rest == kPaths[i]) {
                return static_cast<Signal>(i);
            }
        }
    }
    return std::nullopt;
}

std::optional<Signal> SignalOfMethod(std::string_view path) noexcept {
    for (std::size_t i = 0; i < kMethods.size(); ++i) {
        if (path == kMethods[i]) {
            return static_cast<Signal>(i);
        }
    }
    return std::nullopt;
}

std::string SuccessBody(const ExportOutcome& outcome, Signal signal, bool json) {
    const bool partial = outcome.rejected > 0 || !outcome.message.empty();
    if (json) {
        codec::JsonWriter body;
        body.BeginObject();
        if (partial) {
            body.Key("partialSuccess").BeginObject();
            body.Key(kRejected[static_cast<std::size_t>(signal)])
                .String(std::to_string(outcome.rejected));
            body.Key("errorMessage").String(outcome.message).EndObject();
        }
        return body.EndObject().Take();
    }
    std::string body;
    if (partial) {
        std::string success;
        codec::AppendWireNumber(1, static_cast<std::uint64_t>(outcome.rejected), success);
        codec::AppendWireBytes(2, outcome.message, success);
        codec::AppendWireBytes(1, success, body);
    }
    return body;
}

std::string FailureBody(const ExportFailure& failure, bool json) {
    if (json) {
        codec::JsonWriter body;
        body.BeginObject().Key("code").Int(static_cast<int>(failure.code));
        return body.Key("message").String(failure.message).EndObject().Take();
    }
    std::string body;
    codec::AppendWireNumber(1, static_cast<std::uint64_t>(failure.code), body);
    codec::AppendWireBytes(2, failure.message, body);
    return body;
}

std::string StatusDetails(const ExportFailure& failure, Duration retry_after) {
    const auto us = static_cast<std::uint64_t>(retry_after.count());
    std::string delay;  // google.protobuf.Duration
    codec::AppendWireNumber(1, us / 1'000'000, delay);
    codec::AppendWireNumber(2, us % 1'000'000 * 1'000, delay);
    std::string info;
    codec::AppendWireBytes(1, delay, info);
    std::string any;
    codec::AppendWireBytes(1, "type.googleapis.com/google.rpc.RetryInfo", any);
    codec::AppendWireBytes(2, info, any);
    std::string status = FailureBody(failure, false);
    codec::AppendWireBytes(3, any, status);
    return status;
}

ExportFailure FailureOf(const ExportOutcome& outcome) {
    if (outcome.kind == ExportOutcome::Kind::kNoRoom) {
        return {503, RpcCode::kResourceExhausted, outcome.message, true};
    }
    return {400, RpcCode::kInvalidArgument, outcome.message, false};
}

}  // namespace sightglass::capture

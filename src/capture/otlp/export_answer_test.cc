#include "capture/otlp/export_answer.h"

#include <gtest/gtest.h>

#include "capture/otlp/grpc_message.h"
#include "codec/compression.h"
#include "codec/protobuf.h"

namespace sightglass::capture {
namespace {

using dialect::traces::Signal;

TEST(ExportAnswerTest, PathsOfAllThreePrefixesLeadToTheirSignal) {
    EXPECT_EQ(SignalOfPath("/v1/traces"), Signal::kTraces);
    EXPECT_EQ(SignalOfPath("/otlp/v1/logs"), Signal::kLogs);
    EXPECT_EQ(SignalOfPath("/api/public/otel/v1/metrics?x=1"), Signal::kMetrics);
    EXPECT_EQ(SignalOfPath("/v1/traces/"), std::nullopt);
    EXPECT_EQ(SignalOfPath("/otlp"), std::nullopt);
    EXPECT_EQ(
        SignalOfMethod("/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
        Signal::kLogs
    );
    EXPECT_EQ(SignalOfMethod("/v1/logs"), std::nullopt);
}

TEST(ExportAnswerTest, SuccessIsEmptyUnlessSomethingWasLeftOut) {
    EXPECT_EQ(SuccessBody({}, Signal::kTraces, false), "");
    EXPECT_EQ(SuccessBody({}, Signal::kTraces, true), "{}");
    const ExportOutcome partial{ExportOutcome::Kind::kTaken, 3, "why"};
    EXPECT_EQ(
        SuccessBody(partial, Signal::kTraces, true),
        R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"why"}})"
    );
    const std::string bytes = SuccessBody(partial, Signal::kTraces, false);
    codec::WireReader response(bytes);
    ASSERT_TRUE(response.Next());
    EXPECT_EQ(response.Field(), 1U);
    codec::WireReader success(response.Bytes());
    ASSERT_TRUE(success.Next());
    EXPECT_EQ(success.Number(), 3U);
    ASSERT_TRUE(success.Next());
    EXPECT_EQ(success.Bytes(), "why");
}

TEST(ExportAnswerTest, WhoShallComeAgainIsToldWhen) {
    const ExportFailure failure{503, RpcCode::kResourceExhausted, "full", true};
    const std::string bytes = StatusDetails(failure, std::chrono::milliseconds(1500));
    codec::WireReader status(bytes);
    std::string_view any;
    while (status.Next()) {
        if (status.Field() == 1) {
            EXPECT_EQ(status.Number(), 8U);
        } else if (status.Field() == 3) {
            any = status.Bytes();
        }
    }
    codec::WireReader detail(any);
    ASSERT_TRUE(detail.Next());
    EXPECT_EQ(detail.Bytes(), "type.googleapis.com/google.rpc.RetryInfo");
    ASSERT_TRUE(detail.Next());
    codec::WireReader info(detail.Bytes());
    ASSERT_TRUE(info.Next());
    codec::WireReader delay(info.Bytes());
    ASSERT_TRUE(delay.Next());
    EXPECT_EQ(delay.Number(), 1U);
    ASSERT_TRUE(delay.Next());
    EXPECT_EQ(delay.Number(), 500'000'000U);
}

TEST(GrpcMessageTest, AMessageIsReadPlainAndCompressed) {
    EXPECT_EQ(ReadGrpcMessage(FrameGrpcMessage("abc"), "", 100).Bytes(), "abc");
    std::string framed = FrameGrpcMessage(codec::CompressGzip("abc"));
    framed[0] = 1;
    EXPECT_EQ(ReadGrpcMessage(framed, "gzip", 100).Bytes(), "abc");
    EXPECT_EQ(ReadGrpcMessage(framed, "gzip", 2).failure->code, RpcCode::kResourceExhausted);
    EXPECT_EQ(ReadGrpcMessage(framed, "snappy", 100).failure->code, RpcCode::kUnimplemented);
}

TEST(GrpcMessageTest, WhatIsNoWholeMessageIsRefused) {
    const std::string whole = FrameGrpcMessage("abc");
    for (const std::string& body :
         {std::string(), whole.substr(0, 4), whole.substr(0, 7), whole + "x"}) {
        EXPECT_EQ(ReadGrpcMessage(body, "", 100).failure->code, RpcCode::kInvalidArgument);
    }
}

TEST(GrpcMessageTest, TrailersAreEscapedAsTheirKindWantsIt) {
    EXPECT_EQ(EscapeGrpcMessage("50% \xc3\xa4"), "50%25 %C3%A4");
    EXPECT_EQ(GrpcBinary("a"), "YQ");
    EXPECT_EQ(GrpcBinary("abc"), "YWJj");
}

}  // namespace
}  // namespace sightglass::capture

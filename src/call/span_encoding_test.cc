#include "call/span_encoding.h"

#include <gtest/gtest.h>

namespace sightglass {
namespace {

Span WholeSpan() {
    Span span;
    span.id.bytes.fill(7);
    span.trace_id = "0af7651916cd43dd8448eb211c80319c";
    span.span_id = "b7ad6b7169203331";
    span.parent_span_id = "00f067aa0ba902b7";
    span.source = Source::kOtlp;
    span.kind = SpanKind::kTool;
    span.name = "execute_tool weather";
    span.subject = "weather";
    span.service = "shop";
    span.started_at = TimeFromMicros(1'795'305'687'028'000);
    span.ended_at = TimeFromMicros(1'795'305'687'128'000);
    span.status = CallStatus::kError;
    span.error_message = "no such town";
    return span;
}

std::string Encoded(const Span& span) {
    std::string bytes;
    EncodeSpan(span, bytes);
    return bytes;
}

TEST(SpanEncodingTest, BringsEveryFieldBack) {
    for (const Span& span : {WholeSpan(), Span{}}) {
        const Result<Span> read = DecodeSpan(Encoded(span));
        ASSERT_TRUE(read.Ok()) << read.error().message;
        EXPECT_EQ(*read, span);
    }
}

TEST(SpanEncodingTest, RefusesWhatIsCutOrLongerThanItSays) {
    const std::string bytes = Encoded(WholeSpan());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(DecodeSpan(std::string_view(bytes).substr(0, size)).Ok()) << size;
    }
    EXPECT_FALSE(DecodeSpan(bytes + '\0').Ok());
}

TEST(SpanEncodingTest, RefusesAVersionThatItDoesNotKnow) {
    std::string bytes = Encoded(WholeSpan());
    bytes.front() = 2;
    EXPECT_FALSE(DecodeSpan(bytes).Ok());
}

TEST(SpanEncodingTest, TakesValuesBeyondAVocabularyAsUnknown) {
    std::string bytes = Encoded(WholeSpan());
    bytes[18] = '\x50';  // Version, id, source; then the kind.
    EXPECT_EQ(DecodeSpan(bytes)->kind, std::nullopt);
    EXPECT_EQ(DecodeSpan(bytes)->status, CallStatus::kError);
}

TEST(SpanKindTest, EachHasANameThatFindsIt) {
    for (int i = 0; i < static_cast<int>(SpanKind::kCount_); ++i) {
        const auto kind = static_cast<SpanKind>(i);
        EXPECT_EQ(ParseSpanKind(ToString(kind)), kind);
    }
    EXPECT_EQ(ParseSpanKind("call"), std::nullopt);
}

}  // namespace
}  // namespace sightglass

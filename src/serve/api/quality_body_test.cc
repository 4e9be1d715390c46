#include "serve/api/quality_body.h"

#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

const Time kNow = *ParseTime("2026-11-22T12:00:00Z", Time());

TEST(QualityBodyTest, EachExampleIsAFindingAndTheOthersAreOne) {
    const auto found = ReadRejected(
        R"({"file":"a.csv","count":5,"examples":[{"line":3,"field":"time","reason":"is no time"},)"
        R"({"line":4,"field":"","reason":"has no end"}]})",
        kNow
    );
    ASSERT_TRUE(found.Ok());
    ASSERT_EQ(found->size(), 3U);
    EXPECT_EQ((*found)[0].place, "a.csv:3");
    EXPECT_EQ((*found)[0].reason, "time is no time");
    EXPECT_EQ((*found)[0].at, kNow);
    EXPECT_EQ((*found)[0].source, Source::kImport);
    EXPECT_EQ((*found)[0].kind, pipeline::FindingKind::kRejected);
    EXPECT_EQ((*found)[1].reason, "has no end");
    EXPECT_EQ((*found)[2].count, 3U);
    EXPECT_EQ((*found)[2].place, "");
}

TEST(QualityBodyTest, RefusesWhatSaysNothing) {
    for (const char* const wrong : {
             "",
             "[]",
             R"({"count":1,"examples":[]})",
             R"({"file":"","count":1,"examples":[]})",
             R"({"file":"a","count":0,"examples":[]})",
             R"({"file":"a","count":1})",
             R"({"file":"a","count":1,"examples":[{}]})",
             R"({"file":"a","count":1,"examples":[{"line":-1,"reason":"x"}]})",
             R"({"file":"a","count":1,"examples":[{"line":1,"reason":"x"},{"line":2,"reason":"x"}]})",
         }) {
        EXPECT_FALSE(ReadRejected(wrong, kNow).Ok()) << wrong;
    }
}

}  // namespace
}  // namespace sightglass::serve

#include "serve/api/prices_body.h"

#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

using Kind = pipeline::RepriceOrder::Kind;

const Time kNow = *ParseTime("2026-11-22T12:00:00Z", Time());

TEST(PricesBodyTest, ATextIsReadAsItIs) {
    const auto text = ReadPriceText(R"({"text":"sightglass-prices 2\nprovider x\n"})");
    ASSERT_TRUE(text.Ok());
    EXPECT_EQ(*text, "sightglass-prices 2\nprovider x\n");
    EXPECT_EQ(*ReadPriceText(R"({"text":""})"), "");
    for (const char* const wrong : {"", "{}", "[]", R"({"text":1})", R"({"text":"","x":1})", "{"}) {
        EXPECT_FALSE(ReadPriceText(wrong).Ok()) << wrong;
    }
}

TEST(PricesBodyTest, AnOrderSaysFromWhenToWhen) {
    const auto order = ReadRepriceOrder(R"({"from":"2026-10-01","dry_run":true})", kNow);
    ASSERT_TRUE(order.Ok());
    EXPECT_EQ(order->kind, Kind::kTry);
    EXPECT_EQ(FormatTime(order->from), "2026-10-01T00:00:00Z");
    EXPECT_EQ(order->to, kNow);
    const auto applied = ReadRepriceOrder(R"({"from":"-7d","to":"2026-11-20T00:00:00Z"})", kNow);
    ASSERT_TRUE(applied.Ok());
    EXPECT_EQ(applied->kind, Kind::kApply);
    EXPECT_EQ(FormatTime(applied->from), "2026-11-15T12:00:00Z");
    EXPECT_EQ(FormatTime(applied->to), "2026-11-20T00:00:00Z");
    EXPECT_EQ(ReadRepriceOrder(R"({"undo":true})", kNow)->kind, Kind::kUndo);
}

TEST(PricesBodyTest, WhatIsNoOrderIsRefused) {
    for (const char* const wrong :
         {"",
          "[]",
          "{}",
          R"({"from":""})",
          R"({"from":5})",
          R"({"from":"2026-10-01","to":"2026-10-01"})",
          R"({"from":"2026-10-01","dry_run":"yes"})",
          R"({"from":"2026-10-01","until":"now"})",
          R"({"undo":true,"dry_run":true})",
          R"({"undo":true,"from":"-1d"})"}) {
        EXPECT_FALSE(ReadRepriceOrder(wrong, kNow).Ok()) << wrong;
    }
}

TEST(PricesBodyTest, AnOrderToCleanNamesSteps) {
    const auto some = ReadRefineOrder(R"({"from":"-7d","steps":"clock,price"})", kNow);
    ASSERT_TRUE(some.Ok());
    EXPECT_EQ(some->steps->Names(), "clock,price");
    EXPECT_EQ(
        ReadRefineOrder(R"({"from":"-7d"})", kNow)->steps->Names(),
        refine::StepSet().Names()
    );
    EXPECT_EQ(ReadRefineOrder(R"({"undo":true})", kNow)->kind, Kind::kUndo);
    EXPECT_FALSE(ReadRefineOrder(R"({"from":"-7d","steps":"clocks"})", kNow).Ok());
    EXPECT_FALSE(ReadRefineOrder(R"({"undo":true,"steps":"clock"})", kNow).Ok());
    EXPECT_FALSE(ReadRepriceOrder(R"({"from":"-7d","steps":"clock"})", kNow).Ok());
}

}  // namespace
}  // namespace sightglass::serve

#include "app/price_data.h"

#include <gtest/gtest.h>

#include "prices/price_book.h"

namespace sightglass::app {
namespace {

constexpr const char* kData = R"json([
  {"id": "Acme", "name": "Acme", "api_pattern": "https://acme", "provider_match": {"contains": "acme"},
   "model_match": {"or": [{"starts_with": "a-"}, {"and": [{"contains": "b"}, {"ends_with": "-c"}]}]},
   "fallback_model_providers": ["openai"],
   "models": [
     {"id": "a-1", "match": {"regex": "^a-1-\\d{4}\\.x$"},
      "prices": [{"prices": {"input_mtok": 5e-06}},
                 {"constraint": {"type": "start_date", "start_date": "2026-01-01"},
                  "prices": {"input_mtok": {"base": 2, "tiers": [{"start": 1000, "price": 4.5}]}}},
                 {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"output_mtok": 1}}]},
     {"id": "a-2", "match": {"regex": "^(?=x)"}, "prices": {"input_mtok": 1}},
     {"id": "a-3", "match": {"equals": "a-3"}, "prices": {"input_dreams": 1}},
     {"id": "a-4:free", "match": {"equals": "a-4:free"}, "prices": {}}]}])json";

TEST(PriceDataTest, TheDataBecomesAPriceBook) {
    std::string left_out;
    const auto text = ConvertPriceData(kData, left_out);
    ASSERT_TRUE(text.Ok());
    const std::string expected =
        "provider acme\n"
        "name *acme\n"
        "makes |2 ^a- &2 *b $-c\n"
        "fallback openai\n"
        "model a-1\n"
        "match ~a-1-####.x\n"
        "price\n"
        "rate input_mtok 0.000005\n"
        "price from 2026-01-01\n"
        "rate input_mtok 2 1000:4.5\n"
        "price between 00:30:00 16:30:00\n"
        "rate output_mtok 1\n"
        "model a-4:free\n"
        "match =a-4:free\n"
        "price\n"
        "rate input_mtok 0\n"
        "rate output_mtok 0\n";
    EXPECT_EQ(text->substr(text->find("provider")), expected);
    EXPECT_EQ(left_out, "acme/a-2, acme/a-3") << "what is not understood is named";
    EXPECT_TRUE(prices::PriceBook::Parse(*text).Ok());
}

TEST(PriceDataTest, WhatIsNotThatDataIsRefused) {
    std::string left_out;
    for (const char* const wrong :
         {"", "[", "[]", "{}", "5", R"({"providers":[]})", R"([{"name":"x"}])"}) {
        EXPECT_FALSE(ConvertPriceData(wrong, left_out).Ok()) << wrong;
    }
    EXPECT_TRUE(IsPriceData(" [ "));
    EXPECT_FALSE(IsPriceData("sightglass-prices 2\n"));
}

}  // namespace
}  // namespace sightglass::app

#include "serve/api/optional_json.h"

#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

std::string TextOf(const OptionalMoney& cost) {
    codec::JsonWriter json;
    json.BeginObject();
    WriteCost(json, cost);
    return json.EndObject().Take();
}

TEST(OptionalJsonTest, ACostIsItsDecimalNumberToTheNanoDollar) {
    EXPECT_EQ(
        TextOf(Money::FromNanoUsd(1'050'000)),
        R"({"cost_nano_usd":1050000,"cost_usd":0.00105})"
    );
    EXPECT_EQ(
        TextOf(Money::FromNanoUsd(-12'000'000'001)),
        R"({"cost_nano_usd":-12000000001,"cost_usd":-12.000000001})"
    );
    EXPECT_EQ(TextOf(Money::FromNanoUsd(0)), R"({"cost_nano_usd":0,"cost_usd":0})");
    EXPECT_EQ(TextOf(std::nullopt), R"({"cost_nano_usd":null,"cost_usd":null})");
}

}  // namespace
}  // namespace sightglass::serve

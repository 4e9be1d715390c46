#include "dialect/reset_time.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::dialect {
namespace {

TEST(ResetTimeTest, ReadsEverySpelling) {
    const Time now = *ParseTime("2026-11-22T01:37:44Z", Time());
    const std::vector<std::pair<std::string, std::int64_t>> cases = {
        {"12ms", 12'000},
        {"9ms", 9'000},
        {"1s", 1'000'000},
        {"6m0s", 360'000'000},
        {"1m9.696s", 69'696'000},
        {"1h2m3s", 3'723'000'000},
        {"1.5h", 5'400'000'000},
        {"250us", 250},
        {"250\xC2\xB5s", 250},
        {"250\xCE\xBCs", 250},
        {"1500ns", 2},
        {"0s", 0},
        {"20", 20'000'000},
        {"0.25", 250'000},
        {" 3s ", 3'000'000},
        {"1795311524", 60'000'000},
        {"1795311464250", 250'000},
        {"2026-11-22T01:38:44Z", 60'000'000},
        {"2026-11-22T02:37:45+01:00", 1'000'000},
    };
    for (const auto& [text, us] : cases) {
        EXPECT_EQ(ParseReset(text, now), us) << text;
    }
}

TEST(ResetTimeTest, WhatIsNoTimeIsUnknown) {
    const Time now = *ParseTime("2026-11-22T01:37:44Z", Time());
    for (const std::string text :
         {"",
          "soon",
          "s",
          "-1s",
          "1x",
          "1s2",
          "1.2.3s",
          "1e999",
          "nan",
          "inf",
          "-5",
          "1795311463",
          "1795311463999",
          "99999999999999h",
          "2026-11-22T01:37:43Z",
          "2026-13-22T01:37:43Z",
          "1m 2s"}) {
        EXPECT_FALSE(ParseReset(text, now).has_value()) << text;
    }
    EXPECT_FALSE(ParseReset("2026-11-22T01:38:44Z", std::nullopt).has_value());
    EXPECT_FALSE(ParseReset("1795311524", std::nullopt).has_value());
    EXPECT_FALSE(ParseReset(std::string(100'000, '1') + "s", now).has_value());
}

}  // namespace
}  // namespace sightglass::dialect

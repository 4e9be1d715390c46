#include "net/http_date.h"

#include <gtest/gtest.h>

namespace sightglass::net {
namespace {

TEST(HttpDateTest, AllThreeFormsAreRead) {
    const Time expected = *ParseTime("1994-11-06T08:49:37Z", {});
    EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), expected);
    EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
    EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994"), expected);
    EXPECT_EQ(
        ParseHttpDate(" Thu, 31 Dec 2026 23:59:60 GMT "),
        *ParseTime("2027-01-01T00:00:00Z", {})
    );
    EXPECT_EQ(ParseHttpDate("x, 29-Feb-28 00:00:00 GMT"), *ParseTime("2028-02-29T00:00:00Z", {}));
}

TEST(HttpDateTest, WhatIsNoDateIsNone) {
    for (const std::string_view text :
         {"",
          "30",
          "Sun, 06 Nov 1994 08:49:37",
          "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:49:37 GMT",
          "Sun, 06 Nov 1994 08-49-37 GMT",
          "Sun, 06 nov 1994 08:49:37 GMT",
          "Sun, x6 Nov 1994 08:49:37 GMT",
          "Sun, Nov 06 1994"}) {
        EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace sightglass::net

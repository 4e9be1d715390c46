#include "access/pseudonym.h"

#include <set>

#include <gtest/gtest.h>

namespace sightglass::access {
namespace {

TEST(PseudonymTest, IsTheSameForOneNameAndDiffersByNameAndSecret) {
    const Fingerprinter here(Secret(std::string(64, 'a')));
    const Fingerprinter there(Secret(std::string(64, 'b')));
    const std::string ada = PseudonymOf(here, "ada@example.org");
    EXPECT_EQ(PseudonymOf(here, "ada@example.org"), ada);
    EXPECT_NE(PseudonymOf(here, "Ada@example.org"), ada);
    EXPECT_NE(PseudonymOf(there, "ada@example.org"), ada);
    EXPECT_TRUE(IsPseudonym(ada)) << ada;
    EXPECT_EQ(ada.find("ada"), std::string::npos);
}

TEST(PseudonymTest, DoesNotCollideAmongManyNames) {
    const Fingerprinter fingerprinter(Secret(std::string(64, 'a')));
    std::set<std::string> all;
    for (int i = 0; i < 20'000; ++i) {
        all.insert(PseudonymOf(fingerprinter, "user-" + std::to_string(i)));
    }
    EXPECT_EQ(all.size(), 20'000U);
}

TEST(PseudonymTest, OnlyItsOwnFormIsOne) {
    EXPECT_TRUE(IsPseudonym("u_0123456789abcdef"));
    for (const char* text :
         {"",
          "u_",
          "u_0123456789abcde",
          "u_0123456789abcdeF",
          "u_0123456789abcdef0",
          "v_0123456789abcdef"}) {
        EXPECT_FALSE(IsPseudonym(text)) << text;
    }
}

}  // namespace
}  // namespace sightglass::access

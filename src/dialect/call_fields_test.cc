#include "dialect/call_fields.h"

#include <string>

#include <gtest/gtest.h>

namespace sightglass::dialect {
namespace {

TEST(CallFieldsTest, TextIsBoundedAndNeverEndsInsideACharacter) {
    std::string field;
    Assign(field, std::string(255, 'a') + "\xC3\xA9");
    EXPECT_EQ(field, std::string(255, 'a'));
    Assign(field, std::string(253, 'a') + "\xF0\x9F\x98\x80");
    EXPECT_EQ(field, std::string(253, 'a'));
    Assign(field, std::string(300, '\x80'), 10);
    EXPECT_TRUE(field.starts_with("\xEF\xBF\xBD")) << "bytes that are not UTF-8 are replaced";
}

TEST(CallFieldsTest, AnEmptyTextSetsNothing) {
    std::string field = "before";
    Assign(field, "");
    EXPECT_EQ(field, "before");
    AssignUnlessSet(field, "after");
    EXPECT_EQ(field, "before");
    Assign(field, "after");
    EXPECT_EQ(field, "after");
}

TEST(CallFieldsTest, TagsAreSixteenAndTheFirstOfANameWins) {
    Call call;
    AddTag(call, "Feature", "search");
    AddTag(call, "feature", "chat");
    AddTag(call, "", "nameless");
    EXPECT_EQ(call.tags, (Tags{{"feature", "search"}}));
    for (int i = 0; i < 30; ++i) {
        AddTag(call, "t" + std::to_string(i), std::string(1000, 'v'));
    }
    EXPECT_EQ(call.tags.size(), 16U);
    EXPECT_EQ(call.tags.back().second.size(), 512U);
}

}  // namespace
}  // namespace sightglass::dialect

#include "pipeline/findings.h"

#include <gtest/gtest.h>

#include "journal/test_directory.h"

namespace sightglass::pipeline {
namespace {

constexpr Time kNoon = Time(std::chrono::seconds(1'795'305'600));
constexpr Duration kHour = std::chrono::hours(1);

Finding Rejected(Time at, std::string place) {
    return {
        .at = at,
        .kind = FindingKind::kRejected,
        .source = Source::kImport,
        .place = std::move(place),
        .reason = "is no time"};
}

class FindingsTest : public ::testing::Test {
protected:
    const journal::TestDirectory directory_;
    const Path file_ = directory_.path() / "findings.json";
};

TEST_F(FindingsTest, CountsByHourSourceAndKind) {
    Findings findings(file_);
    const std::vector<Finding> found = {
        {.at = kNoon, .kind = FindingKind::kDuplicate, .source = Source::kOtlp, .count = 3},
        {.at = kNoon + kHour / 2, .kind = FindingKind::kDuplicate, .source = Source::kOtlp},
        {.at = kNoon + kHour, .kind = FindingKind::kDuplicate, .source = Source::kImport},
        Rejected(kNoon, "a.csv:2"),
    };
    findings.Add(found);
    const auto first = findings.CountsBetween(kNoon + kHour / 4, kNoon + kHour);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].kind, FindingKind::kDuplicate);
    EXPECT_EQ(first[0].source, Source::kOtlp);
    EXPECT_EQ(first[0].count, 4U);
    EXPECT_EQ(first[1].kind, FindingKind::kRejected);
    EXPECT_EQ(findings.CountsBetween(kNoon, kNoon + 2 * kHour).size(), 3U);
}

TEST_F(FindingsTest, KnowsAfterARestartWhatWasKept) {
    {
        Findings findings(file_);
        findings.Add(std::vector<Finding>{Rejected(kNoon, "a \"b\"\n.csv:2")});
        ASSERT_TRUE(findings.Keep().Ok());
        findings.Add(std::vector<Finding>{Rejected(kNoon, "lost.csv:1")});
    }
    const Findings again(file_);
    const auto counts = again.CountsBetween(kNoon, kNoon + kHour);
    ASSERT_EQ(counts.size(), 1U);
    EXPECT_EQ(counts[0].count, 1U);
    const auto examples = again.ExamplesBetween(kNoon, kNoon + kHour);
    ASSERT_EQ(examples.size(), 1U);
    EXPECT_EQ(examples[0].place, "a \"b\"\n.csv:2");
    EXPECT_EQ(examples[0].reason, "is no time");
}

TEST_F(FindingsTest, KeepsTheNewestExamplesOfAKind) {
    Findings findings(file_);
    for (int i = 0; i < 60; ++i) {
        findings.Add(std::vector<Finding>{Rejected(kNoon, "a.csv:" + std::to_string(i))});
    }
    const auto examples = findings.ExamplesBetween(kNoon, kNoon + kHour);
    ASSERT_EQ(examples.size(), Findings::kExamplesMax);
    EXPECT_EQ(examples.front().place, "a.csv:59");
    EXPECT_EQ(findings.CountsBetween(kNoon, kNoon + kHour)[0].count, 60U);
}

TEST_F(FindingsTest, BoundsTextsAndHours) {
    Findings findings(file_);
    Finding found = Rejected(kNoon, std::string(5'000, 'x') + "\xff");
    findings.Add(std::vector<Finding>{found});
    EXPECT_EQ(
        findings.ExamplesBetween(kNoon, kNoon + kHour)[0].place.size(),
        Findings::kTextBytesMax
    );
    for (std::size_t i = 0; i < Findings::kHoursMax; ++i) {
        found.at += kHour;
        found.place.clear();
        findings.Add(std::vector<Finding>{found});
    }
    EXPECT_EQ(findings.CountsBetween(kNoon, found.at + kHour).size(), Findings::kHoursMax);
}

TEST_F(FindingsTest, BeginsAnewWhereTheFileIsDamaged) {
    ASSERT_TRUE(WriteFileAtomically(file_, "{\"version\":1,\"hours\":[{}]}", 0600).Ok());
    Findings findings(file_);
    EXPECT_TRUE(findings.CountsBetween(Time::min(), Time::max()).empty());
    findings.Add(std::vector<Finding>{Rejected(kNoon, "a.csv:2")});
    ASSERT_TRUE(findings.Keep().Ok());
    EXPECT_EQ(Findings(file_).CountsBetween(kNoon, kNoon + kHour).size(), 1U);
}

}  // namespace
}  // namespace sightglass::pipeline

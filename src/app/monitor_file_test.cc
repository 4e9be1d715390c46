#include "app/monitor_file.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::app {
namespace {

using ::testing::HasSubstr;

class MonitorFileTest : public ::testing::Test {
protected:
    MonitorFileTest() {
        std::string name =
            (std::filesystem::temp_directory_path() / "sightglass-monitors-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }

    ~MonitorFileTest() override { std::filesystem::remove_all(folder_); }

    Result<std::vector<alert::Monitor>> Read(const std::string& text) const {
        std::ofstream(folder_ / "m.yaml") << text;
        return ReadMonitorFile(folder_ / "m.yaml");
    }

    std::filesystem::path folder_;
};

constexpr const char* kFile = R"(
monitors:
  - name: Errors by model
    metric: error_rate
    group_by: [model]
    window: 5m
    condition: {op: '>', value: 0.1, min_calls: 20}
    severity: critical
  - id: drops
    name: Drops
    metric: dropped
    condition: {op: ">", value: 0}
    enabled: false
)";

TEST_F(MonitorFileTest, MembersAreAsInTheApi) {
    const auto monitors = Read(kFile);
    ASSERT_TRUE(monitors.Ok()) << monitors.error().message;
    ASSERT_EQ(monitors->size(), 2U);
    EXPECT_EQ(monitors->at(0).id, "errors-by-model");
    EXPECT_EQ(monitors->at(0).condition.min_calls, 20);
    EXPECT_EQ(monitors->at(0).severity, alert::Severity::kCritical);
    EXPECT_FALSE(monitors->at(1).enabled);
}

TEST_F(MonitorFileTest, AMistakeIsNamedWithItsLine) {
    EXPECT_THAT(
        Read("- name: A\n  metric: calls\n- name: B\n  metric: cals\n").error().message,
        HasSubstr("m.yaml:3: metric")
    );
    EXPECT_FALSE(Read("monitors: 3\n").Ok());
    EXPECT_FALSE(Read("- [\n").Ok());
    EXPECT_FALSE(Read("- {id: a, name: A, metric: calls}\n- {id: a, name: B, metric: calls}\n").Ok()
    );
}

TEST_F(MonitorFileTest, TheDifferenceIsMemberByMember) {
    const auto present = Read(kFile).value();
    auto wanted = present;
    EXPECT_TRUE(Difference(present, wanted, Others::kKeep).empty());
    wanted[0].window = std::chrono::minutes(10);
    wanted[1].id = "other";
    const std::string kept = DescribeChanges(Difference(present, wanted, Others::kKeep));
    EXPECT_EQ(
        kept,
        "~ errors-by-model  Errors by model\n    window: \"5m\" -> \"10m\"\n+ other  Drops\n"
    );
    const auto all = Difference(present, wanted, Others::kRemove);
    EXPECT_THAT(DescribeChanges(all), HasSubstr("- drops  Drops\n"));
    auto recommended = present;
    recommended[1].recommended = true;
    EXPECT_EQ(Difference(recommended, wanted, Others::kRemove).size(), 2U);
}

TEST_F(MonitorFileTest, AnAnswerOfTheApiIsReadBack) {
    const auto monitors = Read(kFile).value();
    const std::string items =
        R"({"items":[)" + ToJson(monitors[0]) + "," + ToJson(monitors[1]) + R"(],"next":null})";
    EXPECT_EQ(ReadMonitorAnswer(items).value(), monitors);
    EXPECT_EQ(ReadMonitorAnswer(ToJson(monitors[0]))->front(), monitors[0]);
}

}  // namespace
}  // namespace sightglass::app

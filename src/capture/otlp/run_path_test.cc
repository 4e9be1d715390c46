#include "capture/otlp/run_path.h"

#include <gtest/gtest.h>

namespace sightglass::capture {
namespace {

using dialect::traces::SpanId;
using dialect::traces::SpanView;
using dialect::traces::TraceId;

class RunPathTest : public testing::Test {
protected:
    RunPathTest() { path_.Begin(); }

    static SpanId Id(std::uint8_t number) {
        SpanId id{};
        id[7] = number;
        return id;
    }

    void AddOther(std::uint8_t number, std::uint8_t parent, std::string_view name = "step") {
        SpanView span;
        span.place = {trace_, Id(number)};
        span.parent_span_id = Id(parent);
        span.name = name;
        span.status_message = "said";
        path_.Add(span, "shop");
    }

    /// Names of what is kept of this request.
    std::string Kept() {
        std::string kept;
        path_.TakeKept([&kept](const SpanView& span, std::string_view service) {
            EXPECT_EQ(service, "shop");
            EXPECT_EQ(span.status_message, "said");
            kept += std::string(span.name) + " ";
        });
        path_.Begin();
        return kept;
    }

    TraceId trace_{1, 2, 3};
    RunPath path_;
};

TEST_F(RunPathTest, KeepsWhatStandsAboveWorkOfModelsUpToTheRoot) {
    AddOther(1, 0, "root");
    AddOther(2, 1, "handler");
    AddOther(9, 2, "database");
    path_.Want(trace_, Id(2));
    EXPECT_EQ(Kept(), "root handler ");
}

TEST_F(RunPathTest, KeepsWhatComesInALaterRequest) {
    path_.Want(trace_, Id(2));
    EXPECT_EQ(Kept(), "");
    AddOther(9, 2, "database");
    AddOther(2, 1, "handler");
    EXPECT_EQ(Kept(), "handler ");
    AddOther(1, 0, "root");
    EXPECT_EQ(Kept(), "root ");
}

TEST_F(RunPathTest, TellsTracesApart) {
    path_.Want({9}, Id(2));
    path_.Want(trace_, Id(0));
    AddOther(2, 1);
    EXPECT_EQ(Kept(), "");
}

TEST_F(RunPathTest, EndsWhereParentsGoInACircle) {
    AddOther(1, 2, "one");
    AddOther(2, 1, "two");
    path_.Want(trace_, Id(1));
    EXPECT_EQ(Kept(), "one two ");
}

TEST(WantedKeysTest, RemembersTheLastHundredThousandAndForgetsOlderOnes) {
    WantedKeys keys;
    EXPECT_FALSE(keys.Has(1));
    constexpr std::uint64_t kMany = 1'000'000;
    for (std::uint64_t key = 1; key <= kMany; ++key) {
        keys.Add(2 * key + 1);
    }
    for (std::uint64_t key = kMany - 100'000; key <= kMany; ++key) {
        ASSERT_TRUE(keys.Has(2 * key + 1)) << key;
    }
    EXPECT_FALSE(keys.Has(3));
}

}  // namespace
}  // namespace sightglass::capture

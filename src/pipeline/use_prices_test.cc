#include "pipeline/use_prices.h"

#include <functional>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "journal/test_directory.h"

namespace sightglass::pipeline {
namespace {

/// Remembers the prices that it was given last.
class PricedPipeline final : public Pipeline {
public:
    void Stop() override {}

    PipelineStats GetStats() const override { return {}; }

    void SetPrices(std::shared_ptr<const prices::PriceBook> prices) override {
        if (const auto meanwhile = std::exchange(before_next, nullptr); meanwhile != nullptr) {
            meanwhile();
        }
        given = std::move(prices);
    }

    Status Reprice(const RepriceOrder&) override { return {}; }

    RepriceReport GetReprice() const override { return {}; }

    std::function<void()> before_next;  ///< What another thread does in between.
    std::shared_ptr<const prices::PriceBook> given;
};

constexpr const char* kOwn =
    "sightglass-prices 2\nsource own 1\nprovider openai\nmodel gpt\nmatch ^gpt\nprice\nrate "
    "input_mtok 1\n";

TEST(UsePricesTest, GivesThePipelineWhatTheShelfHolds) {
    const journal::TestDirectory directory;
    prices::PriceShelf shelf(directory.path());
    PricedPipeline pipeline;
    UsePrices(shelf, pipeline);
    EXPECT_EQ(pipeline.given, shelf.Get());
}

TEST(UsePricesTest, TheNewerBookStaysWhereAnotherThreadWasFaster) {
    const journal::TestDirectory directory;
    prices::PriceShelf shelf(directory.path());
    PricedPipeline pipeline;
    pipeline.before_next = [&] {
        ASSERT_TRUE(shelf.SetOwn(kOwn).Ok());
        UsePrices(shelf, pipeline);
    };
    UsePrices(shelf, pipeline);
    EXPECT_EQ(pipeline.given, shelf.Get());
    EXPECT_EQ(shelf.OwnText(), kOwn);
}

}  // namespace
}  // namespace sightglass::pipeline

#include "prices/price_shelf.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace sightglass::prices {
namespace {

const std::string kOwn = "sightglass-prices 2\nprovider openai\ndiscount 0.5\n";
const std::string kList =
    "sightglass-prices 2\nsource list 9\nprovider openai\nmodel gpt-4o\nmatch ^gpt-4o\nprice\nrate "
    "input_mtok 7\n";

class PriceShelfTest : public testing::Test {
protected:
    PriceShelfTest() {
        std::string name = testing::TempDir() + "price-shelf-XXXXXX";
        directory_ = Path(::mkdtemp(name.data())) / "prices";
    }

    ~PriceShelfTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory_.parent_path(), ignored);
    }

    static std::string PriceIdBy(const PriceShelf& shelf) {
        Call call;
        call.provider = "openai";
        call.model = "gpt-4o";
        call.fresh_input_tokens = 1000;
        call.started_at = *ParseTime("2026-10-01T12:00:00Z", Time());
        shelf.Get()->Price(call);
        return call.price_id;
    }

    Path directory_;
};

TEST_F(PriceShelfTest, WithoutFilesTheProgramsListHolds) {
    const PriceShelf shelf(directory_);
    EXPECT_EQ(shelf.Get()->Books().size(), PriceBook::BuiltIn()->Books().size());
    EXPECT_EQ(shelf.OwnText(), "");
    EXPECT_FALSE(shelf.HasOwnList());
    EXPECT_FALSE(std::filesystem::exists(directory_)) << "nothing was kept";
}

TEST_F(PriceShelfTest, WhatIsSetHoldsAtOnceAndAfterARestart) {
    {
        PriceShelf shelf(directory_);
        ASSERT_TRUE(shelf.SetOwn(kOwn).Ok());
        ASSERT_TRUE(shelf.SetList(kList).Ok());
        EXPECT_EQ(PriceIdBy(shelf), "openai/gpt-4o@9*0.5");
    }
    PriceShelf shelf(directory_);
    EXPECT_EQ(PriceIdBy(shelf), "openai/gpt-4o@9*0.5");
    EXPECT_EQ(shelf.OwnText(), kOwn);
    EXPECT_TRUE(shelf.HasOwnList());
    ASSERT_TRUE(shelf.SetOwn("").Ok());
    ASSERT_TRUE(shelf.SetList("").Ok());
    EXPECT_EQ(PriceIdBy(shelf), PriceIdBy(PriceShelf(directory_ / "elsewhere")));
    EXPECT_FALSE(std::filesystem::exists(directory_ / "own.txt"));
}

TEST_F(PriceShelfTest, AWrongTextChangesNothing) {
    PriceShelf shelf(directory_);
    ASSERT_TRUE(shelf.SetList(kList).Ok());
    const Status wrong = shelf.SetList("sightglass-prices 2\nnonsense\n");
    ASSERT_FALSE(wrong.Ok());
    EXPECT_TRUE(wrong.error().message.starts_with("list prices: line 2: "))
        << wrong.error().message;
    EXPECT_EQ(PriceIdBy(shelf), "openai/gpt-4o@9");
    EXPECT_EQ(PriceIdBy(PriceShelf(directory_)), "openai/gpt-4o@9");
}

TEST_F(PriceShelfTest, FilesOfAnotherProcessAreSeen) {
    PriceShelf shelf(directory_);
    PriceShelf other(directory_);
    ASSERT_TRUE(other.SetList(kList).Ok());
    EXPECT_TRUE(*shelf.Refresh());
    EXPECT_EQ(PriceIdBy(shelf), "openai/gpt-4o@9");
    EXPECT_FALSE(*shelf.Refresh()) << "nothing is new";
    ASSERT_TRUE(WriteFileAtomically(directory_ / "own.txt", "broken", 0600).Ok());
    EXPECT_FALSE(shelf.Refresh().Ok());
    EXPECT_EQ(PriceIdBy(shelf), "openai/gpt-4o@9");
    EXPECT_NE(PriceIdBy(PriceShelf(directory_)), "") << "the program's list holds";
}

}  // namespace
}  // namespace sightglass::prices

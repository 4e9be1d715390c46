#include "prices/price_book.h"

#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace sightglass::prices {
namespace {

constexpr std::string_view kBook = R"(sightglass-prices 2
# Made up for this test.
source test 7
provider openai
name *openai
makes ^gpt-
model gpt-4o
match |2 =gpt-4o =gpt-4o-2024-08-06
price
rate input_mtok 2.5 1000:5 2000:7.5
rate cache_read_mtok 1.25
rate cache_write_mtok 3.125
rate output_mtok 10 1000:15
rate input_audio_mtok 40
rate output_audio_mtok 80
rate output_reasoning_mtok 20
model gpt-5
match ^gpt-5
price
rate input_mtok 10
rate output_mtok 40
price from 2025-06-10
rate input_mtok 2
rate output_mtok 8
price between 22:00 02:30
rate input_mtok 1
rate output_mtok 1
model gpt-tiny
match =gpt-tiny
price
rate input_mtok 0.000001
rate output_mtok 0.0005
rate cache_read_mtok 0.0015
model gpt-3.5-turbo
match ^gpt-3.5-turbo
price
rate input_mtok 0.5
rate output_mtok 1.5
model whisper-1
match =whisper-1
price
model search
match =search
price
rate input_mtok 1
rate requests_kcount 5
provider azure
fallback openai
model phi
match =phi
price
rate input_mtok 0.1
)";

constexpr Time kStart = Time(std::chrono::hours(24 * 365 * 56));  // In 2025.

class PriceBookTest : public testing::Test {
protected:
    static std::shared_ptr<const PriceBook> Book() {
        static const std::shared_ptr<const PriceBook> book = *PriceBook::Parse(kBook);
        return book;
    }

    static Call
    Chat(std::string provider, std::string model, std::int64_t input, std::int64_t output) {
        Call call;
        call.provider = std::move(provider);
        call.model = std::move(model);
        call.operation = Operation::kChat;
        call.started_at = kStart;
        call.status = CallStatus::kOk;
        call.fresh_input_tokens = input;
        call.output_tokens = output;
        return call;
    }

    static Call Priced(Call call) {
        Book()->Price(call);
        return call;
    }
};

TEST_F(PriceBookTest, ChargesEachTokenOnceAtItsMostSpecialRate) {
    Call call = Chat("openai", "gpt-4o", 100, 50);
    call.cached_input_tokens = 200;
    call.cache_write_30m_tokens = 40;
    call.cache_write_12h_tokens = 4;
    call.audio_input_tokens = 10;
    call.audio_output_tokens = 20;
    call.reasoning_tokens = 5;
    const Call priced = Priced(call);
    EXPECT_EQ(priced.input_cost, Money::FromNanoUsd(90 * 2500 + 10 * 40'000));
    EXPECT_EQ(priced.cached_cost, Money::FromNanoUsd(200 * 1250));
    EXPECT_EQ(priced.cache_write_cost, Money::FromNanoUsd(44 * 3125));
    EXPECT_EQ(priced.output_cost, Money::FromNanoUsd(25 * 10'000 + 20 * 80'000 + 5 * 20'000));
    EXPECT_FALSE(priced.other_cost.has_value());
    EXPECT_EQ(
        priced.cost,
        *priced.input_cost + *priced.cached_cost + *priced.cache_write_cost + *priced.output_cost
    );
    EXPECT_EQ(priced.price_id, "openai/gpt-4o@7");
    EXPECT_EQ(priced.cost_source, CostSource::kPriced);
}

TEST_F(PriceBookTest, TheWholeRequestIsChargedAtTheTierItReaches) {
    EXPECT_EQ(
        Priced(Chat("openai", "gpt-4o", 1000, 1)).cost,
        Money::FromNanoUsd(1000 * 2500 + 10'000)
    );
    EXPECT_EQ(
        Priced(Chat("openai", "gpt-4o", 1001, 1)).cost,
        Money::FromNanoUsd(1001 * 5000 + 15'000)
    );
    EXPECT_EQ(
        Priced(Chat("openai", "gpt-4o", 2001, 1)).cost,
        Money::FromNanoUsd(2001 * 7500 + 15'000)
    );
    Call cached = Chat("openai", "gpt-4o", 1, 0);
    cached.cached_input_tokens = 2000;
    EXPECT_EQ(Priced(cached).input_cost, Money::FromNanoUsd(7500))
        << "cached tokens count for the tier";
}

TEST_F(PriceBookTest, PricesHoldFromTheirDateAndAtTheirTimeOfDay) {
    const auto at = [](const char* time) {
        Call call = Chat("openai", "gpt-5-2025-01-01", 1'000'000, 0);
        call.started_at = *ParseTime(time, Time());
        return Priced(call);
    };
    EXPECT_EQ(at("2025-06-09T12:00:00Z").cost, Money::FromNanoUsd(10'000'000'000));
    EXPECT_EQ(at("2025-06-10T12:00:00Z").cost, Money::FromNanoUsd(2'000'000'000));
    EXPECT_EQ(at("2025-06-10T12:00:00Z").price_id, "openai/gpt-5@2025-06-10");
    EXPECT_EQ(at("2025-06-09T23:00:00Z").cost, Money::FromNanoUsd(1'000'000'000));
    EXPECT_EQ(at("2025-06-09T02:29:59Z").cost, Money::FromNanoUsd(1'000'000'000));
    EXPECT_EQ(at("2025-06-09T02:30:00Z").cost, Money::FromNanoUsd(10'000'000'000));
    Call timeless = Chat("openai", "gpt-5", 1'000'000, 0);
    timeless.started_at.reset();
    EXPECT_EQ(Priced(timeless).cost, std::nullopt) << "nobody can say which price held";
    timeless.ended_at = *ParseTime("2025-06-10T12:00:00Z", Time());
    EXPECT_EQ(Priced(timeless).cost, Money::FromNanoUsd(2'000'000'000)) << "its end will do";
}

TEST_F(PriceBookTest, TheCostRoundsHalfToEvenOnceAndItsPartsAddUpToIt) {
    const Call both = Priced(Chat("openai", "gpt-tiny", 499, 1));
    EXPECT_EQ(both.cost, Money::FromNanoUsd(1)) << "0.499 and 0.5 nano-dollars";
    EXPECT_EQ(both.input_cost, Money());
    EXPECT_EQ(both.output_cost, Money::FromNanoUsd(1)) << "it lost most";
    EXPECT_EQ(Priced(Chat("openai", "gpt-tiny", 501, 3)).cost, Money::FromNanoUsd(2)) << "2.001";
    EXPECT_EQ(Priced(Chat("openai", "gpt-tiny", 500, 0)).cost, Money()) << "0.5 goes to the even 0";
    Call call = Chat("openai", "gpt-tiny", 0, 0);
    call.cached_input_tokens = 3;
    EXPECT_EQ(Priced(call).cost, Money::FromNanoUsd(4)) << "4.5 goes to the even 4";
    EXPECT_EQ(
        Priced(Chat("openai", "gpt-4o", 1'000'000'000'000, 0)).cost,
        Money::FromNanoUsd(7'500'000'000'000'000)
    );
    EXPECT_EQ(Priced(Chat("openai", "gpt-4o", INT64_MAX, 0)).cost, Money::FromNanoUsd(INT64_MAX))
        << "saturates";
}

TEST_F(PriceBookTest, FindsAModelUnderItsOtherNames) {
    for (const std::string name :
         {"gpt-4o",
          "GPT-4o",
          "openai/gpt-4o",
          "ft:gpt-4o:acme::x1",
          "ft:gpt-4o-2024-08-06:acme::x1",
          "gpt-4o-2099-01-31",
          "gpt-4o-20990131",
          "gpt-4o@20990131"}) {
        EXPECT_EQ(Priced(Chat("openai", name, 1, 1)).price_id, "openai/gpt-4o@7") << name;
    }
    EXPECT_EQ(Priced(Chat("azure", "gpt-35-turbo-16k", 1, 1)).price_id, "openai/gpt-3.5-turbo@7");
    EXPECT_EQ(Priced(Chat("azure", "phi", 1, 1)).price_id, "azure/phi@7");
    EXPECT_EQ(Priced(Chat("my-openai-proxy", "gpt-4o", 1, 1)).price_id, "openai/gpt-4o@7");
    EXPECT_EQ(Priced(Chat("somewhere", "gpt-4o", 1, 1)).price_id, "openai/gpt-4o@7")
        << "by who makes it";
    EXPECT_EQ(Priced(Chat("", "gpt-4o", 1, 1)).price_id, "openai/gpt-4o@7");
    Call call = Chat("azure", "unknown-answer", 1, 1);
    call.model_requested = "gpt-4o";
    EXPECT_EQ(Priced(call).price_id, "openai/gpt-4o@7");
}

TEST_F(PriceBookTest, AnUnknownPriceIsNoNumber) {
    for (const Call& call :
         {Chat("openai", "no-such-model", 10, 10),
          Chat("openai", "phi", 10, 10),
          Chat("nobody", "phi", 10, 10),
          Chat("openai", "", 10, 10),
          Chat("openai", "whisper-1", 10, 10)}) {
        const Call priced = Priced(call);
        EXPECT_FALSE(priced.cost.has_value()) << call.model;
        EXPECT_EQ(priced.cost_source, CostSource::kUnpriced);
        EXPECT_EQ(priced.price_id, "");
    }
}

TEST_F(PriceBookTest, AnswersWithoutTokensAreFreeOnlyWhereNobodyBillsThem) {
    Call call;
    call.provider = "openai";
    call.model = "gpt-4o";
    call.operation = Operation::kChat;
    call.status = CallStatus::kError;
    EXPECT_EQ(Priced(call).cost, Money());
    EXPECT_EQ(Priced(call).cost_source, CostSource::kPriced);
    call.status = CallStatus::kOk;
    EXPECT_FALSE(Priced(call).cost.has_value())
        << "a streamed chat whose usage nobody asked for was billed";
    EXPECT_EQ(Priced(call).cost_source, CostSource::kUnpriced);
    call.operation = Operation::kModeration;
    EXPECT_EQ(Priced(call).cost, Money());
}

TEST_F(PriceBookTest, AStatedCostStands) {
    Call call = Chat("openai", "gpt-4o", 10, 10);
    call.cost = Money::FromNanoUsd(42);
    call.cost_source = CostSource::kProvider;
    EXPECT_EQ(Priced(call), call);
}

TEST_F(PriceBookTest, PricingTwiceChangesNothing) {
    const Call once = Priced(Chat("openai", "search", 1, 1));
    EXPECT_EQ(once.other_cost, Money::FromNanoUsd(5'000'000));
    EXPECT_EQ(once.output_cost, Money()) << "no rate: nothing is charged";
    EXPECT_EQ(Priced(once), once);
}

TEST_F(PriceBookTest, AWrongBookIsRefusedByLine) {
    const auto error = [](std::string_view lines) {
        const auto book = PriceBook::Parse("sightglass-prices 2\n" + std::string(lines));
        EXPECT_FALSE(book.Ok()) << lines;
        return book.Ok() ? std::string() : book.error().message;
    };
    EXPECT_EQ(PriceBook::Parse("").error().message, "line 1: expected \"sightglass-prices 2\"");
    EXPECT_TRUE(error("model x\n").starts_with("line 2: "));
    EXPECT_TRUE(error("provider p\nmodel m\nmatch x\n").starts_with("line 4: "));
    for (const std::string_view rate :
         {"input_mtok",
          "input_mtok x",
          "input_mtok -1",
          "input_mtok 1 5",
          "input_mtok 1 5:",
          "input_mtok 1 :5",
          "input_mtok 1 9:2 5:3",
          "nothing 1",
          "input_mtok 1e3",
          "input_mtok 9999999999999999",
          "input_mtok 1."}) {
        const std::string text = "provider p\nmodel m\nprice\nrate " + std::string(rate) + "\n";
        EXPECT_TRUE(error(text).starts_with("line 5: ")) << rate;
    }
    for (const std::string_view line :
         {"tier",
          "tier batch",
          "tier batch 0",
          "tier batch 101",
          "tier batch 1/0",
          "discount",
          "discount 0.9 from never",
          "discount 1 from 2026-02-01 until 2026-01-01",
          "discount 1 nonsense"}) {
        EXPECT_TRUE(error("provider p\n" + std::string(line) + "\n").starts_with("line 3: "))
            << line;
    }
    EXPECT_TRUE(error("currency eur 2\n").starts_with("line 2: "));
    EXPECT_TRUE(error("currency EUR 0\n").starts_with("line 2: "));
    EXPECT_TRUE(error("source x\n").starts_with("line 2: "));
    EXPECT_TRUE(error("provider p\nmodel m\nprice from yesterday\n").starts_with("line 4: "));
    EXPECT_TRUE(error("provider p\nmodel m\nprice between 24:00 01:00\n").starts_with("line 4: "));
    EXPECT_TRUE(error("provider p\nmodel m\nrate input_mtok 1\n").starts_with("line 4: "));
}

TEST_F(PriceBookTest, BooksDoNotShareTheirMemories) {
    const auto other = *PriceBook::Parse(
        "sightglass-prices 2\nsource test 8\nprovider openai\nmodel gpt-4o\nmatch "
        "=gpt-4o\nprice\nrate input_mtok 1\n"
    );
    Call call = Priced(Chat("openai", "gpt-4o", 1000, 0));
    EXPECT_EQ(call.cost, Money::FromNanoUsd(2'500'000));
    other->Price(call);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(1'000'000));
    Book()->Price(call);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(2'500'000));
}

TEST_F(PriceBookTest, TheBuiltInBookKnowsTheUsualModels) {
    Call call = Chat("openai", "gpt-4o-2024-08-06", 1'000'000, 1'000'000);
    PriceBook::BuiltIn()->Price(call);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(12'500'000'000));
    call = Chat("openai", "gpt-5.6-sol", 1'000'000, 0);
    call.started_at = *ParseTime("2026-08-20T23:59:59Z", Time());
    PriceBook::BuiltIn()->Price(call);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(10'000'000'000))
        << "long context, before the price fell";
    call.started_at = *ParseTime("2026-08-21T00:00:00Z", Time());
    PriceBook::BuiltIn()->Price(call);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(8'000'000'000));
    call = Chat("openai", "gpt-4o-2024-05-13", 1'000'000, 0);
    PriceBook::BuiltIn()->Price(call);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(5'000'000'000)) << "a snapshot with a price of its own";
}

TEST_F(PriceBookTest, ClaudeCostsWhatItDoesWhereItRuns) {
    const auto cost = [](const std::string& provider, const std::string& requested) {
        Call call = Chat(provider, "claude-sonnet-4-5-20250929", 100'000, 0);
        call.model_requested = requested;
        PriceBook::BuiltIn()->Price(call);
        return call.cost;
    };
    EXPECT_EQ(cost("anthropic", "claude-sonnet-4-5"), Money::FromNanoUsd(300'000'000));
    const auto regional = cost("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0");
    const auto global = cost("bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0");
    ASSERT_TRUE(regional.has_value() && global.has_value());
    EXPECT_EQ(regional->nano_usd() * 10, global->nano_usd() * 11) << "a region costs a tenth more";
    EXPECT_EQ(
        cost(
            "bedrock",
            "arn:aws:bedrock:us-east-1:1:inference-profile/"
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
        ),
        global
    );
    EXPECT_TRUE(cost("vertex", "claude-sonnet-4-5@20250929").has_value());
}

TEST_F(PriceBookTest, CacheWritesOfClaudeArePricedByLifetime) {
    for (const auto& [provider, model] : std::vector<std::pair<std::string, std::string>>{
             {"anthropic", "claude-haiku-4-5-20251001"},
             {"bedrock", "global.anthropic.claude-haiku-4-5-20251001-v1:0"}}) {
        Call call = Chat(provider, model, 0, 0);
        call.cache_write_5m_tokens = 1'000'000;
        PriceBook::BuiltIn()->Price(call);
        EXPECT_EQ(call.cache_write_cost, Money::FromNanoUsd(1'250'000'000)) << provider;
        call.cache_write_5m_tokens = 0;
        call.cache_write_1h_tokens = 1'000'000;
        PriceBook::BuiltIn()->Price(call);
        EXPECT_EQ(call.cache_write_cost, Money::FromNanoUsd(2'000'000'000)) << provider;
    }
}

/// The text between `from` and `to` in `line`.
std::string Between(const std::string& line, const std::string& from, const std::string& to) {
    const std::size_t start = line.find(from);
    if (start == std::string::npos) {
        return "";
    }
    const std::size_t end = line.find(to, start + from.size());
    return line.substr(start + from.size(), end - start - from.size());
}

OptionalInt Count(const std::string& usage, const std::string& key) {
    const std::string digits = Between(usage + ",", "\"" + key + "\":", ",");
    return digits.empty() ? std::nullopt : ParseInt(digits);
}

Call FromOracle(const std::string& line) {
    const std::string usage = Between(line, "\"usage_norm\":{", "}");
    Call call;
    call.operation = Operation::kChat;
    call.status = CallStatus::kOk;
    // When the oracle was made; its rows have no time.
    call.started_at = *ParseTime("2026-10-01T20:00:00Z", Time());
    call.provider = Between(line, "\"provider\":\"", "\"");
    call.model = Between(line, "\"model_resp\":\"", "\"");
    call.model_requested = Between(line, "\"model_req\":\"", "\"");
    call.cached_input_tokens = Count(usage, "cache_read_tokens");
    call.cache_write_1h_tokens = Count(usage, "cache_write_1h_tokens");
    const std::int64_t lasting = call.cache_write_1h_tokens.value_or(0);
    if (const OptionalInt written = Count(usage, "cache_write_tokens"); written.has_value()) {
        call.cache_write_5m_tokens = *written - lasting;
    }
    if (const OptionalInt input = Count(usage, "input_tokens"); input.has_value()) {
        call.fresh_input_tokens = *input - call.cached_input_tokens.value_or(0) -
                                  call.cache_write_5m_tokens.value_or(0) - lasting;
    }
    call.output_tokens = Count(usage, "output_tokens");
    call.reasoning_tokens = Count(usage, "output_reasoning_tokens");
    call.audio_input_tokens = Count(usage, "input_audio_tokens");
    call.audio_output_tokens = Count(usage, "output_audio_tokens");
    if (const OptionalInt searches = Count(usage, "web_searches"); searches.has_value()) {
        call.usage = "{\"web_search_requests\":" + std::to_string(*searches) + "}";
    }
    return call;
}

TEST_F(PriceBookTest, AgreesWithAnIndependentCalculationOfRecordedCalls) {
    std::ifstream file(SIGHTGLASS_SOURCE_DIR "/../shared/data/truth/price_oracle_public.jsonl");
    std::string line;
    int rows = 0;
    int agree = 0;
    std::map<std::string, int> differ;
    while (std::getline(file, line)) {
        ++rows;
        Call call = FromOracle(line);
        PriceBook::BuiltIn()->Price(call);
        const double expected = ParseDouble(Between(line, "\"total_price\":", ",")).value_or(-1);
        // Where the list has no price, the other calculator says 0.
        const bool has_no_price = expected == 0 && call.cost_source == CostSource::kUnpriced;
        if (has_no_price ||
            (call.cost.has_value() && std::abs(call.cost->ToUsd() - expected) <= 1e-9)) {
            ++agree;
        } else {
            const std::string got =
                call.cost.has_value() ? call.price_id + " " + FormatUsd(*call.cost) : "unpriced";
            ++differ
                [call.provider + " " + call.model + " (" +
                 Between(line, "\"price_model\":\"", "\"") + " " + std::to_string(expected) +
                 "): " + got];
        }
    }
    if (rows == 0) {
        std::cout << "skipped: no price oracle beside the source (../shared/data/truth)\n";
        return;
    }
    std::cout << agree << " of " << rows << " recorded calls cost the same within 1e-9 USD\n";
    for (const auto& [what, count] : differ) {
        std::cout << "  " << count << " x " << what << '\n';
    }
    EXPECT_EQ(agree, rows);
}

TEST_F(PriceBookTest, WhatHasNoTimeHasNoPriceOfIt) {
    const auto book = *PriceBook::Parse(
        "sightglass-prices 2\nprovider openai\nmodel gpt\nmatch ^gpt\nprice\nrate input_mtok 1\n"
    );
    Call call;
    call.provider = "openai";
    call.model = "gpt-4";
    call.fresh_input_tokens = 1'000'000;
    book->Price(call);
    EXPECT_EQ(call.cost_source, CostSource::kUnpriced);
    EXPECT_EQ(book->WhyUnpriced(call), Unpriced::kRates);
    call.ended_at = *ParseTime("2026-05-01T00:00:00Z", Time());
    book->Price(call);
    EXPECT_EQ(call.cost, Money::FromNanoUsd(1'000'000'000)) << "its end is known, at least";
    Use use{"openai", "gpt-4", "", {}, {}};
    EXPECT_EQ(book->Calculate(use).why, Unpriced::kRates);
}

}  // namespace
}  // namespace sightglass::prices

// A key's ordinary weeks raise nothing; in the wrong hands it does.
#include "analytics/key_use.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "analytics/analysis_fixture.h"

namespace sightglass::analytics {
namespace {

constexpr Time kNow = kMonday + std::chrono::hours(28 * 24 + 16);
const std::string kKey = "0123456789abcdef0123456789abcdef";

class KeyUseTest : public AnalysisTest {
protected:
    void PutCall(Time at, const std::string& address, const std::string& service) {
        Call call = MakeCall(at, service, "gpt-4o");
        call.api_key = kKey;
        call.api_key_label = "sk-...cdef";
        call.client_ip = address;
        call.user_agent = address == "203.0.113.66" ? "curl/8.5.0" : "openai-python 2.31.0";
        Put(std::move(call));
    }

    /// Office hours of every weekday, from two machines.
    void PutOrdinaryWeeks(std::uint64_t seed) {
        std::mt19937_64 random(seed);
        for (Time day = kMonday; day < kNow; day += kOneDay) {
            const auto weekday = (day - kMonday) / kOneDay % 7;
            for (int hour = 7; hour < 18 && weekday < 5; ++hour) {
                const int calls = std::poisson_distribution<int>(6)(random);
                PutHour(day + std::chrono::hours(hour), calls);
            }
        }
    }

    void PutHour(Time begin, int calls) {
        for (int i = 0; i < calls; ++i) {
            const Time at = begin + i * std::chrono::minutes(5);
            if (at < kNow) {
                PutCall(at, i % 2 == 0 ? "10.2.0.4" : "10.2.0.5", "billing");
            }
        }
    }

    /// At 03:00 of the last day, at ten times the rate and more.
    void PutTheft() {
        const Time at = kMonday + 28 * kOneDay + std::chrono::hours(3);
        for (int i = 0; i < 90; ++i) {
            PutCall(at + i * std::chrono::seconds(30), "203.0.113.66", "scraper");
        }
    }
};

TEST_F(KeyUseTest, AStolenKeyIsFoundAndTraced) {
    PutOrdinaryWeeks(1);
    PutTheft();
    const auto misused = FindMisusedKeys(kNow, Store());
    ASSERT_TRUE(misused.Ok()) << misused.error().message;
    ASSERT_EQ(misused->size(), 1U);
    const KeyTrace& trace = misused->front();
    EXPECT_EQ(trace.fingerprint, kKey);
    EXPECT_EQ(trace.label, "sk-...cdef");
    const KeyUse& use = trace.uses.front();
    EXPECT_EQ(use.address, "203.0.113.66");
    EXPECT_EQ(use.user_agent, "curl/8.5.0");
    EXPECT_EQ(use.service, "scraper");
    EXPECT_EQ(use.calls, 90);
    EXPECT_EQ(use.first_seen, kMonday + 28 * kOneDay + std::chrono::hours(3));
    EXPECT_EQ(use.odd.size(), 4U);
    EXPECT_TRUE(use.IsAlarming());
    EXPECT_FALSE(trace.uses.back().IsAlarming());
    ASSERT_EQ(trace.services_before.size(), 1U);
    EXPECT_EQ(trace.services_before.front().name, "billing");
    EXPECT_EQ(trace.users_before.front().name, "user-of-billing");
    EXPECT_EQ(trace.addresses_before.size(), 2U);
}

TEST_F(KeyUseTest, OrdinaryDaysRaiseNothing) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        PutOrdinaryWeeks(seed);
    }
    const store::Store& store = Store();
    for (int day = 14; day <= 28; ++day) {
        const auto misused = FindMisusedKeys(kMonday + day * kOneDay, store);
        ASSERT_TRUE(misused.Ok());
        EXPECT_TRUE(misused->empty()) << day;
    }
}

TEST_F(KeyUseTest, AMoveToAnotherMachineRaisesNothing) {
    PutOrdinaryWeeks(3);
    for (int i = 0; i < 12; ++i) {
        PutCall(kNow - std::chrono::hours(4) + i * std::chrono::minutes(9), "10.9.0.1", "billing");
    }
    const auto trace = TraceKey(kKey, kNow, Store());
    ASSERT_TRUE(trace.Ok());
    EXPECT_FALSE(trace->IsAlarming());
    ASSERT_FALSE(trace->uses.empty());
    EXPECT_EQ(trace->uses.front().odd, std::vector<KeyOddity>{KeyOddity::kNewAddress});
}

TEST_F(KeyUseTest, OfANewKeyNothingIsStrange) {
    PutTheft();
    const auto trace = TraceKey(kKey, kNow, Store());
    ASSERT_TRUE(trace.Ok());
    EXPECT_EQ(trace->calls_before, 0);
    EXPECT_TRUE(trace->uses.front().odd.empty());
    const auto nobody = TraceKey("ffff", kNow, *store::NewMemoryStore());
    ASSERT_TRUE(nobody.Ok());
    EXPECT_TRUE(nobody->uses.empty());
}

}  // namespace
}  // namespace sightglass::analytics

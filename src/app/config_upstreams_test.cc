#include "app/config_upstreams.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "app/config.h"

namespace sightglass::app {
namespace {

class ConfigUpstreamsTest : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/sightglass-config-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        folder_ = Path(name);
        ::setenv("SIGHTGLASS_TEST_KEY", "sk-of-the-test", 1);  // NOLINT(concurrency-mt-unsafe)
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    Status Read(std::string_view yaml) {
        config_ = Config();
        const Path file = folder_ / "sightglass.yaml";
        std::ofstream(file) << yaml;
        SG_TRY(ApplyFile(config_, file));
        return CheckConfig(config_);
    }

    /// The message of a file that must be refused.
    std::string Refusal(std::string_view yaml) {
        const Status status = Read(yaml);
        return status.Ok() ? "accepted" : status.error().message;
    }

    void ExpectRefusal(std::string_view yaml, std::string_view part) {
        const std::string message = Refusal(yaml);
        EXPECT_NE(message.find(part), std::string::npos) << message;
    }

    const capture::Upstream& Upstream(std::size_t place = 0) {
        return config_.gateway.upstreams.at(place);
    }

    Path folder_;
    Config config_;
};

TEST_F(ConfigUpstreamsTest, ReadsAGroupWithEverythingInIt) {
    std::ofstream(folder_ / "key") << "sk-of-the-file\n";
    const Status status = Read(
        "upstreams:\n"
        "  pool:\n"
        "    targets:\n"
        "      - {base_url: 'https://a.example/', name: east, key: '${SIGHTGLASS_TEST_KEY}', "
        "weight: 3}\n"
        "      - {base_url: https://b.example, models: [gpt-4o*, o3],\n"
        "         limits: {concurrent: 50, requests_per_minute: 60, tokens_per_minute: 90000},\n"
        "         key_file: " +
        (folder_ / "key").string() +
        ", key_header: api-key}\n"
        "      - https://c.example\n"
        "    dialect: openai\n"
        "    balance: headroom\n"
        "    retry: {max: 4, on: [connect, 503], budget: 10%, backoff: 1s, backoff_max: 2s,"
        " retry_after_max: 3s}\n"
        "    breaker: {failures: 7, share: 25%, calls: 9, open: 4s, open_max: 8s}\n"
        "    timeouts: {connect: 1s, first_byte: 2s, idle: 3s, total: 4s}\n"
        "    fallback: [spare, {model: small, for: gpt-4o}]\n"
        "    ask_stream_usage: true\n"
        "  spare: {base_url: https://d.example, dialect: openai, retry: off, breaker: off}\n"
    );
    ASSERT_TRUE(status.Ok()) << status.error().message;
    const capture::Upstream& pool = Upstream();
    ASSERT_EQ(pool.targets.size(), 3U);
    EXPECT_EQ(pool.targets[0].base_url, "https://a.example");
    EXPECT_EQ(pool.targets[0].name, "east");
    EXPECT_EQ(pool.targets[0].key.Reveal(), "sk-of-the-test");
    EXPECT_EQ(pool.targets[0].weight, 3);
    EXPECT_EQ(pool.targets[1].models, (std::vector<std::string>{"gpt-4o*", "o3"}));
    EXPECT_EQ(pool.targets[1].concurrent_max, 50);
    EXPECT_EQ(pool.targets[1].requests_max, 60);
    EXPECT_EQ(pool.targets[1].tokens_max, 90'000);
    EXPECT_EQ(pool.targets[1].key.Reveal(), "sk-of-the-file");
    EXPECT_EQ(pool.targets[1].key_header, capture::KeyHeader::kApiKey);
    EXPECT_EQ(pool.targets[2].base_url, "https://c.example");
    EXPECT_EQ(pool.balancing, capture::Balancing::kHeadroom);
    EXPECT_EQ(pool.retry.tries_max, 4);
    EXPECT_EQ(pool.retry.statuses, std::vector<int>{503});
    EXPECT_TRUE(pool.retry.after_connect);
    EXPECT_FALSE(pool.retry.after_timeout);
    EXPECT_EQ(pool.retry.budget_percent, 10);
    EXPECT_EQ(pool.breaker.failures, 7);
    EXPECT_EQ(pool.breaker.failure_percent, 25);
    EXPECT_EQ(pool.timeouts.total, std::chrono::seconds(4));
    ASSERT_EQ(pool.fallbacks.size(), 2U);
    EXPECT_EQ(pool.fallbacks[0].upstream, "spare");
    EXPECT_EQ(pool.fallbacks[1].model, "small");
    EXPECT_EQ(pool.fallbacks[1].for_model, "gpt-4o");
    EXPECT_TRUE(pool.ask_stream_usage);
    EXPECT_EQ(Upstream(1).retry.tries_max, 0);
    EXPECT_EQ(Upstream(1).breaker.failures, 0);
}

TEST_F(ConfigUpstreamsTest, AnUpstreamOfOneTargetHasItsSettingsItself) {
    const Status status = Read(
        "upstreams: {a: {base_url: http://a/, key: '${SIGHTGLASS_TEST_KEY}', models: [m],"
        " limits: {concurrent: 2}}}\n"
    );
    ASSERT_TRUE(status.Ok()) << status.error().message;
    ASSERT_EQ(Upstream().targets.size(), 1U);
    EXPECT_EQ(Upstream().base_url, "http://a");
    EXPECT_EQ(Upstream().targets[0].base_url, "http://a");
    EXPECT_FALSE(Upstream().targets[0].key.empty());
    EXPECT_EQ(Upstream().targets[0].concurrent_max, 2);
}

TEST_F(ConfigUpstreamsTest, BadSettingsAreRefusedWithFileLineAndWhatIsAllowed) {
    ExpectRefusal(
        "upstreams:\n  a:\n    base_url: http://a\n    balance: fair\n",
        "sightglass.yaml:4: upstreams.a.balance: 'fair' is not allowed; allowed: round_robin, "
    );
    ExpectRefusal(
        "upstreams:\n  a:\n    base_url: http://a\n    retry:\n      max: 11\n",
        "sightglass.yaml:5: upstreams.a.retry.max: '11' is not allowed; allowed: 0 to 10"
    );
    ExpectRefusal(
        "upstreams:\n  a:\n    base_url: http://a\n    retry: {mx: 1}\n",
        "sightglass.yaml:4: upstreams.a.retry: unknown setting 'mx'; allowed: max, on, budget"
    );
    ExpectRefusal(
        "upstreams: {a: {base_url: http://a, retry: {on: [200]}}}\n",
        "statuses from 400"
    );
    ExpectRefusal(
        "upstreams: {a: {base_url: http://a, breaker: 5}}\n",
        "expected {failures, share"
    );
    ExpectRefusal("upstreams: {a: {base_url: http://a, weight: 5}}\n", "unknown setting 'weight'");
    ExpectRefusal("upstreams: {a: {targets: []}}\n", "a list of URLs");
    ExpectRefusal(
        "upstreams:\n  a:\n    targets:\n      - http://a\n      - {base_url: http://b, weight: "
        "0}\n",
        "sightglass.yaml:5: upstreams.a.targets.2.weight: '0' is not allowed; allowed: 1 to 100"
    );
    ExpectRefusal(
        "upstreams:\n  a:\n    targets:\n      - ftp://a\n",
        "sightglass.yaml:4: upstreams.a.targets.1: 'ftp://a' is not a base URL"
    );
    ExpectRefusal(
        "upstreams: {a: {base_url: http://a, targets: [http://b]}}\n",
        "allowed: base_url or targets"
    );
    ExpectRefusal(
        "upstreams: {a: {targets: [{base_url: http://a, limits: {rate: 1}}]}}\n",
        "concurrent"
    );
}

TEST_F(ConfigUpstreamsTest, FallbacksThatCannotWorkAreRefused) {
    ExpectRefusal(
        "upstreams:\n  a: http://a\n  b:\n    base_url: http://b\n    fallback: [c]\n",
        "sightglass.yaml:3: upstream \"b\": its fallback \"c\" is no upstream; allowed: "
    );
    ExpectRefusal(
        "upstreams: {a: {base_url: http://a, fallback: [a]}}\n",
        "allowed: another upstream"
    );
    ExpectRefusal(
        "upstreams: {a: {base_url: http://a, fallback: [{to: b}]}}\n",
        "upstream, model, for"
    );
}

TEST_F(ConfigUpstreamsTest, KeysComeFromTheEnvironmentOrAFileAndAreNeverShown) {
    ExpectRefusal("upstreams: {a: {base_url: http://a, key: sk-in-clear}}\n", "allowed: ${NAME}");
    EXPECT_EQ(
        Refusal("upstreams: {a: {base_url: http://a, key: sk-in-clear}}\n").find("sk-in"),
        std::string::npos
    );
    ExpectRefusal(
        "upstreams: {a: {base_url: http://a, key: '${SIGHTGLASS_NO_SUCH}'}}\n",
        "SIGHTGLASS_NO_SUCH is not set"
    );
    ExpectRefusal("upstreams: {a: {base_url: http://a, key_file: /no/such}}\n", "key_file");
    std::ofstream(folder_ / "two") << "sk-one\r\nX-Injected: 1\n";
    const std::string yaml =
        "upstreams: {a: {base_url: http://a, key_file: " + (folder_ / "two").string() + "}}\n";
    ExpectRefusal(yaml, "is not a key");
    EXPECT_EQ(Refusal(yaml).find("sk-one"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::app

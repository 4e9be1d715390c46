#include "app/config.h"

#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

namespace sightglass::app {
namespace {

class ConfigTest : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/sightglass-config-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        file_ = Path(name) / "sightglass.yaml";
    }

    void TearDown() override { std::filesystem::remove_all(file_.parent_path()); }

    Status Read(std::string_view yaml) {
        std::ofstream(file_) << yaml;
        return ApplyFile(config_, file_);
    }

    /// The message of a file that must be refused.
    std::string Refusal(std::string_view yaml) {
        const Status status = Read(yaml);
        return status.Ok() ? "accepted" : status.error().message;
    }

    Path file_;
    Config config_;
};

TEST_F(ConfigTest, ReadsSectionsListsAndUpstreams) {
    const Status status = Read(
        "listen: '[::1]:9000'\n"
        "capture: redacted\n"
        "hosts: [gate.example.com, other.example.com]\n"
        "timeouts:\n  connect: 250ms\n"
        "journal: {segment: 8MiB, max: 1GiB}\n"
        "upstreams:\n  openai: https://api.openai.com/\n  local: {base_url: http://127.0.0.1:8000, "
        "provider: vllm}\n"
    );
    ASSERT_TRUE(status.Ok()) << status.error().message;
    EXPECT_EQ(config_.listen.host, "::1");
    EXPECT_EQ(config_.listen.port, 9000);
    EXPECT_EQ(config_.capture.policy, pipeline::CapturePolicy::kRedacted);
    EXPECT_EQ(config_.gateway.guard.hosts.size(), 2U);
    EXPECT_EQ(config_.gateway.connect_timeout, std::chrono::milliseconds(250));
    EXPECT_EQ(config_.journal.segment_bytes, 8U << 20);
    ASSERT_EQ(config_.gateway.upstreams.size(), 2U);
    EXPECT_EQ(config_.gateway.upstreams[0].base_url, "https://api.openai.com");
    EXPECT_EQ(config_.gateway.upstreams[1].provider, "vllm");
}

TEST_F(ConfigTest, AnEmptyFileChangesNothing) {
    EXPECT_TRUE(Read("# nothing\n").Ok());
}

TEST_F(ConfigTest, AWrongKeyIsRefusedWithFileLineAndWhatIsAllowed) {
    const std::string message = Refusal("listen: 127.0.0.1:1\nlistne: 127.0.0.1:2\n");
    EXPECT_NE(
        message.find("sightglass.yaml:2: unknown setting 'listne'; allowed: data_dir, listen"),
        std::string::npos
    ) << message;
}

TEST_F(ConfigTest, AWrongValueIsRefusedWithFileLineAndWhatIsAllowed) {
    const std::string message = Refusal("timeouts:\n  connect: 5\n");
    EXPECT_NE(
        message.find("sightglass.yaml:2: timeouts.connect: '5' is not allowed; allowed: a duration"
        ),
        std::string::npos
    ) << message;
    EXPECT_NE(Refusal("capture: everything\n").find("none, redacted or full"), std::string::npos);
    EXPECT_NE(Refusal("limits: {header: 5 parsecs}\n").find("a size"), std::string::npos);
    EXPECT_NE(Refusal("workers: -1\n").find("0 to 256"), std::string::npos);
    EXPECT_NE(Refusal("workers: {a: b}\n").find("0 to 256"), std::string::npos);
}

TEST_F(ConfigTest, BadUpstreamsAreNamed) {
    EXPECT_NE(Refusal("upstreams: {api: 'http://x'}\n").find("upstreams.api"), std::string::npos);
    EXPECT_NE(Refusal("upstreams: {x: 'ftp://x'}\n").find("not a base URL"), std::string::npos);
    EXPECT_NE(
        Refusal("upstreams: {x: 'http://user@x'}\n").find("not a base URL"),
        std::string::npos
    );
    EXPECT_NE(
        Refusal("upstreams: {x: {base: 'http://x'}}\n").find("allowed: base_url"),
        std::string::npos
    );
    EXPECT_NE(Refusal("upstreams: [1]\n").find(":1:"), std::string::npos);
}

TEST_F(ConfigTest, LimitsAreAListOrItsRules) {
    const std::string list =
        "  - {name: users, per: user, requests_per_minute: 60, usd_per_day: 2.5}\n"
        "  - match: {team: lab, model: ['gpt-5*', o3]}\n"
        "    per: [team, model]\n"
        "    tokens_per_minute: 1000\n"
        "    mode: shadow\n";
    for (const std::string& yaml :
         {"limits:\n" + list, "limits:\n  header: 32KiB\n  rules:\n" + list}) {
        config_ = Config();
        const Status status = Read(yaml);
        ASSERT_TRUE(status.Ok()) << status.error().message;
        ASSERT_EQ(config_.limits.size(), 2U);
        const access::LimitRule& users = config_.limits[0];
        EXPECT_EQ(users.name, "users");
        EXPECT_EQ(users.per, std::vector{access::LimitBy::kUser});
        EXPECT_EQ(users.values[access::Quantity::kRequestsPerMinute], 60);
        EXPECT_EQ(users.values[access::Quantity::kUsdPerDay], 2'500'000'000);
        EXPECT_FALSE(users.shadow);
        const access::LimitRule& lab = config_.limits[1];
        EXPECT_EQ(lab.name, "limit-2");
        EXPECT_EQ(lab.match[4], (std::vector<std::string>{"gpt-5*", "o3"}));
        EXPECT_TRUE(lab.shadow);
    }
}

TEST_F(ConfigTest, WrongLimitsAreRefusedWithTheirLine) {
    EXPECT_NE(
        Refusal("limits:\n  - {name: a, rpm: 5}\n").find("sightglass.yaml:2: limits: 'rpm'"),
        std::string::npos
    );
    EXPECT_NE(Refusal("limits: [{name: a}]\n").find("a limits nothing"), std::string::npos);
    EXPECT_NE(
        Refusal("limits: [{concurrent: 1, per: city}]\n").find("key, user, team, service, model"),
        std::string::npos
    );
    EXPECT_NE(
        Refusal("limits: [{concurrent: 1, mode: soft}]\n").find("enforce, shadow"),
        std::string::npos
    );
    EXPECT_NE(Refusal("limits: [{concurrent: -1}]\n").find("whole number"), std::string::npos);
    EXPECT_NE(
        Refusal("limits: [{name: 'a,b', concurrent: 1}]\n").find("without comma"),
        std::string::npos
    );
    EXPECT_NE(Refusal("limits: [3]\n").find("expected {name"), std::string::npos);
}

TEST_F(ConfigTest, TextThatIsNotYamlIsRefusedWithItsLine) {
    EXPECT_NE(Refusal("listen: [1\n").find("not YAML"), std::string::npos);
    EXPECT_NE(Refusal("- a\n- b\n").find("expected 'setting: value' lines"), std::string::npos);
}

TEST_F(ConfigTest, EverySettingComesFromTheEnvironmentToo) {
    const char* environment[] = {
        "PATH=/bin",
        "SIGHTGLASS_TIMEOUTS_IDLE=7s",
        "SIGHTGLASS_CAPTURE=full",
        "SIGHTGLASS_UPSTREAM=a=http://x:1,b=http://y:2",
        "SIGHTGLASS_NO_SUCH_SETTING=1",
        nullptr,
    };
    ASSERT_TRUE(ApplyEnvironment(config_, environment).Ok());
    EXPECT_EQ(config_.gateway.idle_timeout, std::chrono::seconds(7));
    EXPECT_EQ(config_.capture.policy, pipeline::CapturePolicy::kFull);
    EXPECT_EQ(config_.gateway.upstreams.at(1).name, "b");

    const char* wrong[] = {"SIGHTGLASS_LISTEN=nonsense", nullptr};
    EXPECT_NE(
        ApplyEnvironment(config_, wrong).error().message.find("SIGHTGLASS_LISTEN"),
        std::string::npos
    );
}

TEST_F(ConfigTest, ListeningBeyondLoopbackNeedsKeys) {
    ASSERT_TRUE(ApplySetting(config_, "listen", "0.0.0.0:8080").Ok());
    EXPECT_NE(CheckConfig(config_).error().message.find("loopback"), std::string::npos);
    ASSERT_TRUE(ApplySetting(config_, "access.require_key", "true").Ok());
    EXPECT_TRUE(CheckConfig(config_).Ok());
    ASSERT_TRUE(ApplySetting(config_, "access.require_key", "false").Ok());
    ASSERT_TRUE(ApplySetting(config_, "listen", "127.8.0.1:0").Ok());
    EXPECT_TRUE(CheckConfig(config_).Ok());
    EXPECT_EQ(config_.gateway.upstreams.at(0).base_url, "https://api.openai.com");
}

TEST_F(ConfigTest, ReadsPatternsThatAreRedacted) {
    ASSERT_TRUE(Read("capture:\n  content: redacted\n  max: 64KiB\n  patterns:\n"
                     "    - {name: employee, regex: 'E[0-9]{6}'}\n")
                    .Ok());
    EXPECT_EQ(config_.capture.policy, pipeline::CapturePolicy::kRedacted);
    EXPECT_EQ(config_.capture.text_bytes_max, 64U << 10);
    const std::vector<redact::CustomPattern> expected{{"employee", "E[0-9]{6}"}};
    EXPECT_EQ(config_.capture_patterns, expected);
}

TEST_F(ConfigTest, RefusesPatternsWithTheirLine) {
    for (const std::string entry :
         {"{name: a, regex: '('}",
          "{name: A B, regex: x}",
          "{name: a}",
          "x",
          "{name: a, regex: 'x*'}"}) {
        const Status applied = Read("capture:\n  patterns:\n    - " + entry + "\n");
        ASSERT_FALSE(applied.Ok()) << entry;
        EXPECT_NE(applied.error().message.find(":3: capture.patterns: "), std::string::npos)
            << applied.error().message;
    }
}

TEST_F(ConfigTest, ReadsRulesOfWhatIsCaptured) {
    ASSERT_TRUE(Read("capture:\n  content: redacted\n  sample: 12.5%\n  rules:\n"
                     "    - {match: {service: [chat*, help], team: x}, content: full, max: 1KiB}\n"
                     "    - match: {key: sk-...a1b2}\n      sample: 0.0001%\n")
                    .Ok());
    EXPECT_EQ(config_.capture.sample, 125'000U);
    pipeline::CaptureRule first;
    first.match[static_cast<std::size_t>(pipeline::CaptureBy::kService)] = {"chat*", "help"};
    first.match[static_cast<std::size_t>(pipeline::CaptureBy::kTeam)] = {"x"};
    first.policy = pipeline::CapturePolicy::kFull;
    first.text_bytes_max = 1'024;
    pipeline::CaptureRule second;
    second.match[static_cast<std::size_t>(pipeline::CaptureBy::kKey)] = {"sk-...a1b2"};
    second.sample = 1;
    EXPECT_EQ(config_.capture_rules, (std::vector{first, second}));
}

TEST_F(ConfigTest, RefusesRulesOfWhatIsCapturedWithTheirLine) {
    const std::pair<std::string, std::string> wrong[] = {
        {"{content: full}", "allowed: up to 1000 entries"},
        {"{match: {service: x}}", "allowed: up to 1000 entries"},
        {"{match: {model: x}, content: full}", "'model'; allowed: service, team"},
        {"{match: {service: []}, content: full}", "allowed: a text, or a list of texts"},
        {"{match: x, content: full}", "allowed: 'service: PATTERN' lines"},
        {"{match: {service: x}, content: some}", "'some' is not allowed; allowed: none, redacted"},
        {"{match: {service: x}, sample: 101%}", "allowed: a share from 0% to 100%"},
        {"{match: {service: x}, sample: 5}", "allowed: a share from 0% to 100%"},
        {"{match: {service: x}, sample: .5%}", "allowed: a share from 0% to 100%"},
        {"{match: {service: x}, sample: 1.%}", "allowed: a share from 0% to 100%"},
        {"{match: {service: x}, sample: 1.12345%}", "allowed: a share from 0% to 100%"},
        {"{match: {service: x}, sample: -1%}", "allowed: a share from 0% to 100%"},
        {"{match: {service: x}, max: much}", "allowed: a size"},
        {"{match: {service: x}, keep: 1}", "unknown 'keep'; allowed: match, content"}};
    for (const auto& [entry, message] : wrong) {
        const Status applied = Read("capture:\n  rules:\n    - " + entry + "\n");
        ASSERT_FALSE(applied.Ok()) << entry;
        EXPECT_NE(applied.error().message.find(":3: capture.rules: "), std::string::npos);
        EXPECT_NE(applied.error().message.find(message), std::string::npos)
            << applied.error().message;
    }
}

TEST_F(ConfigTest, TheManualListsEverySettingAsItIs) {
    const auto manual = ReadFile(Path(SIGHTGLASS_SOURCE_DIR) / "docs" / "configuration.md");
    ASSERT_TRUE(manual.Ok());
    for (const Setting& setting : Settings()) {
        const std::string begin = "| `" + std::string(setting.key) + "` |";
        const std::string end =
            "| " + std::string(setting.allowed) + " | " + std::string(setting.what) + " |";
        const std::size_t row = manual->find(begin);
        ASSERT_NE(row, std::string::npos) << begin;
        const std::string line = manual->substr(row, manual->find('\n', row) - row);
        EXPECT_NE(line.find(end), std::string::npos) << line << "\nlacks\n" << end;
    }
}

}  // namespace
}  // namespace sightglass::app

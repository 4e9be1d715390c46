#include <stdlib.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "app/config.h"

namespace sightglass::app {
namespace {

class ConfigChannelsTest : public ::testing::Test {
protected:
    ConfigChannelsTest() {
        std::string name = (std::filesystem::temp_directory_path() / "sg-config-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        ::setenv("SG_TEST_HOOK", "https://a.example/hook", 1);
    }

    ~ConfigChannelsTest() override { std::filesystem::remove_all(folder_); }

    Status Read(const std::string& text) {
        const Path file = folder_ / "sightglass.yaml";
        EXPECT_TRUE(WriteFileAtomically(file, text, 0600).Ok());
        return ApplyFile(config_, file);
    }

    std::string Refusal(const std::string& text) {
        const Status read = Read(text);
        return read.Ok() ? "" : read.error().message;
    }

    Path folder_;
    Config config_;
};

TEST_F(ConfigChannelsTest, ReadsChannelsWithSecretsOfTheEnvironment) {
    const Status read = Read(
        "notify: {allow_private: true, retry_wait: 50ms}\n"
        "channels:\n"
        "  - {name: ops, kind: webhook, url: '${SG_TEST_HOOK}', language: zh, rate_per_minute: 5}\n"
        "  - {name: mail, kind: email, host: h, from: a@b, to: c@d, port: 25, enabled: false}\n"
    );
    ASSERT_TRUE(read.Ok()) << read.error().message;
    ASSERT_EQ(config_.channels.size(), 2U);
    const notify::ChannelWish& ops = config_.channels[0];
    EXPECT_EQ(ops.settings.at("url"), "https://a.example/hook");
    EXPECT_EQ(ops.settings.at("language"), "zh");
    EXPECT_EQ(ops.rate_per_minute, 5);
    EXPECT_FALSE(config_.channels[1].enabled);
    EXPECT_EQ(config_.notices.sender.private_addresses, notify::PrivateAddresses::kAllowed);
    EXPECT_EQ(config_.notices.retry_wait, std::chrono::milliseconds(50));
}

TEST_F(ConfigChannelsTest, RefusesWithTheLine) {
    EXPECT_NE(
        Refusal("channels:\n  - {name: a, kind: webhook, url: 'https://a/secret'}\n")
            .find("sightglass.yaml:2: channels: url: a secret does not stand in a settings file"),
        std::string::npos
    );
    EXPECT_NE(
        Refusal("channels: [{name: a, kind: webhook, url: '${SG_TEST_NONE}'}]\n")
            .find("is not set"),
        std::string::npos
    );
    EXPECT_NE(
        Refusal("channels: [{name: a, kind: fax}]\n").find("kind: allowed"),
        std::string::npos
    );
    EXPECT_NE(
        Refusal("channels: [{kind: wecom, url: '${SG_TEST_HOOK}'}]\n").find("name: is missing"),
        std::string::npos
    );
    const std::string twice = "{name: a, kind: wecom, url: '${SG_TEST_HOOK}'}";
    EXPECT_NE(
        Refusal("channels: [" + twice + ", " + twice + "]\n").find("stands twice"),
        std::string::npos
    );
    EXPECT_NE(Refusal("channels: 3\n").find("expected a list"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::app

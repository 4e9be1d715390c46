#include "notify/courier.h"

#include <stdlib.h>

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "net/http_server.h"
#include "notify/notice_json.h"
#include "notify/sample_notice.h"

namespace sightglass::notify {
namespace {

using std::chrono::milliseconds;

/// Listens on loopback, keeps what comes, and answers with the statuses it is given, then with 200.
class CourierTest : public ::testing::Test {
protected:
    struct Came {
        std::string key;
        std::string path;
        std::string body;
    };

    CourierTest() {
        std::string name = (std::filesystem::temp_directory_path() / "sg-notify-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        receiver_ =
            net::HttpServer::Start({}, [this](net::HttpRequest request, const auto& responder) {
                responder->Send(Take(request));
            }).value();
        port_ = receiver_->Listen("127.0.0.1", 0).value();
        Open();
    }

    ~CourierTest() override {
        courier_.reset();
        receiver_->Stop();
        std::filesystem::remove_all(folder_);
    }

    net::HttpResponse Take(const net::HttpRequest& request) {
        came_.With([&request](std::vector<Came>& came) {
            const std::string key(request.Header("idempotency-key"));
            came.push_back({key, request.target, request.body});
        });
        return answers_.With([](std::vector<net::HttpResponse>& answers) {
            net::HttpResponse next;
            if (!answers.empty()) {
                next = answers.front();
                answers.erase(answers.begin());
            }
            return next;
        });
    }

    void Answer(std::vector<net::HttpResponse> next) {
        answers_.With([&next](auto& answers) { answers = std::move(next); });
    }

    /// As at the start of a server.
    void Open(PrivateAddresses allowed = PrivateAddresses::kAllowed) {
        courier_.reset();
        channels_.reset();
        deliveries_.reset();
        rows_.reset();
        database_ = state::Database::Open(folder_ / "state.db").value();
        rows_.emplace(*database_);
        deliveries_.emplace(*database_);
        channels_ = Channels::Open(*rows_, Secret("0123456789"), Clock::System()).value();
        CourierOptions options;
        options.sender.private_addresses = allowed;
        options.tries_max = 4;
        options.retry_wait = milliseconds(20);
        options.retry_wait_max = milliseconds(40);
        courier_ = Courier::Start(options, *channels_, *deliveries_, Clock::System()).value();
    }

    std::string Webhook(std::string path = "/hook/very-secret-path") {
        ChannelWish wish{.name = "hook", .kind = "webhook"};
        wish.settings["url"] = "http://127.0.0.1:" + std::to_string(port_) + std::move(path);
        wish.settings["secret"] = "a-signing-secret";
        const auto made = channels_->Create(wish);
        EXPECT_TRUE(made.Ok());
        return (*made)->id;
    }

    static NoticeGroup Group(const std::string& id, const std::string& alert) {
        NoticeGroup group = SampleGroup();
        group.id = id;
        group.group_key = alert;
        group.notices[0].alert_key = alert;
        return group;
    }

    template <typename Holds>
    static bool Eventually(Holds&& holds) {
        for (int i = 0; i < 2'000; ++i) {
            if (holds()) {
                return true;
            }
            std::this_thread::sleep_for(milliseconds(10));
        }
        return false;
    }

    std::vector<std::string> Keys() {
        return came_.With([](const std::vector<Came>& came) {
            std::vector<std::string> keys;
            for (const Came& each : came) {
                keys.push_back(each.key);
            }
            return keys;
        });
    }

    bool Settled(const std::string& channel, const std::string& state, std::int64_t count) {
        return Eventually([&] {
            auto counts = deliveries_->Count();
            return counts.Ok() && (*counts)[channel][state] == count &&
                   (*counts)[channel]["pending"] == 0;
        });
    }

    state::Delivery Newest(const std::string& channel) {
        const auto all = deliveries_->List({.channel_id = channel});
        return all.Ok() && !all->empty() ? all->front() : state::Delivery{};
    }

    Path folder_;
    Guarded<std::vector<Came>> came_;
    Guarded<std::vector<net::HttpResponse>> answers_;
    std::unique_ptr<net::HttpServer> receiver_;
    std::uint16_t port_ = 0;
    std::unique_ptr<state::Database> database_;
    std::optional<state::ChannelRows> rows_;
    std::optional<state::Deliveries> deliveries_;
    std::unique_ptr<Channels> channels_;
    std::unique_ptr<Courier> courier_;
};

TEST_F(CourierTest, DeliversOnceWhatIsHandedInTwice) {
    const std::string channel = Webhook();
    ASSERT_TRUE(courier_->Enqueue(channel, Group("e1", "a")).Ok());
    ASSERT_TRUE(courier_->Enqueue(channel, Group("e1", "a")).Ok());
    ASSERT_TRUE(Settled(channel, "delivered", 1));
    EXPECT_EQ(Keys(), std::vector<std::string>{"e1"});
    EXPECT_EQ(courier_->Enqueue("none", Group("e2", "a")).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(courier_->Enqueue(channel, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CourierTest, ARepeatHasTheSameKeyAndOrderIsKeptForAnAlert) {
    const std::string channel = Webhook();
    Answer({{.status = 503}, {.status = 500}});
    ASSERT_TRUE(courier_->Enqueue(channel, Group("a-1", "a")).Ok());
    ASSERT_TRUE(courier_->Enqueue(channel, Group("a-2", "a")).Ok());
    ASSERT_TRUE(Settled(channel, "delivered", 2));
    EXPECT_EQ(Keys(), (std::vector<std::string>{"a-1", "a-1", "a-1", "a-2"}));
}

TEST_F(CourierTest, WhatIsRefusedIsADeadLetterUntilItIsTakenUpAgain) {
    const std::string channel = Webhook();
    Answer({{.status = 404, .body = "no /hook/very-secret-path here"}});
    ASSERT_TRUE(courier_->Enqueue(channel, Group("e1", "a")).Ok());
    ASSERT_TRUE(Settled(channel, "dead", 1));
    EXPECT_EQ(Newest(channel).status, 404);
    EXPECT_EQ(Newest(channel).error, "status 404: no ... here");
    const auto retried = courier_->Retry(channel, std::nullopt);
    ASSERT_TRUE(retried.Ok());
    EXPECT_EQ(*retried, 1);
    EXPECT_TRUE(Settled(channel, "delivered", 1));
}

TEST_F(CourierTest, IsGivenUpAfterSoManyTries) {
    const std::string channel = Webhook();
    Answer(std::vector<net::HttpResponse>(4, {.status = 500}));
    ASSERT_TRUE(courier_->Enqueue(channel, Group("e1", "a")).Ok());
    ASSERT_TRUE(Settled(channel, "dead", 1));
    EXPECT_EQ(Newest(channel).attempts, 4);
}

TEST_F(CourierTest, TakesUpAfterARestartWhatWasPending) {
    receiver_->Stop();
    const std::string channel = Webhook();
    for (const char* id : {"e1", "e2"}) {
        ASSERT_TRUE(courier_->Enqueue(channel, Group(id, "a")).Ok());
    }
    courier_->Stop();
    receiver_ = net::HttpServer::Start({}, [this](net::HttpRequest request, const auto& responder) {
                    responder->Send(Take(request));
                }).value();
    ASSERT_TRUE(receiver_->Listen("127.0.0.1", port_).Ok());
    Open();
    ASSERT_TRUE(Settled(channel, "delivered", 2));
    EXPECT_EQ(Keys(), (std::vector<std::string>{"e1", "e2"}));
}

TEST_F(CourierTest, PrivateAddressesAreRefusedUnlessAllowed) {
    const std::string channel = Webhook();
    Open(PrivateAddresses::kRefused);
    ASSERT_TRUE(courier_->Enqueue(channel, Group("e1", "a")).Ok());
    ASSERT_TRUE(Settled(channel, "dead", 1));
    EXPECT_NE(Newest(channel).error.find("private addresses"), std::string::npos);
    EXPECT_TRUE(Keys().empty());
}

TEST_F(CourierTest, RedirectsAreNotFollowed) {
    const std::string channel = Webhook();
    Answer({{.status = 302, .headers = {{"Location", "/elsewhere"}}}});
    ASSERT_TRUE(courier_->Enqueue(channel, Group("e1", "a")).Ok());
    ASSERT_TRUE(Settled(channel, "dead", 1));
    EXPECT_EQ(Keys().size(), 1U);
}

TEST_F(CourierTest, ATestSaysWhatCameBack) {
    const std::string channel = Webhook();
    Answer({{.status = 200}, {.status = 401, .body = "who? a-signing-secret"}});
    const auto good = courier_->Test(channel, Language::kDutch);
    ASSERT_TRUE(good.Ok());
    EXPECT_EQ(good->outcome, Outcome::kDelivered);
    const std::string body = came_.With([](const auto& came) { return came.back().body; });
    EXPECT_NE(body.find("Testbericht"), std::string::npos);
    const auto bad = courier_->Test(channel, Language::kEnglish);
    ASSERT_TRUE(bad.Ok());
    EXPECT_EQ(bad->outcome, Outcome::kRefused);
    EXPECT_EQ(bad->why, "status 401: who? ...");
}

TEST_F(CourierTest, NoHalfOfASecretIsLeftWhereAnAnswerIsCut) {
    const std::string channel = Webhook();
    Answer({{.status = 400, .body = std::string(195, 'x') + "a-signing-secret"}});
    const auto bad = courier_->Test(channel, Language::kEnglish);
    ASSERT_TRUE(bad.Ok());
    EXPECT_EQ(bad->why, "status 400: " + std::string(195, 'x') + "...");
}

TEST_F(CourierTest, SecretsAreSealedAtRestAndMaskedWhereShown) {
    const std::string id = Webhook();
    Open();
    const auto channel = channels_->Find(id);
    ASSERT_NE(channel, nullptr);
    EXPECT_EQ(SettingOf(channel->said.settings, "secret"), "a-signing-secret");
    for (const auto& file : std::filesystem::directory_iterator(folder_)) {
        const std::string bytes = ReadFile(file.path()).value();
        EXPECT_EQ(bytes.find("a-signing-secret"), std::string::npos) << file.path();
        EXPECT_EQ(bytes.find("very-secret-path"), std::string::npos) << file.path();
    }
    EXPECT_EQ(MaskOf(channel->kind->fields[0], "https://h:1/p?q"), "https://h:1/...");
    const auto changed = channels_->Change(id, [](ChannelWish& wish) {
        wish.settings["secret"] = "...";  // As it was shown.
        wish.name = "renamed";
        return Status();
    });
    ASSERT_TRUE(changed.Ok());
    EXPECT_EQ(SettingOf((*changed)->said.settings, "secret"), "a-signing-secret");
    const auto other = Channels::Open(*rows_, Secret("another"), Clock::System());
    ASSERT_TRUE(other.Ok());
    EXPECT_FALSE((*other)->Find(id)->Takes());
}

TEST_F(CourierTest, AStormIsOneMessage) {
    const std::string channel = Webhook();
    ASSERT_TRUE(courier_->Enqueue(channel, SampleStorm()).Ok());
    ASSERT_TRUE(Settled(channel, "delivered", 1));
    const std::string body = came_.With([](const auto& came) { return came.back().body; });
    const auto group = ReadGroup(body);
    ASSERT_TRUE(group.Ok());
    EXPECT_EQ(group->total, 5'000);
    EXPECT_EQ(group->notices.size(), 100U);
}

}  // namespace
}  // namespace sightglass::notify

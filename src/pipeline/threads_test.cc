#include "pipeline/threads.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "pipeline/deriver.h"

namespace sightglass::pipeline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct Message {
    std::string role;
    std::string content;
};

using Messages = std::vector<Message>;

/// Says what clients say, and remembers where it was put.
class ThreadsTest : public ::testing::Test {
protected:
    /// The next call of somebody: what was said, and the answer; empty for none.
    Call Say(const Messages& messages, const std::string& answer, const Call& who = {}) {
        Call call = who;
        now_ += seconds(1);
        call.started_at = now_;
        call.ended_at = now_;
        call.call_id = ids_.Next(now_);
        call.status = call.status.value_or(answer.empty() ? CallStatus::kError : CallStatus::kOk);
        ExchangeView view;
        const std::string request = RequestOf(messages);
        const std::string response = answer.empty() ? "" : ResponseOf(answer);
        view.dialect = "openai";
        view.request_body = request;
        view.response_body = response;
        view.response_content_type = "application/json";
        view.work.threads = true;
        ThreadKeys keys = deriver_.Derive(view).thread;
        keys.previous_response_id = previous_response_id_;
        keys.conversation_id = conversation_id_;
        keys.cache_key = cache_key_;
        threads_.Place(keys, call);
        return call;
    }

    static std::string RequestOf(const Messages& messages) {
        codec::JsonWriter json;
        json.BeginObject().Key("messages").BeginArray();
        for (const Message& message : messages) {
            json.BeginObject().Key("role").String(message.role);
            json.Key("content").String(message.content).EndObject();
        }
        json.EndArray().EndObject();
        return std::move(json).Take();
    }

    static std::string ResponseOf(const std::string& answer) {
        codec::JsonWriter json;
        json.BeginObject().Key("choices").BeginArray().BeginObject().Key("message");
        json.BeginObject().Key("role").String("assistant").Key("content").String(answer);
        json.EndObject().EndObject().EndArray().EndObject();
        return std::move(json).Take();
    }

    static Call Of(const std::string& user, const std::string& key = "key-1") {
        Call who;
        who.user = user;
        who.api_key = key;
        return who;
    }

    const Messages first_{{"system", "Be kind."}, {"user", "Hello, how do I reset my password?"}};
    const Messages second_{
        {"system", "Be kind. It is noon."},
        {"user", "Hello, how do I reset my password?"},
        {"assistant", "Click on 'forgotten'."},
        {"user", "And my user name?"}};

    Time now_ = TimeFromMicros(1'700'000'000'000'000);
    UuidSource ids_;
    MessageHasher hasher_{Secret("a secret of the test")};
    Deriver deriver_{hasher_};
    ThreadOptions options_;
    Threads threads_{options_};
    std::string previous_response_id_;
    std::string conversation_id_;
    std::uint64_t cache_key_ = 0;
};

TEST_F(ThreadsTest, ARequestThatBeginsWithACallAndItsAnswerGoesOnFromThere) {
    const Call one = Say(first_, "Click on 'forgotten'.");
    const Call two = Say(second_, "It is your address.");
    EXPECT_EQ(
        one.session_id,
        "thr_" +
            [&] {
                std::string id = ToString(one.call_id);
                std::erase(id, '-');
                return id;
            }()
    );
    EXPECT_EQ(one.turn, 1);
    EXPECT_EQ(two.session_id, one.session_id);
    EXPECT_EQ(two.turn, 2);
}

TEST_F(ThreadsTest, StrangersWhoSayTheSameStayApart) {
    const Call one = Say(first_, "Click on 'forgotten'.", Of("anna"));
    EXPECT_NE(Say(second_, "It is your address.", Of("ben")).session_id, one.session_id);
    EXPECT_NE(Say(second_, "It is.", Of("anna", "key-2")).session_id, one.session_id);
    Call other = Of("anna");
    other.organization = "org-2";
    EXPECT_NE(Say(second_, "It is.", other).session_id, one.session_id);
    EXPECT_EQ(Say(second_, "It is.", Of("anna")).session_id, one.session_id);
    // Of nobody who is known, the same beginning is another conversation, with another answer or the same.
    const Call nobody = Say(first_, "Click on 'forgotten'.");
    EXPECT_NE(Say(first_, "Click on 'forgotten'.").session_id, nobody.session_id);
    EXPECT_NE(Say(first_, "No idea.").session_id, nobody.session_id);
}

TEST_F(ThreadsTest, TheAnswerTellsConversationsApartThatBeganAlike) {
    const Call one = Say(first_, "Click on 'forgotten'.");
    const Call other = Say(first_, "Which account is it?");
    EXPECT_EQ(Say(second_, "Yes.").session_id, one.session_id);
    Messages third = second_;
    third[2].content = "Which account is it?";
    EXPECT_EQ(Say(third, "Yes.").session_id, other.session_id);
}

TEST_F(ThreadsTest, RegenerationsAndBranchesAreNoTurnsMore) {
    const Call one = Say(first_, "Click on 'forgotten'.", Of("anna"));
    const Call again = Say(first_, "Press the button.", Of("anna"));
    EXPECT_EQ(again.session_id, one.session_id);
    EXPECT_EQ(again.turn, 1);
    EXPECT_EQ(again.retry_of, ToString(one.call_id));
    const Call two = Say(second_, "It is your address.", Of("anna"));
    EXPECT_TRUE(two.retry_of.empty());
    Messages edited = second_;
    edited.back().content = "Where is that link?";
    const Call branch = Say(edited, "At the bottom.", Of("anna"));
    EXPECT_EQ(branch.session_id, one.session_id);
    EXPECT_EQ(branch.turn, 2);
    const Call repeated = Say(second_, "Your address.", Of("anna"));
    EXPECT_EQ(repeated.turn, 2);
    EXPECT_EQ(repeated.retry_of, ToString(two.call_id));
    EXPECT_TRUE(branch.retry_of.empty());
    EXPECT_EQ(repeated.session_id, two.session_id);
}

TEST_F(ThreadsTest, WhatFailedAndIsSentAgainIsLinked) {
    const Call failed = Say(first_, "");
    const Call again = Say(first_, "Click on 'forgotten'.");
    EXPECT_EQ(again.session_id, failed.session_id);
    EXPECT_EQ(again.turn, 1);
    EXPECT_EQ(again.retry_of, ToString(failed.call_id));
    EXPECT_EQ(Say(second_, "Yes.").turn, 2);
}

TEST_F(ThreadsTest, ResultsOfToolsAreStepsOfTheSameTurn) {
    const Call one = Say({{"user", "Weather in Delft?"}}, "I will look.");
    const Call step =
        Say({{"user", "Weather in Delft?"}, {"assistant", "I will look."}, {"tool", "rain"}},
            "It rains.");
    EXPECT_EQ(step.session_id, one.session_id);
    EXPECT_EQ(step.turn, 1);
}

TEST_F(ThreadsTest, ASilenceEndsAConversation) {
    const Call one = Say(first_, "Click on 'forgotten'.");
    now_ += minutes(29);
    const Call two = Say(second_, "It is your address.");
    EXPECT_EQ(two.session_id, one.session_id);
    now_ += minutes(31);
    Messages third = second_;
    third.push_back({"assistant", "It is your address."});
    third.push_back({"user", "Thanks. And now?"});
    const Call three = Say(third, "Nothing.");
    EXPECT_NE(three.session_id, one.session_id);
    EXPECT_EQ(three.turn, 1);
}

TEST_F(ThreadsTest, AGivenIdWinsAndIsKeptForWhatGoesOnFromThere) {
    Call who = Of("anna");
    who.session_id = "chat-7";
    const Call one = Say(first_, "Click on 'forgotten'.", who);
    EXPECT_EQ(one.session_id, "chat-7");
    const Call two = Say(second_, "It is your address.", Of("anna"));
    EXPECT_EQ(two.session_id, "chat-7");
    EXPECT_EQ(two.turn, 2);
    who.session_id = "chat-8";
    const Call other = Say(second_, "It is your address.", who);
    EXPECT_EQ(other.session_id, "chat-8");
    EXPECT_EQ(other.turn, 1);
    EXPECT_EQ(Say({{"user", "Something else entirely"}}, "Yes.", who).turn, 2);
}

TEST_F(ThreadsTest, IdsOfTheProviderAreFollowed) {
    Call who;
    who.provider_response_id = "resp_1";
    const Call one = Say({{"user", "Hello there, you"}}, "Hi.", who);
    previous_response_id_ = "resp_1";
    const Call two = Say({{"user", "And now something else"}}, "Yes.");
    EXPECT_EQ(two.session_id, one.session_id);
    EXPECT_EQ(two.turn, 2);
    previous_response_id_.clear();
    conversation_id_ = "conv_1";
    EXPECT_EQ(Say({{"user", "One"}}, "Yes.").session_id, "conv_1");
    now_ += minutes(90);
    const Call later = Say({{"user", "Two"}}, "Yes.");
    EXPECT_EQ(later.session_id, "conv_1");
    EXPECT_EQ(later.turn, 2);
    conversation_id_.clear();
    cache_key_ = 77;
    const Call keyed = Say({{"user", "Three"}}, "Yes.");
    EXPECT_EQ(Say({{"user", "Four"}}, "Yes.").session_id, keyed.session_id);
}

TEST_F(ThreadsTest, AWindowThatSlidesIsFollowedByALongAnswer) {
    const std::string answer(100, 'x');
    const Call one = Say({{"user", "One"}, {"assistant", "Two"}, {"user", "Three"}}, answer);
    const Call two = Say({{"assistant", answer}, {"user", "Four"}}, "Five");
    EXPECT_EQ(two.session_id, one.session_id);
    EXPECT_EQ(two.turn, 2);
}

TEST_F(ThreadsTest, OnlySoManyCallsAreRemembered) {
    Threads few({.calls_max = 2});
    for (int i = 0; i < 100; ++i) {
        Call call;
        call.started_at = now_;
        call.call_id = ids_.Next(now_);
        ThreadKeys keys;
        keys.request = static_cast<std::uint64_t>(i + 1);
        keys.answered = 1000U + keys.request;
        few.Place(keys, call);
    }
    EXPECT_EQ(few.size(), 2U);
}

TEST_F(ThreadsTest, CallsFromBeforeARestartGoOn) {
    const Call one = Say(first_, "Click on 'forgotten'.", Of("anna"));
    std::string written;
    threads_.WriteNew(written);
    const std::size_t first_bytes = written.size();
    const Call other = Say(first_, "Which account is it?", Of("ben"));
    threads_.WriteNew(written);
    EXPECT_GT(written.size(), first_bytes);
    std::string all;
    threads_.WriteAll(all);
    EXPECT_EQ(all, written);
    threads_ = Threads(options_);
    EXPECT_TRUE(threads_.Recall(written));
    EXPECT_EQ(threads_.size(), 2U);
    const Call two = Say(second_, "It is your address.", Of("anna"));
    EXPECT_EQ(two.session_id, one.session_id);
    EXPECT_EQ(two.turn, 2);
    std::string rest;
    threads_.WriteNew(rest);
    EXPECT_LT(rest.size(), written.size());
    for (std::size_t size = 1; size < first_bytes; ++size) {
        EXPECT_FALSE(Threads(options_).Recall(written.substr(0, size))) << size;
    }
    EXPECT_NE(other.session_id, one.session_id);
}

/// A conversation that was recorded: each of its answers is a call.
struct Recorded {
    Messages messages;
    Call who;
    std::string session;
    std::size_t at = 0;
};

std::vector<Recorded> ReadRecorded(const std::string& file) {
    std::vector<Recorded> all;
    std::ifstream in(file);
    codec::JsonParser parser;
    for (std::string line; std::getline(in, line);) {
        Recorded& one = all.emplace_back();
        parser.Parse(line).value().Get("messages").ForEach([&](auto, codec::JsonValue message) {
            const std::string role(message.Get("role").String().value());
            one.messages.push_back(
                {role == "tool_call" ? "assistant" : role,
                 std::string(message.Get("content").String().value_or(""))}
            );
            return true;
        });
    }
    return all;
}

TEST_F(ThreadsTest, RecordedConversationsComeBackTogetherWhereNobodyNamesThem) {
    const std::string file =
        SIGHTGLASS_SOURCE_DIR "/../shared/data/conv/conversations_public.jsonl";
    if (!std::filesystem::exists(file)) {
        GTEST_SKIP() << "no recorded conversations beside the tree";
    }
    std::vector<Recorded> all = ReadRecorded(file);
    std::mt19937 random(5);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].who = Of("", "key-" + std::to_string(i % 40));
    }
    std::vector<std::size_t> open;
    std::size_t next = 0;
    std::size_t turns = 0;
    std::size_t right = 0;
    std::map<std::string, std::set<std::string>> keys_of_session;
    while (next < all.size() || !open.empty()) {
        while (open.size() < 100 && next < all.size()) {  // So many at once.
            open.push_back(next++);
        }
        const std::size_t chosen = random() % open.size();
        Recorded& one = all[open[chosen]];
        while (one.at < one.messages.size() && one.messages[one.at].role != "assistant") {
            ++one.at;
        }
        if (one.at == one.messages.size()) {
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(chosen));
            continue;
        }
        const Messages said(
            one.messages.begin(),
            one.messages.begin() + static_cast<std::ptrdiff_t>(one.at)
        );
        const Call call = Say(said, one.messages[one.at].content, one.who);
        one.session = one.session.empty() ? call.session_id : one.session;
        right += call.session_id == one.session ? 1 : 0;
        ++turns;
        ++one.at;
        keys_of_session[call.session_id].insert(one.who.api_key);
    }
    std::size_t merges = 0;
    for (const auto& [session, keys] : keys_of_session) {
        merges += keys.size() > 1 ? 1 : 0;
    }
    const double share = static_cast<double>(right) / static_cast<double>(turns);
    std::cout << right << " of " << turns << " turns in the right session (" << 100 * share
              << " %), " << keys_of_session.size() << " sessions of " << all.size()
              << " conversations, " << merges << " merges across keys\n";
    EXPECT_GE(share, 0.995);
    EXPECT_EQ(merges, 0U);
}

}  // namespace
}  // namespace sightglass::pipeline

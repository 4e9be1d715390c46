#include "pipeline/thread_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "journal/test_directory.h"

namespace sightglass::pipeline {
namespace {

class ThreadFileTest : public ::testing::Test {
protected:
    static Call CallOf(std::uint64_t number) {
        Call call;
        call.started_at = TimeFromMicros(1'700'000'000'000'000 + static_cast<std::int64_t>(number));
        call.call_id.bytes[15] = static_cast<std::uint8_t>(number);
        return call;
    }

    /// A call that goes on from the one before.
    static Call Say(Threads& threads, std::uint64_t number) {
        ThreadKeys keys;
        keys.request = 1000 + number;
        keys.answered = 2000 + number;
        keys.prefixes = {1999 + number};
        keys.asks = true;
        Call call = CallOf(number);
        threads.Place(keys, call);
        return call;
    }

    journal::TestDirectory directory_;
    const std::filesystem::path path_ = directory_.path() / "threads";
};

TEST_F(ThreadFileTest, AConversationGoesOnAfterARestart) {
    std::string session;
    for (std::uint64_t number = 1; number <= 5; ++number) {
        Threads threads({});
        ThreadFile file(path_);
        file.Recall(threads);
        EXPECT_EQ(threads.size(), number - 1);
        const Call call = Say(threads, number);
        session = session.empty() ? call.session_id : session;
        EXPECT_EQ(call.session_id, session);
        EXPECT_EQ(call.turn, static_cast<std::int64_t>(number));
        file.Keep(threads);
        file.Keep(threads);  // Nothing new.
    }
}

TEST_F(ThreadFileTest, WhatIsDamagedIsLeftOutAndWrittenAnew) {
    Threads threads({});
    ThreadFile file(path_);
    Say(threads, 1);
    file.Keep(threads);
    const auto first_bytes = std::filesystem::file_size(path_);
    Say(threads, 2);
    file.Keep(threads);
    std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1);
    Threads recalled({});
    ThreadFile again(path_);
    again.Recall(recalled);
    EXPECT_EQ(recalled.size(), 1U);
    EXPECT_EQ(std::filesystem::file_size(path_), first_bytes);
    Say(recalled, 2);
    again.Keep(recalled);
    Threads last({});
    ThreadFile(path_).Recall(last);
    EXPECT_EQ(last.size(), 2U);
}

TEST_F(ThreadFileTest, IsWrittenAnewWhenItHasGrownTooMuch) {
    Threads threads({.calls_max = 1000});
    ThreadFile file(path_);
    for (std::uint64_t number = 1; number < 400'000; ++number) {
        Say(threads, number);
        if (number % 1000 == 0) {
            file.Keep(threads);
            ASSERT_LE(std::filesystem::file_size(path_), ThreadFile::kBytesMax);
        }
    }
    Threads recalled({.calls_max = 1000});
    ThreadFile(path_).Recall(recalled);
    EXPECT_EQ(recalled.size(), 1000U);
}

TEST_F(ThreadFileTest, WithoutAPathNothingIsKept) {
    Threads threads({});
    ThreadFile file{Path()};
    file.Recall(threads);
    Say(threads, 1);
    file.Keep(threads);
    EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

}  // namespace
}  // namespace sightglass::pipeline

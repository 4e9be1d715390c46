#include "access/logins.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "state/database.h"

namespace sightglass::access {
namespace {

class FakeClock final : public Clock {
public:
    Time Now() const noexcept override { return now; }

    Time now = TimeFromMicros(1'763'775'464'000'000);
};

class LoginsTest : public ::testing::Test {
protected:
    LoginsTest() {
        std::string name = (std::filesystem::temp_directory_path() / "sightglass-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        database_ = state::Database::Open(folder_ / "state.db").value();
        stored_ = std::make_unique<state::LoginSessions>(*database_);
        logins_ = NewLogins();
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<Logins> NewLogins(LoginOptions options = {}) {
        return std::make_unique<Logins>(Secret("the-admin-token-0123"), *stored_, clock_, options);
    }

    std::string LogIn() {
        return logins_->LogInWithToken("the-admin-token-0123", "::1").value().token;
    }

    Path folder_;
    FakeClock clock_;
    std::unique_ptr<state::Database> database_;
    std::unique_ptr<state::LoginSessions> stored_;
    std::unique_ptr<Logins> logins_;
};

TEST_F(LoginsTest, KnowsTheAdminTokenAlone) {
    EXPECT_TRUE(logins_->IsAdminToken("the-admin-token-0123"));
    EXPECT_FALSE(logins_->IsAdminToken("the-admin-token-012"));
    EXPECT_FALSE(logins_->IsAdminToken(""));
    const Logins without(Secret(), *stored_, clock_);
    EXPECT_FALSE(without.IsAdminToken(""));
}

TEST_F(LoginsTest, FindsASessionByItsTokenAlone) {
    const std::string token = LogIn();
    EXPECT_EQ(logins_->Find(token)->how, "token");
    EXPECT_FALSE(logins_->Find(token + "x").has_value());
    EXPECT_FALSE(logins_->Find("").has_value());
    // What is stored lets nobody in.
    EXPECT_FALSE(logins_->Find(stored_->All()->front().token_hash).has_value());
}

TEST_F(LoginsTest, CsrfTokensAreOfOneSession) {
    const std::string one = LogIn();
    const std::string two = LogIn();
    EXPECT_EQ(logins_->Find(one)->csrf, logins_->Find(one)->csrf);
    EXPECT_NE(logins_->Find(one)->csrf, logins_->Find(two)->csrf);
    EXPECT_EQ(logins_->Find(one)->csrf.find(one), std::string::npos);
}

TEST_F(LoginsTest, SessionsEndAfterTwelveIdleHours) {
    const std::string used = LogIn();
    const std::string idle = LogIn();
    for (int i = 0; i < 3; ++i) {
        clock_.now += std::chrono::hours(5);
        EXPECT_TRUE(logins_->Find(used).has_value());
    }
    EXPECT_FALSE(logins_->Find(idle).has_value());
    EXPECT_EQ(stored_->All()->size(), 1U);
    clock_.now += std::chrono::hours(12);
    EXPECT_FALSE(logins_->Find(used).has_value());
}

TEST_F(LoginsTest, SessionsOutliveARestartButNotTheirTime) {
    const std::string token = LogIn();
    clock_.now += std::chrono::hours(11);
    EXPECT_TRUE(NewLogins()->Find(token).has_value());
    clock_.now += std::chrono::hours(12);
    EXPECT_FALSE(NewLogins()->Find(token).has_value());
    EXPECT_TRUE(stored_->All()->empty());
}

TEST_F(LoginsTest, LoggingOutIsForGood) {
    const std::string token = LogIn();
    logins_->LogOut(token);
    EXPECT_FALSE(logins_->Find(token).has_value());
    EXPECT_FALSE(NewLogins()->Find(token).has_value());
}

TEST_F(LoginsTest, TheOldestSessionMakesRoom) {
    logins_ = NewLogins({.sessions_max = 2});
    const std::string first = LogIn();
    clock_.now += std::chrono::minutes(1);
    const std::string second = LogIn();
    const std::string third = LogIn();
    EXPECT_FALSE(logins_->Find(first).has_value());
    EXPECT_TRUE(logins_->Find(second).has_value());
    EXPECT_TRUE(logins_->Find(third).has_value());
}

TEST_F(LoginsTest, CodesWorkOnceAndForTenMinutes) {
    const std::string code = logins_->NewCode();
    const std::string late = logins_->NewCode();
    EXPECT_EQ(logins_->LogInWithCode(code, "::1")->how, "code");
    EXPECT_EQ(logins_->LogInWithCode(code, "::1").error().code, ErrorCode::kDenied);
    clock_.now += std::chrono::minutes(10);
    EXPECT_EQ(logins_->LogInWithCode(late, "::1").error().code, ErrorCode::kDenied);
    EXPECT_FALSE(logins_->LogInWithCode("", "::1").Ok());
}

TEST_F(LoginsTest, ACodeLogsInOneOfManyWhoTryAtOnce) {
    const std::string code = logins_->NewCode();
    std::atomic<int> let_in{0};
    {
        std::array<std::jthread, 8> threads;
        for (std::size_t i = 0; i < threads.size(); ++i) {
            const std::string ip = "10.0.0." + std::to_string(i);
            threads[i] =
                std::jthread([&, ip] { let_in += logins_->LogInWithCode(code, ip).Ok() ? 1 : 0; });
        }
    }
    EXPECT_EQ(let_in, 1);
}

TEST_F(LoginsTest, BrakesOneAddressWithoutHoldingUpOthers) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(logins_->LogInWithToken("wrong", "10.0.0.1").error().code, ErrorCode::kDenied);
    }
    EXPECT_EQ(
        logins_->LogInWithToken("the-admin-token-0123", "10.0.0.1").error().code,
        ErrorCode::kUnavailable
    );
    EXPECT_EQ(
        logins_->LogInWithCode(logins_->NewCode(), "10.0.0.1").error().code,
        ErrorCode::kUnavailable
    );
    EXPECT_TRUE(logins_->LogInWithToken("the-admin-token-0123", "10.0.0.2").Ok());
    clock_.now += std::chrono::seconds(60);
    EXPECT_TRUE(logins_->LogInWithToken("the-admin-token-0123", "10.0.0.1").Ok());
}

TEST_F(LoginsTest, WorksOnWhenTheDatabaseDoesNot) {
    const std::string token = LogIn();
    ASSERT_TRUE(
        database_->Run([](soci::session&) { throw std::runtime_error("broken"); }).error().code ==
        ErrorCode::kIo
    );
    EXPECT_TRUE(logins_->Find(token).has_value());
}

}  // namespace
}  // namespace sightglass::access

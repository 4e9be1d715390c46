#include "access/keys.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "state/database.h"

namespace sightglass::access {
namespace {

class TestClock final : public Clock {
public:
    Time Now() const noexcept override { return now; }

    Time now = TimeFromMicros(1'763'775'464'000'000);
};

class KeysTest : public testing::Test {
protected:
    KeysTest() {
        std::string name = (std::filesystem::temp_directory_path() / "sightglass-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        Restart();
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    void Restart() {
        keys_ = nullptr;
        stored_.reset();
        database_ = nullptr;
        database_ = state::Database::Open(folder_ / "state.db").value();
        stored_.emplace(*database_);
        keys_ = Keys::Open(*stored_, Secret(std::string(64, 's')), clock_).value();
    }

    IssuedKey Issue(const NewKey& wanted = {}) {
        auto issued = keys_->Issue(wanted);
        EXPECT_TRUE(issued.Ok()) << (issued.Ok() ? "" : issued.error().message);
        return std::move(issued).value();
    }

    KeyStatus StatusOf(const IssuedKey& key) const {
        return keys_->Table().Get()->Find(key.text.Reveal(), clock_.now).status;
    }

    /// Why the key cannot have that name, or nothing.
    std::optional<ErrorCode> Rename(std::string_view id, const std::string& name) {
        const auto changed = keys_->Change(id, [&name](NewKey& key) {
            key.name = name;
            return Status();
        });
        return changed.Ok() ? std::nullopt : std::optional(changed.error().code);
    }

    Path folder_;
    TestClock clock_;
    std::unique_ptr<state::Database> database_;
    std::optional<state::GatewayKeys> stored_;
    std::unique_ptr<Keys> keys_;
};

TEST_F(KeysTest, AKeyIsFoundUntilItExpires) {
    const IssuedKey key = Issue({.name = "ci", .expires_at = clock_.now + std::chrono::hours(1)});
    EXPECT_TRUE(LooksLikeSightglassKey(key.text.Reveal()));
    EXPECT_EQ(key.text.Reveal().size(), 46U);
    EXPECT_EQ(StatusOf(key), KeyStatus::kValid);
    clock_.now += std::chrono::hours(1);
    EXPECT_EQ(StatusOf(key), KeyStatus::kExpired);
    EXPECT_EQ(keys_->Table().Get()->Find("sg-unknown", clock_.now).status, KeyStatus::kUnknown);
}

TEST_F(KeysTest, ARestartChangesNothing) {
    NewKey wanted{
        .name = "chat",
        .owner = "alice",
        .team = "search",
        .service = "bot",
        .models = {"gpt-4o*", "o3"},
        .limits = {},
        .shadow_limits = true,
        .expires_at = clock_.now + std::chrono::hours(1)};
    wanted.limits[Quantity::kRequestsPerMinute] = 60;
    wanted.limits[Quantity::kUsdPerDay] = 2'500'000'000;
    const IssuedKey key = Issue(wanted);
    Restart();
    const KeyLookup found = keys_->Table().Get()->Find(key.text.Reveal(), clock_.now);
    ASSERT_EQ(found.status, KeyStatus::kValid);
    EXPECT_EQ(found.key->id, key.record->id);
    EXPECT_EQ(found.key->fingerprint.size(), 32U);
    EXPECT_EQ(found.key->owner, "alice");
    EXPECT_EQ(found.key->team, "search");
    EXPECT_EQ(found.key->service, "bot");
    EXPECT_EQ(found.key->models, wanted.models);
    EXPECT_EQ(found.key->limits, wanted.limits);
    EXPECT_TRUE(found.key->shadow_limits);
    EXPECT_EQ(found.key->expires_at, wanted.expires_at);
    EXPECT_EQ(keys_->Table().Get()->FindFingerprint(found.key->fingerprint), found.key.get());
}

TEST_F(KeysTest, RotationKeepsTheOldTextForItsOverlapOnly) {
    const IssuedKey old = Issue({.name = "ci"});
    const auto renewed = keys_->Rotate(old.record->id, std::chrono::hours(1));
    ASSERT_TRUE(renewed.Ok());
    EXPECT_EQ(renewed->record->id, old.record->id);
    EXPECT_NE(renewed->text.Reveal(), old.text.Reveal());
    EXPECT_EQ(StatusOf(old), KeyStatus::kValid);
    EXPECT_EQ(StatusOf(*renewed), KeyStatus::kValid);
    Restart();
    EXPECT_EQ(StatusOf(old), KeyStatus::kValid);
    clock_.now += std::chrono::hours(1);
    EXPECT_EQ(StatusOf(old), KeyStatus::kRevoked);
    EXPECT_EQ(StatusOf(*renewed), KeyStatus::kValid);
    const auto again = keys_->Rotate(old.record->id, Duration(0));
    EXPECT_EQ(StatusOf(*renewed), KeyStatus::kRevoked);
    EXPECT_EQ(StatusOf(*again), KeyStatus::kValid);
    EXPECT_EQ(StatusOf(old), KeyStatus::kUnknown);
}

TEST_F(KeysTest, ARevokedKeyStaysRevoked) {
    const IssuedKey key = Issue();
    ASSERT_TRUE(keys_->Revoke(key.record->id).Ok());
    EXPECT_EQ(StatusOf(key), KeyStatus::kRevoked);
    const Time revoked_at = clock_.now;
    clock_.now += std::chrono::hours(1);
    EXPECT_EQ(keys_->Revoke(key.record->id).value()->revoked_at, revoked_at);
    EXPECT_EQ(keys_->Rotate(key.record->id, Duration(0)).error().code, ErrorCode::kConflict);
    Restart();
    EXPECT_EQ(StatusOf(key), KeyStatus::kRevoked);
    EXPECT_EQ(keys_->Revoke("none").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(keys_->Rotate("none", Duration(0)).error().code, ErrorCode::kNotFound);
}

Status ToBob(NewKey& key) {
    key.owner = "bob";
    key.models.clear();
    key.limits[Quantity::kConcurrent] = std::nullopt;
    key.limits[Quantity::kUsdPerDay] = 5;
    return {};
}

TEST_F(KeysTest, AChangeKeepsTheTextAndWhatWasCounted) {
    NewKey wanted{.name = "ci", .owner = "alice", .models = {"gpt-4o*"}};
    wanted.limits[Quantity::kConcurrent] = 2;
    const IssuedKey key = Issue(wanted);
    const auto changed = keys_->Change(key.record->id, ToBob);
    ASSERT_TRUE(changed.Ok());
    EXPECT_EQ((*changed)->series, key.record->series);
    Restart();
    EXPECT_EQ(StatusOf(key), KeyStatus::kValid);
    const auto found = keys_->Table().Get()->Find(key.text.Reveal(), clock_.now).key;
    EXPECT_EQ(found->name + " of " + found->owner, "ci of bob");
    EXPECT_TRUE(found->models.empty());
    LimitValues expected;
    expected[Quantity::kUsdPerDay] = 5;
    EXPECT_EQ(found->limits, expected);
}

TEST_F(KeysTest, AChangeThatIsNotAllowedChangesNothing) {
    const std::string id = Issue({.name = "ci"}).record->id;
    EXPECT_EQ(Rename(id, "a\nb"), ErrorCode::kInvalidArgument);
    EXPECT_EQ(Rename("none", "x"), ErrorCode::kNotFound);
    ASSERT_TRUE(keys_->Revoke(id).Ok());
    EXPECT_EQ(Rename(id, "x"), ErrorCode::kConflict);
    EXPECT_EQ(keys_->Table().Get()->All().front()->name, "ci");
}

TEST_F(KeysTest, AnExpiredKeyKeepsItsTimeOrGetsOneToCome) {
    const Time soon = clock_.now + std::chrono::hours(1);
    const std::string id = Issue({.name = "ci", .expires_at = soon}).record->id;
    clock_.now = soon;
    EXPECT_EQ(Rename(id, "late"), std::nullopt);
    const auto expire_at = [&](Time time) {
        return keys_->Change(id, [time](NewKey& key) {
            key.expires_at = time;
            return Status();
        });
    };
    EXPECT_FALSE(expire_at(soon - Duration(1)).Ok());
    EXPECT_TRUE(expire_at(soon + Duration(1)).Ok());
}

TEST_F(KeysTest, WhatCannotBeKeptIsRefused) {
    EXPECT_EQ(keys_->Issue({.name = "a\nb"}).error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(keys_->Issue({.owner = std::string(300, 'x')}).Ok());
    EXPECT_FALSE(keys_->Issue({.models = {"a,b"}}).Ok());
    EXPECT_FALSE(keys_->Issue({.models = {""}}).Ok());
    EXPECT_FALSE(keys_->Issue({.expires_at = clock_.now}).Ok());
    EXPECT_TRUE(keys_->Table().Get()->Empty());
}

TEST_F(KeysTest, NoFileHoldsAKey) {
    const IssuedKey key = Issue({.name = "ci"});
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        std::stringstream content;
        content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        EXPECT_EQ(content.str().find(key.text.Reveal()), std::string::npos) << entry.path();
    }
}

TEST_F(KeysTest, AnotherSecretMakesOtherHashes) {
    const KeyHasher one{Secret(std::string(64, 'a'))};
    const KeyHasher other{Secret(std::string(64, 'b'))};
    EXPECT_EQ(one.Of("sg-key"), one.Of("sg-key"));
    EXPECT_NE(one.Of("sg-key"), other.Of("sg-key"));
    EXPECT_NE(one.Of("sg-key"), one.Of("sg-kez"));
}

TEST_F(KeysTest, ManyKeysAreAllFound) {
    auto hasher = KeyHasher{Secret(std::string(64, 'a'))};
    KeyTable::Records records;
    for (int i = 0; i < 5'000; ++i) {
        auto record = std::make_shared<KeyRecord>();
        record->id = std::to_string(i);
        record->fingerprint = record->id;
        record->hash = hasher.Of("sg-" + std::to_string(i));
        records.push_back(std::move(record));
    }
    const KeyTable table(hasher, std::move(records));
    for (int i = 0; i < 5'000; ++i) {
        const KeyLookup found = table.Find("sg-" + std::to_string(i), clock_.now);
        ASSERT_EQ(found.status, KeyStatus::kValid);
        ASSERT_EQ(found.key->id, std::to_string(i));
        ASSERT_EQ(table.Find("sg-x" + std::to_string(i), clock_.now).status, KeyStatus::kUnknown);
    }
}

TEST_F(KeysTest, AReaderSeesTheNextTableAtOnce) {
    Reader<KeyTable> reader(keys_->Table());
    EXPECT_TRUE(reader.Current()->Empty());
    const IssuedKey key = Issue();
    EXPECT_EQ(reader.Current()->Find(key.text.Reveal(), clock_.now).status, KeyStatus::kValid);
    ASSERT_TRUE(keys_->Revoke(key.record->id).Ok());
    EXPECT_EQ(reader.Current()->Find(key.text.Reveal(), clock_.now).status, KeyStatus::kRevoked);
}

}  // namespace
}  // namespace sightglass::access

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "base/files.h"
#include "state/alert_records.h"
#include "state/audit.h"
#include "state/database.h"
#include "state/gateway_keys.h"
#include "state/login_sessions.h"

namespace sightglass::state {
namespace {

class StateTest : public ::testing::Test {
protected:
    StateTest() {
        std::string name =
            (std::filesystem::temp_directory_path() / "sightglass state-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }

    ~StateTest() override { std::filesystem::remove_all(folder_); }

    Path File() const { return folder_ / "state.db"; }

    Path folder_;
};

using DatabaseTest = StateTest;

TEST_F(DatabaseTest, ItsFilesArePrivate) {
    const auto database = Database::Open(File());
    ASSERT_TRUE(database.Ok()) << database.error().message;
    AuditLog log(**database);
    ASSERT_TRUE(log.Append({}).Ok());
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        struct stat info {};

        ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 077U, 0U) << entry.path();
        ++files;
    }
    EXPECT_GE(files, 1);
}

TEST_F(DatabaseTest, RefusesAFileOfALaterVersion) {
    {
        const auto database = Database::Open(File());
        ASSERT_TRUE((*database)
                        ->Run([](soci::session& session) {
                            session << "UPDATE schema_version SET version = 99";
                        })
                        .Ok());
    }
    const auto refused = Database::Open(File());
    ASSERT_FALSE(refused.Ok());
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(refused.error().message.find("later version"), std::string::npos);
}

TEST_F(DatabaseTest, RefusesWhatIsNoDatabase) {
    ASSERT_TRUE(WriteFileAtomically(File(), std::string(5'000, 'x'), 0600).Ok());
    EXPECT_EQ(Database::Open(File()).error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(Database::Open(folder_ / "none" / "state.db").error().code, ErrorCode::kIo);
}

TEST_F(DatabaseTest, WhatFailsLeavesItUsable) {
    const auto database = Database::Open(File());
    EXPECT_EQ(
        (*database)->Run([](soci::session& session) { session << "nonsense"; }).error().code,
        ErrorCode::kIo
    );
    AuditLog log(**database);
    EXPECT_TRUE(log.Append({}).Ok());
}

class AuditLogTest : public StateTest {
protected:
    static AuditEntry Entry(int number) {
        AuditEntry entry;
        entry.at = TimeFromMicros(1'763'775'464'000'001 + number);
        entry.actor = "admin";
        entry.action = "action-" + std::to_string(number);
        entry.object = "it's \"quoted\"; DROP TABLE audit";
        entry.detail = R"({"n":1})";
        return entry;
    }
};

TEST_F(AuditLogTest, KeepsEntriesOverARestart) {
    {
        const auto database = Database::Open(File());
        AuditLog log(**database);
        ASSERT_TRUE(log.Append(Entry(1)).Ok());
    }
    const auto database = Database::Open(File());
    const AuditLog log(**database);
    const auto page = log.List(10, std::nullopt);
    ASSERT_TRUE(page.Ok());
    ASSERT_EQ(page->items.size(), 1U);
    EXPECT_EQ(page->items[0].at, Entry(1).at);
    EXPECT_EQ(page->items[0].object, Entry(1).object);
    EXPECT_EQ(page->items[0].detail, Entry(1).detail);
    EXPECT_FALSE(page->next.has_value());
}

TEST_F(AuditLogTest, PagesFromTheNewestToTheOldest) {
    const auto database = Database::Open(File());
    AuditLog log(**database);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(log.Append(Entry(i)).Ok());
    }
    std::vector<std::string> actions;
    std::optional<std::int64_t> cursor;
    int pages = 0;
    do {
        const auto page = log.List(2, cursor);
        ASSERT_TRUE(page.Ok());
        for (const AuditEntry& entry : page->items) {
            actions.push_back(entry.action);
        }
        cursor = page->next;
        ++pages;
    } while (cursor);
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(
        actions,
        (std::vector<std::string>{"action-4", "action-3", "action-2", "action-1", "action-0"})
    );
}

using LoginSessionsTest = StateTest;

TEST_F(LoginSessionsTest, PutsReplacesAndRemoves) {
    const auto database = Database::Open(File());
    LoginSessions sessions(**database);
    const Time now = TimeFromMicros(1'763'775'464'000'000);
    ASSERT_TRUE(sessions.Put({"a", "token", now, now}).Ok());
    ASSERT_TRUE(sessions.Put({"b", "code", now, now}).Ok());
    ASSERT_TRUE(sessions.Put({"a", "token", now, now + std::chrono::hours(1)}).Ok());
    EXPECT_EQ(sessions.All()->size(), 2U);
    ASSERT_TRUE(sessions.RemoveUnusedSince(now + std::chrono::minutes(1)).Ok());
    ASSERT_EQ(sessions.All()->size(), 1U);
    EXPECT_EQ(sessions.All()->front().last_used_at, now + std::chrono::hours(1));
    ASSERT_TRUE(sessions.Remove("a").Ok());
    EXPECT_TRUE(sessions.All()->empty());
}

using GatewayKeysTest = StateTest;

TEST_F(GatewayKeysTest, KeepsAndReplacesKeysOverARestart) {
    const Time now = TimeFromMicros(1'763'775'464'000'001);
    GatewayKey key;
    key.id = "b";
    key.hash = "00ff";
    key.previous_hash = "11ee";
    key.previous_until = now + std::chrono::hours(1);
    key.hint = "wxyz";
    key.name = "it's \"quoted\"; DROP TABLE gateway_key";
    key.owner = "alice";
    key.team = "search";
    key.service = "chat";
    key.models = "gpt-4o*,o3";
    key.limits = "requests_per_minute=60";
    key.created_at = now;
    key.rotated_at = now + std::chrono::seconds(1);
    key.expires_at = now + std::chrono::hours(2);
    {
        const auto database = Database::Open(File());
        GatewayKeys keys(**database);
        ASSERT_TRUE(keys.Put({.id = "a", .hash = "01", .created_at = now - Duration(1)}).Ok());
        ASSERT_TRUE(keys.Put({.id = "b", .hash = "02", .created_at = now}).Ok());
        ASSERT_TRUE(keys.Put(key).Ok());
    }
    const auto database = Database::Open(File());
    const auto all = GatewayKeys(**database).All();
    ASSERT_TRUE(all.Ok());
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(all->at(0).id, "a");
    EXPECT_EQ(all->at(1), key);
}

TEST_F(DatabaseTest, AKeyIsKeptWithItsAuditEntryOrNotAtAll) {
    const auto database = Database::Open(File());
    GatewayKeys keys(**database);
    AuditLog log(**database);
    ASSERT_TRUE(keys.Put({.id = "a"}, {.action = "key_issued", .object = "a"}).Ok());
    EXPECT_EQ(log.List(10, std::nullopt)->items.size(), 1U);
    ASSERT_TRUE((*database)
                    ->Run([](soci::session& session) {
                        session << "ALTER TABLE audit RENAME TO audit_gone";
                    })
                    .Ok());
    EXPECT_FALSE(keys.Put({.id = "b"}, {.action = "key_issued", .object = "b"}).Ok());
    EXPECT_FALSE(keys.Put({.id = "a", .name = "other"}, {.action = "key_changed"}).Ok());
    ASSERT_EQ(keys.All()->size(), 1U);
    EXPECT_EQ(keys.All()->front().name, "");
    EXPECT_TRUE(keys.Put({.id = "c"}).Ok()) << "the database works on";
}

using AlertRecordsTest = StateTest;

TEST_F(AlertRecordsTest, KeepsOneTextAKindAndName) {
    const auto database = Database::Open(File());
    ASSERT_TRUE(database.Ok());
    AlertRecords records(**database);
    ASSERT_TRUE(records.Put("monitor", {"b", "1"}).Ok());
    ASSERT_TRUE(records.Put("monitor", {"a", "it's \"quoted\""}).Ok());
    ASSERT_TRUE(records.Put("silence", {"b", "3"}).Ok());
    ASSERT_TRUE(records.Put("monitor", {"b", "2"}).Ok());
    const std::vector<NamedRecord> both{{"a", "it's \"quoted\""}, {"b", "2"}};
    EXPECT_EQ(records.All("monitor").value(), both);
    ASSERT_TRUE(records.Remove("monitor", "a").Ok());
    EXPECT_EQ(records.All("monitor")->size(), 1U);
    EXPECT_EQ(records.All("silence")->size(), 1U);
}

TEST_F(AlertRecordsTest, StatesAndWhatHappenedSurviveAReopening) {
    {
        const auto database = Database::Open(File());
        ASSERT_TRUE(database.Ok());
        AlertRecords records(**database);
        const std::vector<NamedRecord> states{{"x", "1"}, {"y", "2"}};
        const std::vector<AlertEvent> events{
            {0, Time(std::chrono::seconds(1)), "m", "x", "fired", "{}"},
            {0, Time(std::chrono::seconds(2)), "n", "y", "fired", "{}"}};
        ASSERT_TRUE(records.Keep(states, events).Ok());
        const std::vector<NamedRecord> later{{"x", ""}, {"y", "3"}};
        const std::vector<AlertEvent> end{
            {0, Time(std::chrono::seconds(3)), "m", "x", "resolved", "{}"}};
        ASSERT_TRUE(records.Keep(later, end).Ok());
    }
    const auto database = Database::Open(File());
    ASSERT_TRUE(database.Ok());
    AlertRecords records(**database);
    EXPECT_EQ(records.AllStates().value(), (std::vector<NamedRecord>{{"y", "3"}}));
    const auto all = records.ListEvents({.limit = 10}).value();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].what, "resolved");
    EXPECT_EQ(all[2].at, Time(std::chrono::seconds(1)));
    EXPECT_EQ(records.ListEvents({.before = all[0].id, .monitor_id = "m"})->size(), 1U);
    EXPECT_EQ(records.ListEvents({.limit = 1, .monitor_id = "m"})->front().id, all[0].id);
    EXPECT_EQ(records.ListEvents({.alert_key = "y"})->size(), 1U);
    const Time second(std::chrono::seconds(2));
    EXPECT_EQ(records.ListEvents({.from = second})->size(), 2U);
    EXPECT_EQ(records.ListEvents({.to = second})->size(), 1U);
    ASSERT_TRUE(records.PruneEvents(1).Ok());
    EXPECT_EQ(records.ListEvents({})->size(), 1U);
    EXPECT_EQ(records.ListEvents({})->front().what, "resolved");
}

}  // namespace
}  // namespace sightglass::state

// What tests of this room work with: a clock that they set, an outbox that only remembers, a state
// database of their own.
//
// Thread-safety: one thread at a time.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "alert/monitoring.h"
#include "base/time.h"
#include "notify/notify.h"
#include "state/alert_records.h"
#include "state/database.h"

namespace sightglass::alert {

class SetClock final : public Clock {
public:
    Time Now() const noexcept override { return now; }

    Time now = Time(std::chrono::seconds(1'700'000'000));
};

/// Remembers what it was given; a group that comes twice under one id is one.
class RememberingOutbox final : public notify::Outbox {
public:
    struct Sent {
        std::string channel;
        notify::NoticeGroup group;
    };

    Status Enqueue(std::string_view channel_id, const notify::NoticeGroup& group) override {
        const bool known =
            std::find(channels.begin(), channels.end(), channel_id) != channels.end();
        if (!known) {
            return Error{ErrorCode::kNotFound, "there is no channel of that id"};
        }
        for (const Sent& before : sent) {
            if (!group.id.empty() && before.group.id == group.id && before.channel == channel_id) {
                return {};
            }
        }
        sent.push_back({std::string(channel_id), group});
        return {};
    }

    std::vector<std::string> ChannelIds() const override { return channels; }

    std::optional<Duration> SayAgainEvery(std::string_view channel_id) const override {
        return channel_id == "forgetful" ? std::optional<Duration>(std::chrono::minutes(5))
                                         : std::nullopt;
    }

    std::vector<std::string> channels{"ops"};
    std::vector<Sent> sent;
};

class MonitoringFixture : public ::testing::Test {
protected:
    MonitoringFixture() {
        std::string name =
            (std::filesystem::temp_directory_path() / "sightglass-alert-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        Open();
    }

    void TearDown() override {
        monitoring_.reset();
        records_.reset();
        database_.reset();
        std::filesystem::remove_all(folder_);
    }

    /// As after a restart, or a crash.
    void Open() {
        monitoring_.reset();
        records_.reset();
        database_.reset();
        auto database = state::Database::Open(folder_ / "state.db");
        ASSERT_TRUE(database.Ok()) << database.error().message;
        database_ = std::move(database).value();
        records_.emplace(*database_);
        auto monitoring =
            Monitoring::Open({.recommended = recommended_}, *records_, outbox_, clock_);
        ASSERT_TRUE(monitoring.Ok()) << monitoring.error().message;
        monitoring_ = std::move(monitoring).value();
    }

    static Monitor ErrorsByModel() {
        Monitor monitor;
        monitor.id = "errors";
        monitor.name = "Errors";
        monitor.metric = "error_rate";
        monitor.group_by = {"model"};
        monitor.condition.value = 0.1;
        return monitor;
    }

    /// Brings the groups to `now`, a second later, and tells whom it concerns.
    void Look(const std::vector<std::pair<std::string, std::optional<double>>>& values) {
        Measured measured;
        for (const auto& [group, value] : values) {
            Reading& reading = measured.readings.emplace_back();
            if (!group.empty()) {
                reading.group = {group};
            }
            reading.value = value;
            reading.calls = 100;
        }
        clock_.now += std::chrono::seconds(1);
        for (const auto& monitor : monitoring_->Enabled()) {
            monitoring_->Take(monitor, measured, true, clock_.now);
        }
        monitoring_->Tell(clock_.now);
    }

    std::filesystem::path folder_;
    std::vector<Monitor> recommended_;
    SetClock clock_;
    RememberingOutbox outbox_;
    std::unique_ptr<state::Database> database_;
    std::optional<state::AlertRecords> records_;
    std::unique_ptr<Monitoring> monitoring_;
};

}  // namespace sightglass::alert

// The channels there are: those that operators made, kept in the state database with their secrets
// sealed, and those of the settings file.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "notify/channel.h"
#include "notify/secret_box.h"
#include "state/channels.h"

namespace sightglass::notify {

/// What an operator says about a channel.
/// Thread-safety: plain value.
struct ChannelWish {
    std::string name = {};
    std::string kind = {};
    bool enabled = true;
    int rate_per_minute = 0;  ///< 0: as is usual for the kind.
    Settings settings = {};   ///< A secret that says what MaskOf showed stays as it is.
};

/// Thread-safety: immutable once made.
struct Channel {
    std::string id = {};
    const ChannelKind* kind = nullptr;
    ChannelWish said = {};
    bool configured = false;   ///< Stands in the settings file: the API cannot change it.
    std::string trouble = {};  ///< Why it cannot be used; empty where it can.
    Time created_at = {};
    Time changed_at = {};

    int RatePerMinute() const noexcept {
        return said.rate_per_minute > 0 ? said.rate_per_minute : kind->rate_per_minute;
    }

    bool Takes() const noexcept { return said.enabled && trouble.empty(); }
};

using ChannelList = std::vector<std::shared_ptr<const Channel>>;

/// What may be shown of a setting: a plain one as it is, "https://host/..." of a secret address, "..." of
/// any other secret.
std::string MaskOf(const Field& field, std::string_view text);

/// `text` with every secret of the channel, and every part of its secret addresses, replaced.
std::string WithoutSecrets(std::string text, const Channel& channel);

/// Thread-safety: safe for concurrent use.
class Channels {
public:
    /// Reads all of them. `rows` and `clock` must outlive this.
    static Result<std::unique_ptr<Channels>>
    Open(state::ChannelRows& rows, const Secret& secret, const Clock& clock);

    /// Replaces those of the settings file; their ids are "config-NAME". kInvalidArgument where one is
    /// wrong or a name stands twice; then nothing changes.
    Status SetConfigured(const std::vector<ChannelWish>& wishes);

    /// Those of the settings file first.
    ChannelList All() const;
    /// Null where there is none.
    std::shared_ptr<const Channel> Find(std::string_view id) const;

    Result<std::shared_ptr<const Channel>> Create(ChannelWish wish);

    /// What `change` makes of what it says now; the kind stays. kNotFound, and kConflict for one of the
    /// settings file.
    Result<std::shared_ptr<const Channel>>
    Change(std::string_view id, const std::function<Status(ChannelWish& wish)>& change);

    Result<std::shared_ptr<const Channel>> Remove(std::string_view id);

private:
    Channels(state::ChannelRows& rows, const Secret& secret, const Clock& clock);

    std::shared_ptr<const Channel> FromRow(const state::ChannelRow& row) const;
    Status Keep(const Channel& channel);
    Result<std::shared_ptr<const Channel>> FindOwn(std::string_view id) const;

    state::ChannelRows& rows_;
    const Clock& clock_;
    const SecretBox box_;
    Mutex changing_;  ///< Held by whoever changes one.
    Guarded<ChannelList> own_;
    Guarded<ChannelList> configured_;
};

}  // namespace sightglass::notify

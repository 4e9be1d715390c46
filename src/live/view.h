// The series of one view. For windows.cc alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "live/track.h"
#include "live/windows.h"
#include "sketch/heavy_hitters.h"

namespace sightglass::live {

/// Thread-safety: one thread at a time.
class View {
public:
    struct Series {
        Track track;
        double weight = 0;  ///< Calls, those of long ago weighing less.
        Time whole_since;   ///< Nothing is missing from here on.
    };

    /// A type of its own: with std::hash, the library compares with every key where there are few.
    struct KeyHash {
        std::size_t operator()(const std::string& key) const noexcept {
            return std::hash<std::string_view>{}(key);
        }
    };

    /// By the groups' names, each followed by a zero byte.
    using All = std::unordered_map<std::string, Series, KeyHash>;

    View(ViewSpec spec, Time since);

    bool Takes(const Call& call) const { return !spec_.takes || spec_.takes(call); }

    /// True where the call made a new series. `may_grow`: whether there is room for one.
    bool Add(const Call& call, const Reading& reading, bool may_grow);

    std::optional<std::vector<Group>> Values(const Windows::Question& question) const;

    void SetCoveredSince(Time since);

    /// Moves the series into "other".
    void Fold(All::iterator at);

    /// Drops what is too old, and lets one that has become large take a small one's place. How many
    /// series were folded.
    std::size_t Sweep(Time now, double fade);

    All& all() noexcept { return all_; }

    std::size_t Size() const noexcept { return all_.size(); }

    std::size_t Bytes() const noexcept;

private:
    static constexpr std::size_t kWaitingMax = 64;

    void WriteKey(const Call& call, std::string& key) const;
    std::vector<std::string> NamesOf(const std::string& key) const;

    ViewSpec spec_;
    std::vector<Dimension> dimensions_;  // Of their tags, views into spec_.
    Time since_;
    All all_;
    std::string key_;  // Of the call that is being added.
    std::string other_key_;
    Series other_;
    bool has_other_ = false;
    sketch::HeavyHitters waiting_{kWaitingMax};
};

}  // namespace sightglass::live

#include "notify/channels.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/uuid.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "notify/texts.h"

namespace sightglass::notify {
namespace {

constexpr std::size_t kChannelsMax = 1'000;
constexpr std::size_t kNameBytesMax = 200;
constexpr int kRateMax = 100'000;

Error Wrong(std::string_view what) {
    return Error{ErrorCode::kInvalidArgument, std::string(what)};
}

std::string WriteSettings(const ChannelKind& kind, const Settings& settings, Secrecy wanted) {
    codec::JsonWriter json;
    json.BeginObject();
    for (const Field& field : kind.fields) {
        const std::string_view text = SettingOf(settings, field.name);
        if (field.secrecy == wanted && !text.empty()) {
            json.Key(field.name).String(text);
        }
    }
    const std::string_view language = SettingOf(settings, "language");
    if (wanted == Secrecy::kPlain && !language.empty()) {
        json.Key("language").String(language);
    }
    return json.EndObject().Take();
}

Status ReadSettings(std::string_view json, Settings& settings) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(json));
    root.ForEach([&settings](std::string_view name, codec::JsonValue value) {
        settings.emplace(name, value.String().value_or(""));
        return true;
    });
    return {};
}

/// Finds the kind and checks everything.
Result<std::shared_ptr<Channel>> Make(ChannelWish wish) {
    const ChannelKind* const kind = FindChannelKind(wish.kind);
    if (kind == nullptr) {
        std::string names;
        for (const ChannelKind* each : ChannelKinds()) {
            names += (names.empty() ? "" : ", ") + std::string(each->name);
        }
        return Wrong("kind: allowed: " + names);
    }
    MakeValidUtf8(wish.name);
    const bool controls = std::any_of(wish.name.begin(), wish.name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20;
    });
    if (wish.name.empty() || wish.name.size() > kNameBytesMax || controls) {
        return Wrong("name: allowed: a text of at most 200 bytes");
    }
    if (wish.rate_per_minute < 0 || wish.rate_per_minute > kRateMax) {
        return Wrong("rate_per_minute: allowed: 1 to 100000");
    }
    std::erase_if(wish.settings, [](const auto& setting) { return setting.second.empty(); });
    SG_TRY(CheckSettings(*kind, wish.settings));
    auto channel = std::make_shared<Channel>();
    channel->kind = kind;
    channel->said = std::move(wish);
    return channel;
}

/// A secret that comes back as it was shown stays as it was.
void KeepMasked(const ChannelKind& kind, const Settings& before, Settings& settings) {
    for (const Field& field : kind.fields) {
        const auto now = settings.find(field.name);
        const std::string_view was = SettingOf(before, field.name);
        if (field.secrecy == Secrecy::kSecret && now != settings.end() && !was.empty() &&
            now->second == MaskOf(field, was)) {
            now->second = was;
        }
    }
}

void ReplaceAll(std::string& text, std::string_view what) {
    constexpr std::size_t kBytesMin = 6;  // Less is found by chance, and no secret.
    if (what.size() < kBytesMin) {
        return;
    }
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), "...");
    }
}

template <typename List>
auto FindIn(List& list, std::string_view id) {
    return std::find_if(list.begin(), list.end(), [id](const auto& channel) {
        return channel->id == id;
    });
}

}  // namespace

std::string MaskOf(const Field& field, std::string_view text) {
    if (field.secrecy == Secrecy::kPlain || text.empty()) {
        return std::string(text);
    }
    const std::size_t host = text.find("://");
    if (field.name != "url" || host == std::string_view::npos) {
        return "...";
    }
    return std::string(text.substr(0, text.find_first_of("/?", host + 3))) + "/...";
}

std::string WithoutSecrets(std::string text, const Channel& channel) {
    for (const Field& field : channel.kind->fields) {
        const std::string_view secret = SettingOf(channel.said.settings, field.name);
        if (field.secrecy == Secrecy::kPlain || secret.empty()) {
            continue;
        }
        ReplaceAll(text, secret);
        const std::size_t host = secret.find("://");
        if (host == std::string_view::npos) {
            continue;
        }
        const std::size_t path = secret.find_first_of("/?", host + 3);
        if (path == std::string_view::npos) {
            continue;
        }
        std::string parts(secret.substr(path));
        ReplaceAll(text, parts);
        std::replace_if(
            parts.begin(),
            parts.end(),
            [](char c) { return std::string_view("/?&=").find(c) != std::string_view::npos; },
            '\n'
        );
        for (const std::string_view part : Split(parts, '\n')) {
            ReplaceAll(text, part);
        }
    }
    return text;
}

Channels::Channels(state::ChannelRows& rows, const Secret& secret, const Clock& clock)
    : rows_(rows), clock_(clock), box_(secret) {}

Result<std::unique_ptr<Channels>>
Channels::Open(state::ChannelRows& rows, const Secret& secret, const Clock& clock) {
    std::unique_ptr<Channels> channels(new Channels(rows, secret, clock));
    SG_ASSIGN_OR_RETURN(const std::vector<state::ChannelRow> all, rows.All());
    for (const state::ChannelRow& row : all) {
        if (auto channel = channels->FromRow(row); channel != nullptr) {
            channels->own_.With([&channel](ChannelList& own) { own.push_back(channel); });
        }
    }
    return channels;
}

std::shared_ptr<const Channel> Channels::FromRow(const state::ChannelRow& row) const {
    auto channel = std::make_shared<Channel>();
    channel->id = row.id;
    channel->kind = FindChannelKind(row.kind);
    if (channel->kind == nullptr) {
        Log(LogLevel::kError, "notify", "channel " + row.id + " is of an unknown kind: left out");
        return nullptr;
    }
    channel->said = {row.name, row.kind, row.enabled, row.rate_per_minute, {}};
    channel->created_at = row.created_at;
    channel->changed_at = row.changed_at;
    const auto secrets = box_.Open(row.secrets, row.id);
    Status read = ReadSettings(row.settings, channel->said.settings);
    if (read.Ok()) {
        read = secrets.Ok() ? ReadSettings(*secrets, channel->said.settings)
                            : Status(Error(secrets.error()));
    }
    if (!read.Ok()) {
        channel->trouble = read.error().message;
        Log(LogLevel::kError, "notify", "channel " + row.name + ": " + channel->trouble);
    }
    return channel;
}

Status Channels::Keep(const Channel& channel) {
    const Settings& settings = channel.said.settings;
    const std::string secrets = WriteSettings(*channel.kind, settings, Secrecy::kSecret);
    return rows_.Put(
        {channel.id,
         channel.said.name,
         channel.said.kind,
         channel.said.enabled,
         channel.said.rate_per_minute,
         WriteSettings(*channel.kind, settings, Secrecy::kPlain),
         box_.Seal(secrets, channel.id),
         channel.created_at,
         channel.changed_at}
    );
}

Status Channels::SetConfigured(const std::vector<ChannelWish>& wishes) {
    ChannelList made;
    for (const ChannelWish& wish : wishes) {
        SG_ASSIGN_OR_RETURN(const std::shared_ptr<Channel> channel, Make(wish));
        channel->id = "config-" + channel->said.name;
        channel->configured = true;
        if (FindIn(made, channel->id) != made.end()) {
            return Wrong("channels: the name " + EscapeForDisplay(wish.name) + " stands twice");
        }
        made.push_back(channel);
    }
    configured_.With([&made](ChannelList& configured) { configured.swap(made); });
    return {};
}

ChannelList Channels::All() const {
    ChannelList all = configured_.With([](const ChannelList& list) { return list; });
    own_.With([&all](const ChannelList& own) { all.insert(all.end(), own.begin(), own.end()); });
    return all;
}

std::shared_ptr<const Channel> Channels::Find(std::string_view id) const {
    const ChannelList all = All();
    const auto found = FindIn(all, id);
    return found == all.end() ? nullptr : *found;
}

Result<std::shared_ptr<const Channel>> Channels::Create(ChannelWish wish) {
    SG_ASSIGN_OR_RETURN(const std::shared_ptr<Channel> channel, Make(std::move(wish)));
    const MutexLock lock(changing_);
    if (own_.With([](const ChannelList& own) { return own.size(); }) >= kChannelsMax) {
        return Error{ErrorCode::kFull, "there are 1000 channels already"};
    }
    channel->created_at = clock_.Now();
    channel->changed_at = channel->created_at;
    channel->id = ToString(UuidSource().Next(channel->created_at));
    SG_TRY(Keep(*channel));
    own_.With([&channel](ChannelList& own) { own.push_back(channel); });
    return std::shared_ptr<const Channel>(channel);
}

Result<std::shared_ptr<const Channel>> Channels::FindOwn(std::string_view id) const {
    std::shared_ptr<const Channel> channel = Find(id);
    if (channel == nullptr) {
        return Error{ErrorCode::kNotFound, "there is no channel of that id"};
    }
    if (channel->configured) {
        return Error{
            ErrorCode::kConflict,
            "this channel stands in the settings file; change it there"};
    }
    return channel;
}

Result<std::shared_ptr<const Channel>>
Channels::Change(std::string_view id, const std::function<Status(ChannelWish& wish)>& change) {
    const MutexLock lock(changing_);
    SG_ASSIGN_OR_RETURN(const std::shared_ptr<const Channel> before, FindOwn(id));
    ChannelWish wish = before->said;
    SG_TRY(change(wish));
    if (wish.kind != before->said.kind) {
        return Wrong("kind: a channel keeps its kind; make another channel");
    }
    KeepMasked(*before->kind, before->said.settings, wish.settings);
    SG_ASSIGN_OR_RETURN(const std::shared_ptr<Channel> channel, Make(std::move(wish)));
    channel->id = before->id;
    channel->created_at = before->created_at;
    channel->changed_at = clock_.Now();
    SG_TRY(Keep(*channel));
    own_.With([&channel](ChannelList& own) { *FindIn(own, channel->id) = channel; });
    return std::shared_ptr<const Channel>(channel);
}

Result<std::shared_ptr<const Channel>> Channels::Remove(std::string_view id) {
    const MutexLock lock(changing_);
    SG_ASSIGN_OR_RETURN(std::shared_ptr<const Channel> channel, FindOwn(id));
    SG_TRY(rows_.Remove(channel->id));
    own_.With([&channel](ChannelList& own) { own.erase(FindIn(own, channel->id)); });
    return channel;
}

}  // namespace sightglass::notify

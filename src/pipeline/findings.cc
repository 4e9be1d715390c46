#include "pipeline/findings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::pipeline {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::array<std::string_view, static_cast<std::size_t>(FindingKind::kCount_)> kKinds = {
    "duplicate",
    "rejected"};

Time HourOf(Time at) {
    return std::chrono::floor<std::chrono::hours>(at);
}

std::optional<FindingKind> ParseKind(std::string_view name) {
    const auto* const found = std::find(kKinds.begin(), kKinds.end(), name);
    return found == kKinds.end() ? std::nullopt
                                 : std::optional(static_cast<FindingKind>(found - kKinds.begin()));
}

std::string Bounded(std::string_view text) {
    std::string bounded(text.substr(0, Findings::kTextBytesMax));
    MakeValidUtf8(bounded);
    return bounded;
}

/// What a count and an example both begin with.
void WriteHead(codec::JsonWriter& json, Time at, FindingKind kind, Source source) {
    json.BeginObject().Key("at").String(FormatTime(at)).Key("kind").String(ToString(kind));
    json.Key("source").String(ToString(source));
}

std::optional<Finding> ReadOne(codec::JsonValue json) {
    const auto kind = ParseKind(json.Get("kind").String().value_or(""));
    const auto source = ParseEnum<Source>(json.Get("source").String().value_or(""));
    const auto at = ParseTime(json.Get("at").String().value_or(""), Time());
    const auto count = json.Get("count").Int();
    if (!kind || !source || !at.Ok() || !count || *count < 1) {
        return std::nullopt;
    }
    Finding found{
        .at = *at,
        .kind = *kind,
        .source = *source,
        .count = static_cast<std::uint64_t>(*count)};
    if (const auto id = ParseUuid(json.Get("call_id").String().value_or("")); id.Ok()) {
        found.call_id = *id;
    }
    found.place = json.Get("place").String().value_or("");
    found.reason = json.Get("reason").String().value_or("");
    return found;
}

}  // namespace

std::string_view ToString(FindingKind kind) noexcept {
    return kKinds[static_cast<std::size_t>(kind)];
}

Findings::Findings(Path file) : file_(std::move(file)) {
    if (file_.empty() || !std::filesystem::exists(file_)) {
        return;
    }
    const Result<std::string> text = ReadFile(file_);
    State read;
    if (!text.Ok() || !Read(*text, read)) {
        Log(LogLevel::kWarn,
            "pipeline",
            "what cleaning had found is unreadable, and is begun anew: " + file_.string());
        return;
    }
    state_.With([&read](State& state) { state = std::move(read); });
}

void Findings::Add(std::span<const Finding> found) {
    if (found.empty()) {
        return;
    }
    state_.With([found](State& state) {
        for (const Finding& one : found) {
            Add(one, state);
        }
        ++state.changes;
    });
}

void Findings::Add(const Finding& found, State& state) {
    state.hours[{HourOf(found.at), found.kind, found.source}] += found.count;
    if (state.hours.size() > kHoursMax) {
        state.hours.erase(state.hours.begin());
    }
    if (found.call_id.IsNil() && found.place.empty()) {
        return;
    }
    std::deque<Finding>& examples = state.examples[{found.kind, found.source}];
    Finding& example = examples.emplace_back(found);
    example.place = Bounded(found.place);
    example.reason = Bounded(found.reason);
    if (examples.size() > kExamplesMax) {
        examples.pop_front();
    }
}

Status Findings::Keep() {
    std::uint64_t changes = 0;
    const std::string text = state_.With([&changes, this](const State& state) {
        changes = state.changes;
        return file_.empty() || state.changes == state.kept ? std::string() : Write(state);
    });
    if (text.empty()) {
        return {};
    }
    SG_TRY(WriteFileAtomically(file_, text, 0600));
    state_.With([changes](State& state) { state.kept = changes; });
    return {};
}

std::vector<Findings::Hour> Findings::CountsBetween(Time from, Time to) const {
    return state_.With([from, to](const State& state) {
        std::vector<Hour> hours;
        for (const auto& [key, count] : state.hours) {
            const auto& [at, kind, source] = key;
            if (at >= HourOf(from) && at < to) {
                hours.push_back({at, kind, source, count});
            }
        }
        return hours;
    });
}

std::vector<Finding> Findings::ExamplesBetween(Time from, Time to) const {
    return state_.With([from, to](const State& state) {
        std::vector<Finding> found;
        for (const auto& [kind, examples] : state.examples) {
            std::copy_if(
                examples.rbegin(),
                examples.rend(),
                std::back_inserter(found),
                [from, to](const Finding& one) { return one.at >= HourOf(from) && one.at < to; }
            );
        }
        return found;
    });
}

std::string Findings::Write(const State& state) {
    codec::JsonWriter json;
    json.BeginObject().Key("version").Int(kVersion).Key("hours").BeginArray();
    for (const auto& [key, count] : state.hours) {
        const auto& [at, kind, source] = key;
        WriteHead(json, at, kind, source);
        json.Key("count").Int(static_cast<std::int64_t>(count)).EndObject();
    }
    json.EndArray().Key("examples").BeginArray();
    for (const auto& [unused, examples] : state.examples) {
        for (const Finding& one : examples) {
            WriteHead(json, one.at, one.kind, one.source);
            json.Key("count").Int(static_cast<std::int64_t>(one.count));
            json.Key("call_id").String(one.call_id.IsNil() ? "" : ToString(one.call_id));
            json.Key("place").String(one.place).Key("reason").String(one.reason).EndObject();
        }
    }
    return json.EndArray().EndObject().Take() + "\n";
}

bool Findings::Read(std::string_view text, State& state) {
    codec::JsonParser parser;
    const auto root = parser.Parse(text);
    if (!root.Ok() || root->Get("version").Int() != kVersion) {
        return false;
    }
    bool sound = true;
    root->Get("hours").ForEach([&](std::string_view, codec::JsonValue json) {
        const auto hour = ReadOne(json);
        sound = hour.has_value();
        if (sound) {
            state.hours[{HourOf(hour->at), hour->kind, hour->source}] += hour->count;
        }
        return sound;
    });
    root->Get("examples").ForEach([&](std::string_view, codec::JsonValue json) {
        auto example = ReadOne(json);
        sound = sound && example.has_value();
        if (sound) {
            state.examples[{example->kind, example->source}].push_back(std::move(*example));
        }
        return sound;
    });
    return sound;
}

}  // namespace sightglass::pipeline

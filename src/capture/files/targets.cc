#include "capture/files/targets.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "capture/files/cell_value.h"

namespace sightglass::capture::files {
namespace {

constexpr std::string_view kTagPrefix = "tag:";

std::string_view SetText(const Cell& cell, std::string& text) {
    if (cell.kind == CellKind::kJson) {
        text = cell.json.Text();
    } else {
        text = cell.text;
    }
    return {};
}

std::string_view SetTime(const Cell& cell, const ReadingRules& rules, OptionalTime& time) {
    time = TimeOf(cell);
    if (time) {
        return {};
    }
    const auto since = ScaledDecimal(cell.text, 6);
    if (since && *since >= 0 && rules.time_base) {
        time = *rules.time_base + Duration(*since);
        return {};
    }
    return since ? "a number that is no date: say with --time-base what it is counted from"
                 : "is no time";
}

std::string_view SetTags(const Cell& cell, Tags& tags) {
    codec::JsonParser parser;
    codec::JsonValue json = cell.json;
    if (cell.kind == CellKind::kText) {
        const auto parsed = parser.Parse(cell.text);
        json = parsed.Ok() ? *parsed : codec::JsonValue();
    }
    json.ForEach([&tags, &json](std::string_view name, codec::JsonValue value) {
        const Cell one = CellOf(value);
        if (one.kind == CellKind::kMissing || one.kind == CellKind::kJson) {
            return true;
        }
        std::string_view text = one.text;
        if (json.IsArray()) {  // "team:red", or a label.
            const std::size_t colon = text.find(':');
            name = text.substr(0, colon);
            text = colon == std::string_view::npos ? "true" : text.substr(colon + 1);
        }
        std::string lower(name);
        std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
        tags.emplace_back(std::move(lower), text);
        return true;
    });
    return {};
}

std::string_view SetAttempts(const Cell& cell, std::vector<Attempt>& attempts) {
    codec::JsonParser parser;
    codec::JsonValue json = cell.json;
    if (cell.kind == CellKind::kText) {
        const auto parsed = parser.Parse(cell.text);
        json = parsed.Ok() ? *parsed : codec::JsonValue();
    }
    if (!json.IsArray()) {
        return "is no array";
    }
    json.ForEach([&attempts](std::string_view, codec::JsonValue value) {
        Attempt attempt;
        attempt.target = value.Get("target").String().value_or("");
        attempt.http_status = value.Get("http_status").Int().value_or(0);
        attempt.why = value.Get("why").String().value_or("");
        attempt.duration_us = value.Get("duration_us").Int().value_or(0);
        attempts.push_back(std::move(attempt));
        return true;
    });
    return {};
}

/// One field of the Call, by its type.
struct FieldSetter {
    const Cell& cell;
    CallDraft& draft;

    std::string_view operator()(Uuid Call::*member) const {
        const auto id = ParseUuid(cell.text);
        if (!id.Ok() || id->IsNil()) {
            return "is no UUID";
        }
        draft.call.*member = *id;
        draft.ids_known = true;
        return {};
    }

    std::string_view operator()(std::string Call::*member) const {
        return SetText(cell, draft.call.*member);
    }

    std::string_view operator()(OptionalInt Call::*member) const {
        const auto number = IntOf(cell);
        if (!number) {
            return "is no whole number";
        }
        if (*number < 0) {
            return "is negative";
        }
        draft.call.*member = number;
        return {};
    }

    std::string_view operator()(OptionalTime Call::*member) const {
        return SetTime(cell, *draft.rules, draft.call.*member);
    }

    std::string_view operator()(OptionalMoney Call::*member) const {
        const auto nano_usd = IntOf(cell);
        if (!nano_usd) {
            return "is no whole number of nano-dollars";
        }
        draft.call.*member = Money::FromNanoUsd(*nano_usd);
        return {};
    }

    std::string_view operator()(std::optional<bool> Call::*member) const {
        draft.call.*member = BoolOf(cell);
        return draft.call.*member ? "" : "is neither true nor false";
    }

    std::string_view operator()(std::optional<double> Call::*member) const {
        draft.call.*member = ParseDouble(cell.text);
        return draft.call.*member ? "" : "is no number";
    }

    std::string_view operator()(Tags Call::*member) const {
        return SetTags(cell, draft.call.*member);
    }

    std::string_view operator()(std::vector<Attempt> Call::*member) const {
        return SetAttempts(cell, draft.call.*member);
    }

    template <typename Enum>

    requires std::is_enum_v<Enum> std::string_view operator()(std::optional<Enum> Call::*member
    ) const {
        draft.call.*member = ParseEnum<Enum>(cell.text);
        return draft.call.*member ? "" : "is none of the words that it may be";
    }
};

const Spelling* FindSpelling(std::string_view name) noexcept {
    for (const Spelling& spelling : Spellings()) {
        if (spelling.name == name) {
            return &spelling;
        }
    }
    return nullptr;
}

}  // namespace

std::optional<Target> Target::Find(std::string_view name) {
    Target target(name);
    if (name.starts_with(kTagPrefix) && name.size() > kTagPrefix.size()) {
        target.tag_ = name.substr(kTagPrefix.size());
        return target;
    }
    // A spelling before a field of the same name: it takes more ways of saying it.
    if (const Spelling* const spelling = FindSpelling(name)) {
        target.set_ = spelling->set;
        return target;
    }
    target.field_ = FindField(name);
    return target.field_ != nullptr ? std::optional(std::move(target)) : std::nullopt;
}

std::string_view Target::Set(const Cell& cell, CallDraft& draft) const {
    if (cell.kind == CellKind::kMissing) {
        return {};
    }
    if (set_ != nullptr) {
        return set_(cell, draft);
    }
    if (field_ != nullptr) {
        return std::visit(FieldSetter{cell, draft}, field_->member);
    }
    std::string value;
    SetText(cell, value);
    draft.call.tags.emplace_back(tag_, std::move(value));
    return {};
}

std::string TargetNames() {
    std::string names;
    for (const Spelling& spelling : Spellings()) {
        names += (names.empty() ? "" : ", ") + std::string(spelling.name);
    }
    for (const Field& field : Fields()) {
        if (FindSpelling(field.name) == nullptr) {
            names += ", " + std::string(field.name);
        }
    }
    return names + ", tag:NAME";
}

}  // namespace sightglass::capture::files

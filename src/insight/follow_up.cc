#include "insight/follow_up.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "analytics/names.h"
#include "base/uuid.h"

namespace sightglass::insight {
namespace {

using analytics::Refuse;
using codec::JsonValue;

template <typename Enum>
using Names = std::array<std::string_view, static_cast<std::size_t>(Enum::kCount_)>;

constexpr Names<FollowUpState> kStates{"open", "contacted", "answered", "closed"};
constexpr Names<FollowUpRule> kRules{
    "bad_feedback",
    "repeated_errors",
    "drop_in_use",
    "heavy_new_user",
    "by_hand"};
constexpr Names<FollowUpOutcome> kOutcomes{
    "solved",
    "explained",
    "no_answer",
    "not_needed",
    "other"};

constexpr std::string_view kMembers =
    "allowed: user, session_id, call_id and reason of a new one; state, owner, due_at, contact, "
    "template, note, outcome, "
    "satisfaction_after";

template <typename Enum>
std::optional<Enum> Parse(const Names<Enum>& names, std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

template <typename Enum>
std::string ListOf(const Names<Enum>& names) {
    std::string list;
    for (const std::string_view name : names) {
        list.append(list.empty() ? "" : ", ").append(name);
    }
    return list;
}

Status ReadText(std::string_view member, JsonValue value, std::string& out) {
    out = value.String().value_or("");
    const bool good = (value.IsString() || value.IsNull()) && out.size() <= kFollowUpTextBytesMax;
    return good ? Status() : Refuse(member, "a text of at most 2,000 bytes is needed");
}

/// Moves on. Each step has the time at which it was taken, also where a later one left it out.
Status Step(std::string_view name, Time now, FollowUp& follow_up) {
    const auto state = Parse<FollowUpState>(kStates, name);
    if (!state) {
        return Refuse("state", "one of " + ListOf<FollowUpState>(kStates) + " is needed");
    }
    if (*state == follow_up.state) {
        return {};
    }
    if (*state == FollowUpState::kOpen && follow_up.state == FollowUpState::kClosed) {
        follow_up.contacted_at = follow_up.answered_at = follow_up.closed_at = Time{};
        follow_up.outcome.reset();
        follow_up.state = *state;
        return {};
    }
    if (*state < follow_up.state) {
        return Error{
            ErrorCode::kConflict,
            "state: it is " + std::string(ToString(follow_up.state)) +
                " already; what is closed "
                "can be opened again, and no other step leads back"};
    }
    if (*state == FollowUpState::kContacted) {
        follow_up.contacted_at = now;
    } else if (*state == FollowUpState::kAnswered) {
        follow_up.answered_at = now;
    } else {
        follow_up.closed_at = now;
    }
    follow_up.state = *state;
    return {};
}

Status ReadNote(JsonValue value, Time now, FollowUp& follow_up) {
    std::string text;
    SG_TRY(ReadText("note", value, text));
    if (text.empty()) {
        return {};
    }
    if (follow_up.notes.size() >= kFollowUpNotesMax) {
        return Refuse("note", "there are 100 notes already");
    }
    follow_up.notes.push_back({now, std::move(text)});
    return {};
}

Status ReadDue(JsonValue value, Time now, FollowUp& follow_up) {
    follow_up.due_at = {};
    follow_up.reminded_at = {};
    if (value.IsNull()) {
        return {};
    }
    const auto time = ParseTime(value.String().value_or(""), now);
    if (!time.Ok()) {
        return Refuse("due_at", "a time such as 2026-11-22T08:00:00Z is needed");
    }
    follow_up.due_at = *time;
    return {};
}

Status ReadOutcome(JsonValue value, FollowUp& follow_up) {
    follow_up.outcome = Parse<FollowUpOutcome>(kOutcomes, value.String().value_or(""));
    return follow_up.outcome || value.IsNull()
               ? Status()
               : Refuse("outcome", "one of " + ListOf<FollowUpOutcome>(kOutcomes) + " is needed");
}

Status ReadSatisfaction(JsonValue value, FollowUp& follow_up) {
    follow_up.satisfaction_after = value.Double();
    const bool good = value.IsNull() || (follow_up.satisfaction_after &&
                                         std::abs(*follow_up.satisfaction_after) <= 1);
    return good ? Status() : Refuse("satisfaction_after", "a number from -1 to 1 is needed");
}

Status ReadSubject(std::string_view name, JsonValue value, FollowUp& follow_up) {
    if (name == "user") {
        return ReadText(name, value, follow_up.user);
    }
    if (name == "session_id") {
        return ReadText(name, value, follow_up.session_id);
    }
    if (name == "reason") {
        return ReadText(name, value, follow_up.reason);
    }
    if (name != "call_id") {
        return Refuse(name, kMembers);
    }
    SG_TRY(ReadText(name, value, follow_up.call_id));
    return follow_up.call_id.empty() || ParseUuid(follow_up.call_id).Ok()
               ? Status()
               : Refuse(name, "the id of a call is needed");
}

Status
ReadMember(std::string_view name, JsonValue value, Time now, bool is_new, FollowUp& follow_up) {
    if (name == "owner") {
        return ReadText(name, value, follow_up.owner);
    }
    if (name == "contact") {
        return ReadText(name, value, follow_up.contact);
    }
    if (name == "template") {
        return ReadText(name, value, follow_up.template_name);
    }
    if (name == "note") {
        return ReadNote(value, now, follow_up);
    }
    if (name == "due_at") {
        return ReadDue(value, now, follow_up);
    }
    if (name == "outcome") {
        return ReadOutcome(value, follow_up);
    }
    if (name == "satisfaction_after") {
        return ReadSatisfaction(value, follow_up);
    }
    if (name == "state") {
        return {};  // After all others: what was opened again has no outcome.
    }
    return is_new ? ReadSubject(name, value, follow_up) : Refuse(name, kMembers);
}

void WriteTime(codec::JsonWriter& json, std::string_view name, Time time) {
    if (time != Time{}) {
        json.Key(name).Int(ToMicros(time));
    }
}

void WriteText(codec::JsonWriter& json, std::string_view name, const std::string& text) {
    if (!text.empty()) {
        json.Key(name).String(text);
    }
}

Time TimeOf(JsonValue value) {
    return TimeFromMicros(value.Int().value_or(0));
}

std::string TextOf(JsonValue value) {
    return std::string(value.String().value_or(""));
}

}  // namespace

std::string_view ToString(FollowUpState state) noexcept {
    return kStates[static_cast<std::size_t>(state)];
}

std::string_view ToString(FollowUpRule rule) noexcept {
    return kRules[static_cast<std::size_t>(rule)];
}

std::string_view ToString(FollowUpOutcome outcome) noexcept {
    return kOutcomes[static_cast<std::size_t>(outcome)];
}

std::optional<FollowUpRule> ParseFollowUpRule(std::string_view name) noexcept {
    return Parse<FollowUpRule>(kRules, name);
}

std::string SubjectOf(const FollowUp& follow_up) {
    if (!follow_up.user.empty()) {
        return "user " + follow_up.user;
    }
    return follow_up.session_id.empty() ? "call " + follow_up.call_id
                                        : "session " + follow_up.session_id;
}

Status ApplyChange(JsonValue body, Time now, bool is_new, FollowUp& follow_up) {
    if (!body.IsObject()) {
        return Refuse("the body", "a JSON object is needed");
    }
    Status status;
    body.ForEach([&](std::string_view name, JsonValue value) {
        status = ReadMember(name, value, now, is_new, follow_up);
        return status.Ok();
    });
    SG_TRY(status);
    if (const JsonValue state = body.Get("state"); state.Exists()) {
        SG_TRY(Step(state.String().value_or(""), now, follow_up));
    }
    if (follow_up.user.empty() && follow_up.session_id.empty() && follow_up.call_id.empty()) {
        return Refuse("user", "a user, a session_id or a call_id is needed");
    }
    if (follow_up.state == FollowUpState::kClosed && !follow_up.outcome) {
        return Refuse("outcome", "what is closed has one: " + ListOf<FollowUpOutcome>(kOutcomes));
    }
    return {};
}

state::FollowUpRow RowOf(const FollowUp& follow_up) {
    codec::JsonWriter json;
    json.BeginObject();
    WriteText(json, "user", follow_up.user);
    WriteText(json, "session_id", follow_up.session_id);
    WriteText(json, "call_id", follow_up.call_id);
    WriteText(json, "trigger", follow_up.trigger);
    WriteText(json, "owner", follow_up.owner);
    WriteText(json, "contact", follow_up.contact);
    WriteText(json, "template", follow_up.template_name);
    WriteText(json, "reason", follow_up.reason);
    json.Key("facts").BeginObject();
    for (const auto& [name, number] : follow_up.facts) {
        json.Key(name).Double(number);
    }
    json.EndObject().Key("notes").BeginArray();
    for (const FollowUpNote& note : follow_up.notes) {
        json.BeginObject().Key("at").Int(ToMicros(note.at)).Key("text").String(note.text);
        json.EndObject();
    }
    json.EndArray();
    if (follow_up.outcome) {
        json.Key("outcome").String(ToString(*follow_up.outcome));
    }
    if (follow_up.satisfaction_after) {
        json.Key("satisfaction_after").Double(*follow_up.satisfaction_after);
    }
    WriteTime(json, "contacted", follow_up.contacted_at);
    WriteTime(json, "answered", follow_up.answered_at);
    WriteTime(json, "reminded", follow_up.reminded_at);
    json.EndObject();
    return {
        .id = follow_up.id,
        .state = std::string(ToString(follow_up.state)),
        .subject = SubjectOf(follow_up),
        .rule = std::string(ToString(follow_up.rule)),
        .opened_at = follow_up.opened_at,
        .due_at = follow_up.due_at,
        .closed_at = follow_up.closed_at,
        .text = json.Take()};
}

Result<FollowUp> ReadRow(const state::FollowUpRow& row) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(row.text));
    FollowUp follow_up;
    follow_up.id = row.id;
    follow_up.state = Parse<FollowUpState>(kStates, row.state).value_or(FollowUpState::kOpen);
    follow_up.rule = Parse<FollowUpRule>(kRules, row.rule).value_or(FollowUpRule::kByHand);
    follow_up.opened_at = row.opened_at;
    follow_up.due_at = row.due_at;
    follow_up.closed_at = row.closed_at;
    follow_up.user = TextOf(root.Get("user"));
    follow_up.session_id = TextOf(root.Get("session_id"));
    follow_up.call_id = TextOf(root.Get("call_id"));
    follow_up.trigger = TextOf(root.Get("trigger"));
    follow_up.owner = TextOf(root.Get("owner"));
    follow_up.contact = TextOf(root.Get("contact"));
    follow_up.template_name = TextOf(root.Get("template"));
    follow_up.reason = TextOf(root.Get("reason"));
    root.Get("facts").ForEach([&](std::string_view name, JsonValue value) {
        follow_up.facts.emplace_back(name, value.Double().value_or(0));
        return true;
    });
    root.Get("notes").ForEach([&](std::string_view, JsonValue note) {
        follow_up.notes.push_back({TimeOf(note.Get("at")), TextOf(note.Get("text"))});
        return true;
    });
    follow_up.outcome =
        Parse<FollowUpOutcome>(kOutcomes, root.Get("outcome").String().value_or(""));
    follow_up.satisfaction_after = root.Get("satisfaction_after").Double();
    follow_up.contacted_at = TimeOf(root.Get("contacted"));
    follow_up.answered_at = TimeOf(root.Get("answered"));
    follow_up.reminded_at = TimeOf(root.Get("reminded"));
    return follow_up;
}

}  // namespace sightglass::insight

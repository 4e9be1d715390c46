#include "insight/own_scenarios.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "codec/json_body.h"
#include "codec/json_writer.h"
#include "insight/plain_text.h"

namespace sightglass::insight {
namespace {

using classify::OwnScenario;
using codec::JsonValue;
using codec::NotAllowed;

constexpr std::size_t kNameBytesMax = 80;
constexpr std::size_t kDescriptionBytesMax = 1'000;

Status ReadExamples(JsonValue list, std::vector<std::string>& examples) {
    const auto wrong = NotAllowed("examples", "at most 30 texts of 1 to 2000 bytes");
    if (!list.IsArray() || list.Size() > OwnScenario::kExamplesMax) {
        return wrong;
    }
    examples.clear();
    Status status;
    list.ForEach([&](std::string_view, JsonValue value) {
        std::string text(Trim(value.String().value_or("")));
        const bool fits = !text.empty() && IsPlain(text, OwnScenario::kExampleBytesMax);
        status = fits ? Status() : wrong;
        examples.push_back(std::move(text));
        return fits;
    });
    return status;
}

Status ReadMember(std::string_view name, JsonValue value, OwnScenario& scenario) {
    if (name == "name") {
        scenario.name = Trim(value.String().value_or(""));
        const bool fits = !scenario.name.empty() && IsPlain(scenario.name, kNameBytesMax) &&
                          scenario.name.find('\n') == std::string::npos;
        return fits ? Status() : NotAllowed(name, "a text of 1 to 80 bytes on one line");
    }
    if (name == "description") {
        scenario.description = Trim(value.String().value_or(""));
        const bool fits = (value.IsString() || value.IsNull()) &&
                          IsPlain(scenario.description, kDescriptionBytesMax);
        return fits ? Status() : NotAllowed(name, "a text of at most 1000 bytes");
    }
    if (name == "examples") {
        return ReadExamples(value, scenario.examples);
    }
    return NotAllowed(name, "the members name, description, examples");
}

std::string TextOf(const OwnScenario& scenario) {
    codec::JsonWriter json;
    json.BeginObject().Key("name").String(scenario.name);
    json.Key("description").String(scenario.description).Key("examples").BeginArray();
    for (const std::string& example : scenario.examples) {
        json.String(example);
    }
    json.EndArray().EndObject();
    return json.Take();
}

bool IsTaken(const std::vector<OwnScenarioView>& all, std::string_view id, std::string_view name) {
    const auto defaults = classify::DefaultScenarios();
    return std::any_of(
               defaults.begin(),
               defaults.end(),
               [name](const auto& one) { return EqualsIgnoreCase(one.name, name); }
           ) ||
           std::any_of(all.begin(), all.end(), [&](const OwnScenarioView& view) {
               return view.id != id && EqualsIgnoreCase(view.scenario.name, name);
           });
}

Error NoSuch(std::string_view id) {
    return Error{ErrorCode::kNotFound, "no own scenario has the id " + EscapeForDisplay(id)};
}

std::shared_ptr<const classify::ScenarioModel> Learn(const std::vector<OwnScenarioView>& all) {
    std::vector<OwnScenario> own;
    own.reserve(all.size());
    for (const OwnScenarioView& view : all) {
        own.push_back(view.scenario);
    }
    return classify::ScenarioModel::WithOwn(std::move(own));
}

}  // namespace

Result<OwnScenario> ParseOwnScenario(std::string_view body, OwnScenario base) {
    SG_TRY(codec::ReadMembers(body, [&](std::string_view name, JsonValue value) {
        return ReadMember(name, value, base);
    }));
    if (base.name.empty()) {
        return NotAllowed("name", "a text of 1 to 80 bytes on one line");
    }
    if (base.examples.empty() && base.description.empty()) {
        return NotAllowed("examples", "some, or a description: it is learnt from these");
    }
    return base;
}

Result<std::unique_ptr<OwnScenarios>>
OwnScenarios::Open(state::Database& database, const Clock& clock) {
    std::unique_ptr<OwnScenarios> own(new OwnScenarios(database, clock));
    SG_TRY(own->Load());
    return own;
}

Status OwnScenarios::Load() {
    SG_ASSIGN_OR_RETURN(const std::vector<state::ScenarioRow> rows, rows_.All());
    std::vector<OwnScenarioView> all;
    for (const state::ScenarioRow& row : rows) {
        Result<OwnScenario> scenario = ParseOwnScenario(row.text, {});
        if (!scenario.Ok()) {
            return std::move(scenario.error()).In("the own scenario " + row.id);
        }
        all.push_back(
            {.id = row.id,
             .scenario = std::move(scenario).value(),
             .created_at = row.created_at,
             .changed_at = row.changed_at}
        );
    }
    model_ = std::make_shared<PublishedScenarios>(Learn(all));
    all_.With([&all](auto& kept) { kept = std::move(all); });
    return {};
}

std::vector<OwnScenarioView> OwnScenarios::All() const {
    return all_.With([](const auto& all) { return all; });
}

Result<OwnScenarioView> OwnScenarios::Find(std::string_view id) const {
    for (OwnScenarioView& view : All()) {
        if (view.id == id) {
            return std::move(view);
        }
    }
    return NoSuch(id);
}

Result<OwnScenarioView> OwnScenarios::Add(OwnScenario scenario) {
    const MutexLock lock(changing_);
    if (All().size() >= kScenariosMax) {
        return Error{
            ErrorCode::kConflict,
            "there are " + std::to_string(kScenariosMax) + " own scenarios already"};
    }
    return Put(ToString(ids_.Next(clock_.Now())), std::move(scenario), true);
}

Result<OwnScenarioView> OwnScenarios::Change(std::string_view id, OwnScenario scenario) {
    const MutexLock lock(changing_);
    return Put(std::string(id), std::move(scenario), false);
}

/// Under changing_.
Result<OwnScenarioView> OwnScenarios::Put(std::string id, OwnScenario scenario, bool is_new) {
    std::vector<OwnScenarioView> all = All();
    if (IsTaken(all, id, scenario.name)) {
        return Error{
            ErrorCode::kConflict,
            "there is a scenario named " + EscapeForDisplay(scenario.name)};
    }
    auto place =
        std::find_if(all.begin(), all.end(), [&id](const auto& view) { return view.id == id; });
    if (place == all.end() && !is_new) {
        return NoSuch(id);
    }
    const Time now = clock_.Now();
    if (place == all.end()) {
        all.push_back({.id = std::move(id), .scenario = {}, .created_at = now, .changed_at = now});
        place = all.end() - 1;
    }
    place->scenario = std::move(scenario);
    place->changed_at = now;
    SG_TRY(rows_.Put(
        {.id = place->id,
         .text = TextOf(place->scenario),
         .created_at = place->created_at,
         .changed_at = now}
    ));
    OwnScenarioView view = *place;
    model_->Set(Learn(all));
    all_.With([&all](auto& kept) { kept = std::move(all); });
    return view;
}

Status OwnScenarios::Remove(std::string_view id) {
    const MutexLock lock(changing_);
    std::vector<OwnScenarioView> all = All();
    const auto place =
        std::find_if(all.begin(), all.end(), [id](const auto& view) { return view.id == id; });
    if (place == all.end()) {
        return NoSuch(id);
    }
    SG_TRY(rows_.Remove(place->id));
    all.erase(place);
    model_->Set(Learn(all));
    all_.With([&all](auto& kept) { kept = std::move(all); });
    return {};
}

}  // namespace sightglass::insight

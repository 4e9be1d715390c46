// /api/v1/scenarios: what calls can be told to be for, the own ones among it, and a trial of a text.
#include <utility>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "insight/own_scenarios.h"
#include "serve/api/scenario_handlers.h"
#include "serve/audited.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

using insight::OwnScenarios;
using insight::OwnScenarioView;

net::HttpResponse NoScenarios() {
    return Problem(Error{ErrorCode::kUnavailable, "this server tells no scenarios"});
}

void WriteOwn(codec::JsonWriter& json, const OwnScenarioView& view) {
    json.BeginObject().Key("id").String(view.id).Key("name").String(view.scenario.name);
    json.Key("description").String(view.scenario.description).Key("own").Bool(true);
    json.Key("examples").BeginArray();
    for (const std::string& example : view.scenario.examples) {
        json.String(example);
    }
    json.EndArray().Key("created_at").String(FormatTime(view.created_at));
    json.Key("changed_at").String(FormatTime(view.changed_at)).EndObject();
}

void WriteDefault(codec::JsonWriter& json, const classify::DefaultScenario& scenario) {
    json.BeginObject().Key("id").Null().Key("name").String(scenario.name);
    json.Key("description").String(scenario.description).Key("own").Bool(false);
    json.Key("examples").BeginArray().EndArray();
    json.Key("created_at").Null().Key("changed_at").Null().EndObject();
}

net::HttpResponse ProblemOf(const Error& error) {
    return error.code == ErrorCode::kConflict ? Problem(409, "conflict", error.message)
                                              : Problem(error);
}

net::HttpResponse AnswerScenario(const Result<OwnScenarioView>& view, int status) {
    if (!view.Ok()) {
        return ProblemOf(view.error());
    }
    codec::JsonWriter json;
    WriteOwn(json, *view);
    net::HttpResponse response = Json(json.Take());
    response.status = status;
    return response;
}

net::HttpResponse BadBody(Error error) {
    error.code = ErrorCode::kInvalidArgument;
    return Problem(error);
}

}  // namespace

net::HttpResponse ListScenarios(const Services& services, const ApiRequest& /*request*/) {
    if (services.deps.scenarios == nullptr) {
        return NoScenarios();
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const OwnScenarioView& view : services.deps.scenarios->All()) {
        WriteOwn(json, view);
    }
    for (const classify::DefaultScenario& scenario : classify::DefaultScenarios()) {
        WriteDefault(json, scenario);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

net::HttpResponse MakeScenario(const Services& services, const ApiRequest& request) {
    OwnScenarios* const own = services.deps.scenarios;
    if (own == nullptr) {
        return NoScenarios();
    }
    auto scenario = insight::ParseOwnScenario(request.http.body, {});
    if (!scenario.Ok()) {
        return BadBody(std::move(scenario).error());
    }
    const auto entry = AuditEntryOf(services, "scenario_made", scenario->name, "");
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    const auto made = own->Add(std::move(scenario).value());
    if (!made.Ok()) {
        AuditFailure(services, entry);
    }
    return AnswerScenario(made, 201);
}

net::HttpResponse ChangeScenario(const Services& services, const ApiRequest& request) {
    OwnScenarios* const own = services.deps.scenarios;
    if (own == nullptr) {
        return NoScenarios();
    }
    auto before = own->Find(request.path_value);
    if (!before.Ok()) {
        return Problem(before.error());
    }
    auto scenario = insight::ParseOwnScenario(request.http.body, std::move(before->scenario));
    if (!scenario.Ok()) {
        return BadBody(std::move(scenario).error());
    }
    const auto entry = AuditEntryOf(services, "scenario_changed", request.path_value, "");
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    const auto changed = own->Change(request.path_value, std::move(scenario).value());
    if (!changed.Ok()) {
        AuditFailure(services, entry);
    }
    return AnswerScenario(changed, 200);
}

net::HttpResponse RemoveScenario(const Services& services, const ApiRequest& request) {
    OwnScenarios* const own = services.deps.scenarios;
    if (own == nullptr) {
        return NoScenarios();
    }
    const auto view = own->Find(request.path_value);
    if (!view.Ok()) {
        return Problem(view.error());
    }
    const auto entry = AuditEntryOf(services, "scenario_removed", request.path_value, "");
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    if (const Status removed = own->Remove(request.path_value); !removed.Ok()) {
        AuditFailure(services, entry);
        return Problem(removed.error());
    }
    return AnswerScenario(view, 200);
}

net::HttpResponse TryScenario(const Services& services, const ApiRequest& request) {
    if (services.deps.scenarios == nullptr) {
        return NoScenarios();
    }
    codec::JsonParser parser;
    const auto root = parser.Parse(request.http.body);
    const auto text = root.Ok() ? root->Get("text").String() : std::nullopt;
    if (!text || root->Size() != 1) {
        return BadBody(Error{ErrorCode::kInvalidArgument, "allowed: {\"text\": \"...\"}"});
    }
    const auto model = services.deps.scenarios->Model()->Get();
    classify::ScenarioModel::Scratch scratch;
    const classify::Guess guess = model->Classify({.ask = *text, .setting = {}}, scratch);
    codec::JsonWriter json;
    json.BeginObject().Key("scenario").String(guess.scenario);
    json.Key("confidence").Double(guess.confidence).Key("own").Bool(guess.own).EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve

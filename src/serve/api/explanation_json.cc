#include "serve/api/explanation_json.h"

#include "serve/api/optional_json.h"

namespace sightglass::serve {
namespace {

using analytics::Contribution;
using analytics::Explained;
using codec::JsonWriter;

void WriteEffects(JsonWriter& json, const std::vector<analytics::Effect>& effects) {
    json.BeginArray();
    for (const analytics::Effect& effect : effects) {
        json.BeginObject().Key("name").String(effect.name);
        json.Key("effect").Double(effect.effect).EndObject();
    }
    json.EndArray();
}

void WriteContribution(JsonWriter& json, const Contribution& value) {
    json.BeginObject().Key("key");
    if (value.key.empty()) {
        json.Null();
    } else {
        WriteGroupKey(json, value.key);
    }
    json.Key("filter");
    WriteTexts(json, value.filter);
    json.Key("groups").Int(value.groups);
    WriteNumber(json, "baseline", value.baseline);
    WriteNumber(json, "current", value.current);
    json.Key("baseline_calls").Int(value.baseline_calls);
    json.Key("current_calls").Int(value.current_calls);
    WriteNumber(json, "contribution", value.contribution);
    WriteNumber(json, "share", value.share);
    json.Key("usual_share").Double(value.usual_share).Key("surprise").Double(value.surprise);
    WriteNumber(json, "mix_effect", value.mix_effect);
    WriteNumber(json, "rate_effect", value.rate_effect);
    json.Key("factors");
    WriteEffects(json, value.factors);
    json.Key("presence").String(ToString(value.presence)).EndObject();
}

void WriteContributions(JsonWriter& json, const std::vector<Contribution>& values) {
    json.BeginArray();
    for (const Contribution& value : values) {
        WriteContribution(json, value);
    }
    json.EndArray();
}

void WriteExplained(JsonWriter& json, const std::vector<Explained>& all) {
    json.BeginArray();
    for (const Explained& explained : all) {
        json.BeginObject().Key("dimensions");
        WriteTexts(json, explained.dimensions);
        json.Key("values");
        WriteContributions(json, explained.values);
        json.Key("other");
        if (explained.other) {
            WriteContribution(json, *explained.other);
        } else {
            json.Null();
        }
        json.Key("surprise").Double(explained.surprise).EndObject();
    }
    json.EndArray();
}

void WriteSide(JsonWriter& json, const analytics::ExplainedSide& side) {
    json.BeginObject().Key("from").String(FormatTime(side.from));
    json.Key("to").String(FormatTime(side.to));
    WriteNumber(json, "value", side.value);
    json.Key("calls").Int(side.calls).EndObject();
}

void WriteQuantile(JsonWriter& json, const std::optional<analytics::QuantileShift>& quantile) {
    if (!quantile) {
        json.Null();
        return;
    }
    json.BeginObject().Key("threshold").Double(quantile->threshold);
    json.Key("baseline_share").Double(quantile->baseline_share);
    json.Key("current_share").Double(quantile->current_share);
    json.Key("change").Double(quantile->current_share - quantile->baseline_share).EndObject();
}

std::optional<double>
RatioOf(const std::optional<double>& change, const std::optional<double>& of) {
    return change && of && *of != 0 ? std::optional(*change / *of) : std::nullopt;
}

}  // namespace

void WriteTexts(JsonWriter& json, const std::vector<std::string>& texts) {
    json.BeginArray();
    for (const std::string& text : texts) {
        json.String(text);
    }
    json.EndArray();
}

void WriteGroupKey(JsonWriter& json, const std::vector<analytics::GroupValue>& key) {
    json.BeginArray();
    for (const analytics::GroupValue& part : key) {
        json.BeginObject().Key("dimension").String(part.dimension).Key("value");
        if (part.value) {
            json.String(*part.value);
        } else {
            json.Null();
        }
        json.EndObject();
    }
    json.EndArray();
}

void WriteExplanation(JsonWriter& json, const analytics::Explanation& explanation) {
    json.BeginObject().Key("metric").String(explanation.metric->name);
    json.Key("unit").String(explanation.metric->unit);
    json.Key("kind").String(ToString(explanation.kind));
    json.Key("adds_up").Bool(explanation.adds_up).Key("baseline");
    WriteSide(json, explanation.baseline);
    json.Key("current");
    WriteSide(json, explanation.current);
    WriteNumber(json, "change", explanation.change);
    WriteNumber(json, "change_ratio", RatioOf(explanation.change, explanation.baseline.value));
    json.Key("quantile");
    WriteQuantile(json, explanation.quantile);
    json.Key("factors");
    WriteEffects(json, explanation.factors);
    json.Key("causes");
    WriteContributions(json, explanation.causes);
    json.Key("dimensions");
    WriteExplained(json, explanation.dimensions);
    json.Key("pairs");
    WriteExplained(json, explanation.pairs);
    json.Key("took_ms").Double(explanation.took_ms).EndObject();
}

}  // namespace sightglass::serve

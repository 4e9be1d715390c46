#include "app/price_data.h"

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "codec/json.h"
#include "prices/lookup.h"
#include "prices/match.h"
#include "prices/unit.h"

namespace sightglass::app {
namespace {

using codec::JsonValue;

constexpr int kDepthMax = 6;

/// What a rule of the data is where it is more than text and digits. The same list is in scripts/convert-prices.mjs.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTranslated = {{
    {"^o[134]", "|3 ^o1 ^o3 ^o4"},
    {"^(?!.*-[tT][tT][sS](?:$|-))", "! |2 $-tts *-tts-"},
    {"^(?![^/]+/"
     ")(?:labs-)?(?:(?:mi|code|dev|magi|mini)stral|mixtral|pixtral|voxtral|open-(?:mistral|mixtral)"
     ")",
     "&2 ! */ |16 ^mistral ^codestral ^devstral ^magistral ^ministral ^mixtral ^pixtral ^voxtral "
     "^labs-mistral "
     "^labs-codestral ^labs-devstral ^labs-magistral ^labs-ministral ^labs-mixtral ^labs-pixtral "
     "^labs-voxtral"},
}};

/// One word in lower case; empty for what is none.
std::string Word(std::string_view text) {
    return text.find_first_of(" \t\r\n%") == std::string_view::npos ? prices::LowerCase(text) : "";
}

/// `^gpt-6-sol-\d{4}$` as `~gpt-6-sol-####`; without the final `$`, with a `*`. Empty for what is more.
std::string DigitPattern(std::string_view regex) {
    if (!regex.starts_with('^')) {
        return {};
    }
    regex.remove_prefix(1);
    const bool whole = regex.ends_with('$');
    if (whole) {
        regex.remove_suffix(1);
    }
    std::string pattern = "~";
    while (!regex.empty()) {
        if (regex.starts_with("\\d{") && regex.size() > 4 && regex[4] == '}') {
            pattern.append(static_cast<std::size_t>(regex[3] - '0') % 10, '#');
            regex.remove_prefix(5);
        } else if (regex.starts_with("\\d")) {
            pattern += '#';
            regex.remove_prefix(2);
        } else if (regex.starts_with("\\.") || regex.starts_with("\\[") || regex.starts_with("\\]")) {
            pattern += regex[1];
            regex.remove_prefix(2);
        } else if (std::string_view("(){}[]*+?|.\\ #").find(regex[0]) == std::string_view::npos) {
            pattern += ToLower(regex[0]);
            regex.remove_prefix(1);
        } else {
            return {};
        }
    }
    return whole ? pattern : pattern + "*";
}

std::string Regex(std::string_view regex) {
    for (const auto& [known, rule] : kTranslated) {
        if (known == regex) {
            return std::string(rule);
        }
    }
    return DigitPattern(regex);
}

/// A rule of the book; empty for a kind that is not known.
std::string Rule(JsonValue tree, int depth) {
    constexpr std::array<std::pair<std::string_view, char>, 4> kTexts = {
        {{"equals", '='}, {"starts_with", '^'}, {"ends_with", '$'}, {"contains", '*'}}};
    if (tree.Size() != 1 || depth > kDepthMax) {
        return {};
    }
    for (const auto& [name, mark] : kTexts) {
        if (const auto text = tree.Get(name).String()) {
            const std::string word = Word(*text);
            return word.empty() ? std::string() : mark + word;
        }
    }
    if (const auto regex = tree.Get("regex").String()) {
        return Regex(*regex);
    }
    const bool any = tree.Get("or").IsArray();
    const JsonValue inside = any ? tree.Get("or") : tree.Get("and");
    std::string rule = (any ? "|" : "&") + std::to_string(inside.Size());
    bool known = inside.Size() > 0;
    inside.ForEach([&](std::string_view, JsonValue one) {
        const std::string text = Rule(one, depth + 1);
        known = known && !text.empty();
        rule += " " + text;
        return known;
    });
    return known ? rule : std::string();
}

/// With twelve decimals at most; empty for what is no price.
std::string Decimal(JsonValue number) {
    constexpr double kMost = 1e6;
    const auto value = number.Double();
    if (!value || !(*value >= 0) || !(*value < kMost)) {
        return {};
    }
    std::array<char, 32> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.11f", *value);
    std::string decimal(text.data(), static_cast<std::size_t>(size));
    decimal.erase(decimal.find_last_not_of('0') + 1);
    if (decimal.ends_with('.')) {
        decimal.pop_back();
    }
    return decimal;
}

/// The line of a rate; empty for a price of a kind that is not known.
std::string RateLine(std::string_view name, JsonValue value) {
    if (!prices::FindUnitOfPrice(name)) {
        return {};
    }
    const bool tiered = value.IsObject();
    const std::string base = Decimal(tiered ? value.Get("base") : value);
    std::string line = "rate " + std::string(name) + " " + base;
    bool known = !base.empty();
    value.Get("tiers").ForEach([&](std::string_view, JsonValue tier) {
        const auto start = tier.Get("start").Int();
        const std::string price = Decimal(tier.Get("price"));
        known = known && start && !price.empty();
        if (known) {
            line += " " + std::to_string(*start) + ":" + price;
        }
        return known;
    });
    return known ? line + "\n" : std::string();
}

std::optional<std::string> Condition(JsonValue constraint) {
    if (!constraint.Exists() || constraint.IsNull()) {
        return "";
    }
    if (const auto day = constraint.Get("start_date").String()) {
        return " from " + std::string(*day);
    }
    const auto start = constraint.Get("start_time").String();
    const auto end = constraint.Get("end_time").String();
    constexpr std::size_t kLength = 9;  // 16:30:00Z
    if (!start || !end || start->size() != kLength || end->size() != kLength ||
        start->back() != 'Z' || end->back() != 'Z') {
        return std::nullopt;
    }
    return " between " + std::string(start->substr(0, 8)) + " " + std::string(end->substr(0, 8));
}

/// One entry's lines; nothing where something in it is not known.
std::optional<std::string> EntryLines(JsonValue constraint, JsonValue rates) {
    const auto condition = Condition(constraint);
    if (!condition || !rates.IsObject()) {
        return std::nullopt;
    }
    std::string lines = "price" + *condition + "\n";
    bool known = true;
    rates.ForEach([&](std::string_view name, JsonValue value) {
        const std::string line = value.IsNull() ? "" : RateLine(name, value);
        known = value.IsNull() || !line.empty();
        lines += line;
        return known;
    });
    return known ? std::optional(lines) : std::nullopt;
}

std::optional<std::string> ModelLines(const std::string& provider, JsonValue model) {
    const std::string id = Word(model.Get("id").String().value_or(""));
    const std::string rule = Rule(model.Get("match"), 0);
    if (id.empty() || rule.empty() || !prices::Match::Parse(rule).Ok()) {
        return std::nullopt;
    }
    std::string lines = "model " + id + "\nmatch " + rule + "\n";
    const JsonValue all = model.Get("prices");
    bool known = true;
    if (all.IsArray()) {
        all.ForEach([&](std::string_view, JsonValue entry) {
            const auto entry_lines = EntryLines(entry.Get("constraint"), entry.Get("prices"));
            known = entry_lines.has_value();
            lines += entry_lines.value_or("");
            return known;
        });
    } else {
        const auto entry_lines = EntryLines({}, all);
        known = entry_lines.has_value();
        lines += entry_lines.value_or("");
    }
    if (all.IsObject() && all.Size() == 0 && id.ends_with(":free")) {
        lines += "rate input_mtok 0\nrate output_mtok 0\n";
    }
    if (provider == "groq" && id.starts_with("whisper-large-v3")) {
        lines += "least audio_seconds 10\n";  // In the package's code, not in its data.
    }
    return known ? std::optional(lines) : std::nullopt;
}

std::string ProviderLines(JsonValue provider, std::string& left_out) {
    const std::string id = Word(provider.Get("id").String().value_or(""));
    if (id.empty()) {
        return {};
    }
    std::string lines = "provider " + id + "\n";
    for (const auto& [key, member] :
         {std::pair("name ", "provider_match"), std::pair("makes ", "model_match")}) {
        const std::string rule = Rule(provider.Get(member), 0);
        if (!rule.empty()) {
            lines.append(key).append(rule).append("\n");
        }
    }
    std::string fallback;
    provider.Get("fallback_model_providers").ForEach([&](std::string_view, JsonValue other) {
        const std::string word = Word(other.String().value_or(""));
        fallback += word.empty() ? "" : " " + word;
        return true;
    });
    lines += fallback.empty() ? "" : "fallback" + fallback + "\n";
    provider.Get("models").ForEach([&](std::string_view, JsonValue model) {
        if (const auto model_lines = ModelLines(id, model)) {
            lines += *model_lines;
        } else {
            left_out += (left_out.empty() ? "" : ", ") + id + "/" +
                        EscapeForDisplay(model.Get("id").String().value_or("?"));
        }
        return true;
    });
    return lines;
}

}  // namespace

bool IsPriceData(std::string_view text) noexcept {
    const std::string_view trimmed = Trim(text);
    return trimmed.starts_with('[') || trimmed.starts_with('{');
}

Result<std::string> ConvertPriceData(std::string_view json, std::string& left_out) {
    constexpr std::size_t kDay = 10;
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(json));
    const JsonValue providers = root.IsArray() ? root : root.Get("providers");
    std::string text = "sightglass-prices 2\nsource genai-prices " +
                       FormatTime(Clock::System().Now()).substr(0, kDay) + "\n";
    const std::size_t head = text.size();
    providers.ForEach([&](std::string_view, JsonValue provider) {
        text += ProviderLines(provider, left_out);
        return true;
    });
    if (text.size() == head) {
        return Error{
            ErrorCode::kInvalidArgument,
            "neither a price book nor the data of genai-prices: a list of providers with models"};
    }
    return text;
}

}  // namespace sightglass::app

#include "serve/api/query_body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "codec/json.h"

namespace sightglass::serve {
namespace {

using codec::JsonValue;

constexpr std::array<std::string_view, 8>
    kMembers{"metrics", "group_by", "interval", "from", "to", "filters", "order_by", "limit"};
constexpr std::array<std::string_view, 3> kFilterMembers{"dimension", "op", "values"};

Error Wrong(std::string_view member, std::string_view expected) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::string(member) + ": expected " + std::string(expected)};
}

/// An error for the first member that is not among `names`.
template <std::size_t N>
Status CheckMembers(
    const JsonValue& object,
    const std::array<std::string_view, N>& names,
    std::vector<std::string_view>* allowed
) {
    Status status;
    object.ForEach([&](std::string_view key, const JsonValue&) {
        if (std::find(names.begin(), names.end(), key) != names.end()) {
            return true;
        }
        allowed->assign(names.begin(), names.end());
        status = Error{
            ErrorCode::kInvalidArgument,
            "there is no member '" + EscapeForDisplay(key) + "'"};
        return false;
    });
    return status;
}

Result<std::vector<std::string>> ReadTexts(const JsonValue& root, std::string_view member) {
    std::vector<std::string> texts;
    const JsonValue array = root.Get(member);
    if (!array.Exists() || array.IsNull()) {
        return texts;
    }
    bool good = array.IsArray();
    array.ForEach([&](std::string_view, const JsonValue& element) {
        const auto text = element.String();
        good = good && text.has_value();
        texts.emplace_back(text.value_or(""));
        return good;
    });
    if (!good) {
        return Wrong(member, "an array of texts");
    }
    return texts;
}

Result<std::string> ReadText(const JsonValue& root, std::string_view member) {
    const JsonValue value = root.Get(member);
    if (!value.Exists() || value.IsNull()) {
        return std::string();
    }
    if (!value.IsString()) {
        return Wrong(member, "a text");
    }
    return std::string(*value.String());
}

Result<analytics::FilterText>
ReadCondition(const JsonValue& object, std::vector<std::string_view>* allowed) {
    SG_TRY(CheckMembers(object, kFilterMembers, allowed));
    analytics::FilterText filter;
    SG_ASSIGN_OR_RETURN(filter.dimension, ReadText(object, "dimension"));
    SG_ASSIGN_OR_RETURN(std::string op, ReadText(object, "op"));
    if (!op.empty()) {
        filter.op = std::move(op);
    }
    SG_ASSIGN_OR_RETURN(filter.values, ReadTexts(object, "values"));
    return filter;
}

Status ReadFilters(
    const JsonValue& filters,
    analytics::QuestionText& text,
    std::vector<std::string_view>* allowed
) {
    Status status;
    filters.ForEach([&](std::string_view, const JsonValue& element) {
        if (element.IsString()) {
            text.filters.emplace_back(*element.String());
            return true;
        }
        if (!element.IsObject()) {
            status = Wrong("filters", "texts or objects");
            return false;
        }
        auto condition = ReadCondition(element, allowed);
        if (!condition.Ok()) {
            status = condition.error();
            return false;
        }
        text.conditions.push_back(std::move(*condition));
        return true;
    });
    return status;
}

}  // namespace

Result<analytics::QuestionText>
ReadQueryBody(const std::string& body, std::vector<std::string_view>* allowed) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    if (!root.IsObject()) {
        return Wrong("the body", "a JSON object");
    }
    SG_TRY(CheckMembers(root, kMembers, allowed));
    analytics::QuestionText text;
    SG_ASSIGN_OR_RETURN(text.metrics, ReadTexts(root, "metrics"));
    SG_ASSIGN_OR_RETURN(text.group_by, ReadTexts(root, "group_by"));
    SG_ASSIGN_OR_RETURN(text.interval, ReadText(root, "interval"));
    SG_ASSIGN_OR_RETURN(text.from, ReadText(root, "from"));
    SG_ASSIGN_OR_RETURN(text.to, ReadText(root, "to"));
    SG_ASSIGN_OR_RETURN(text.order_by, ReadTexts(root, "order_by"));
    const JsonValue filters = root.Get("filters");
    if (filters.Exists() && !filters.IsNull() && !filters.IsArray()) {
        return Wrong("filters", "an array");
    }
    SG_TRY(ReadFilters(filters, text, allowed));
    if (const JsonValue limit = root.Get("limit"); limit.Exists()) {
        text.limit = limit.Int();
        if (!text.limit) {
            return Wrong(
                "limit",
                "a whole number from 1 to " + std::to_string(analytics::kRowsMax)
            );
        }
    }
    return text;
}

}  // namespace sightglass::serve

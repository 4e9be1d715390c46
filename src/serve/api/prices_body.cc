#include "serve/api/prices_body.h"

#include "base/text.h"
#include "codec/json_body.h"

namespace sightglass::serve {
namespace {

using codec::JsonValue;
using codec::NotAllowed;
using pipeline::RepriceOrder;

/// A time, or a day.
Result<Time> ReadTime(std::string_view member, JsonValue value, Time now) {
    constexpr std::size_t kDay = 10;
    std::string text(value.String().value_or(""));
    if (text.size() == kDay) {
        text += "T00:00:00Z";
    }
    const Result<Time> time = ParseTime(text, now);
    if (!time.Ok()) {
        return NotAllowed(member, "a time such as 2026-10-01, 2026-10-01T12:00:00Z or -30d");
    }
    return *time;
}

struct OrderBody {
    JsonValue from;
    JsonValue to;
    JsonValue steps;
    bool dry_run = false;
    bool undo = false;
};

Result<OrderBody> ReadMembers(JsonValue root, bool with_steps) {
    OrderBody body;
    Status status;
    root.ForEach([&](std::string_view name, JsonValue value) {
        if (name == "from") {
            body.from = value;
        } else if (name == "to") {
            body.to = value;
        } else if (name == "steps" && with_steps && value.IsString()) {
            body.steps = value;
        } else if ((name == "dry_run" || name == "undo") && value.Bool()) {
            (name == "undo" ? body.undo : body.dry_run) = *value.Bool();
        } else {
            status = NotAllowed(
                name,
                with_steps ? "from, to (times), steps (names), dry_run, undo (true or false)"
                           : "from, to (times), dry_run, undo (true or false)"
            );
        }
        return status.Ok();
    });
    SG_TRY(status);
    return body;
}

Result<RepriceOrder> ReadOrder(std::string_view body, Time now, bool with_steps) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    if (!root.IsObject()) {
        return NotAllowed("body", "an object such as {\"from\":\"2026-10-01\",\"dry_run\":true}");
    }
    SG_ASSIGN_OR_RETURN(const OrderBody given, ReadMembers(root, with_steps));
    RepriceOrder order;
    if (given.undo) {
        if (root.Size() > 1) {
            return NotAllowed("undo", "nothing beside it");
        }
        order.kind = RepriceOrder::Kind::kUndo;
        return order;
    }
    order.kind = given.dry_run ? RepriceOrder::Kind::kTry : RepriceOrder::Kind::kApply;
    SG_ASSIGN_OR_RETURN(order.from, ReadTime("from", given.from, now));
    order.to = now;
    if (given.to.Exists() && !given.to.IsNull()) {
        SG_ASSIGN_OR_RETURN(order.to, ReadTime("to", given.to, now));
    }
    if (order.from >= order.to) {
        return NotAllowed("from", "a time before to");
    }
    if (with_steps) {
        const std::string names(given.steps.String().value_or(""));
        auto steps = names.empty() ? Result<refine::StepSet>(refine::StepSet())
                                   : refine::StepSet::Only(names);
        if (!steps.Ok()) {
            return std::move(steps).error().In("steps");
        }
        order.steps = *steps;
    }
    return order;
}

}  // namespace

Result<std::string> ReadPriceText(std::string_view body) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const JsonValue root, parser.Parse(body));
    const auto text = root.Get("text").String();
    if (!root.IsObject() || root.Size() != 1 || !text) {
        return NotAllowed("body", "an object such as {\"text\":\"sightglass-prices 2\\n...\"}");
    }
    return std::string(*text);
}

Result<RepriceOrder> ReadRepriceOrder(std::string_view body, Time now) {
    return ReadOrder(body, now, false);
}

Result<RepriceOrder> ReadRefineOrder(std::string_view body, Time now) {
    return ReadOrder(body, now, true);
}

}  // namespace sightglass::serve

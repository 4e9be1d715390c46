// /api/v1/limits: what is used of the limits that providers set, as they last said, and of our own.
#include <algorithm>
#include <optional>

#include "access/limiter.h"
#include "codec/json_writer.h"
#include "live/live.h"
#include "live/outlook.h"
#include "serve/api/handlers.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

/// Of each kind; the own ones nearest to their limit.
constexpr std::size_t kLinesMax = 1'000;

/// One line of the answer. Unknown texts are empty.
struct Line {
    std::string_view kind;
    std::string_view name = {};
    std::string_view mode = {};
    std::string_view subject = {};
    std::string_view provider = {};
    std::string_view organization = {};
    std::string_view model = {};
    std::string_view api_key = {};
    std::string_view upstream_key = {};
    std::string_view of = {};
    double limit = 0;
    double used = 0;
    double percent_used = 0;
    std::optional<double> per_minute = {};
    std::optional<double> reset_s = {};
    std::optional<double> minutes_to_429 = {};
    OptionalInt refused = {};
    OptionalTime at = {};
};

void WriteNumber(
    codec::JsonWriter& json,
    std::string_view name,
    const std::optional<double>& number
) {
    json.Key(name);
    if (number) {
        json.Double(*number);
    } else {
        json.Null();
    }
}

void WriteLine(codec::JsonWriter& json, const Line& line) {
    json.BeginObject().Key("kind").String(line.kind);
    json.Key("name").StringOrNull(line.name);
    json.Key("mode").StringOrNull(line.mode);
    json.Key("subject").StringOrNull(line.subject);
    json.Key("provider").StringOrNull(line.provider);
    json.Key("organization").StringOrNull(line.organization);
    json.Key("model").StringOrNull(line.model);
    json.Key("api_key").StringOrNull(line.api_key);
    json.Key("upstream_key").StringOrNull(line.upstream_key);
    json.Key("of").String(line.of);
    WriteNumber(json, "limit", line.limit);
    WriteNumber(json, "used", line.used);
    WriteNumber(json, "remaining", std::max(0.0, line.limit - line.used));
    WriteNumber(json, "percent_used", line.percent_used);
    WriteNumber(json, "per_minute", line.per_minute);
    WriteNumber(json, "reset_s", line.reset_s);
    WriteNumber(json, "minutes_to_429", line.minutes_to_429);
    json.Key("refused");
    if (line.refused) {
        json.Int(*line.refused);
    } else {
        json.Null();
    }
    json.Key("at").StringOrNull(line.at ? FormatTime(*line.at) : std::string());
    json.EndObject();
}

void WriteHeadroom(codec::JsonWriter& json, const live::Headroom& headroom, Time now) {
    const live::RecentUse::Rate rate = headroom.use.LastMinute(now);
    const auto write = [&](std::string_view of,
                           const OptionalInt& limit,
                           const OptionalInt& remaining,
                           const OptionalInt& reset_us,
                           std::int64_t last_minute) {
        if (!limit || !remaining) {
            return;
        }
        const live::Outlook outlook = live::OutlookOf(
            {.limit = *limit,
             .remaining = *remaining,
             .reset_us = reset_us,
             .age = now - headroom.at,
             .last_minute = last_minute}
        );
        WriteLine(
            json,
            {.kind = "provider",
             .provider = headroom.provider,
             .organization = headroom.organization,
             .model = headroom.model,
             .api_key = headroom.api_key,
             .upstream_key = headroom.upstream_key,
             .of = of,
             .limit = static_cast<double>(*limit),
             .used = static_cast<double>(*limit - outlook.remaining),
             .percent_used = outlook.percent_used,
             .per_minute = static_cast<double>(last_minute),
             .reset_s = outlook.reset_s,
             .minutes_to_429 = outlook.minutes_to_429,
             .at = headroom.at}
        );
    };
    write(
        "requests",
        headroom.limit_requests,
        headroom.remaining_requests,
        headroom.reset_requests_us,
        rate.requests
    );
    write(
        "tokens",
        headroom.limit_tokens,
        headroom.remaining_tokens,
        headroom.reset_tokens_us,
        rate.tokens
    );
}

void WriteUse(codec::JsonWriter& json, const access::LimitUse& use, Time now) {
    const bool money = use.quantity == access::Quantity::kUsdPerDay ||
                       use.quantity == access::Quantity::kUsdPerMonth;
    const double unit = money ? 1e-9 : 1.0;
    Line line{
        .kind = "own",
        .name = use.name,
        .mode = use.shadow ? "shadow" : "enforce",
        .subject = use.subject,
        .of = ToString(use.quantity),
        .limit = static_cast<double>(use.most) * unit,
        .used = static_cast<double>(use.used) * unit,
        .percent_used = 100.0 * use.Fraction(),
        .refused = use.refusals};
    if (use.quantity == access::Quantity::kUsdPerDay) {
        line.reset_s = static_cast<double>(access::SecondsLeftOfDay(now));
    } else if (use.quantity == access::Quantity::kUsdPerMonth) {
        line.reset_s = static_cast<double>(access::SecondsLeftOfMonth(now));
    } else if (use.quantity != access::Quantity::kConcurrent) {
        line.per_minute = line.used;
    }
    WriteLine(json, line);
}

}  // namespace

net::HttpResponse ListLimits(const Services& services, const ApiRequest&) {
    const auto moment = access::Moment::Now(services.deps.clock);
    const Time now = moment.wall;
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const access::LimitUse& use : services.deps.limiter.Use(moment, kLinesMax)) {
        WriteUse(json, use, now);
    }
    for (const live::Headroom& headroom : services.deps.live.Totals().Headrooms()) {
        WriteHeadroom(json, headroom, now);
    }
    json.EndArray().Key("next").Null().EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve

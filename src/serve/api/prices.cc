// /api/v1/prices: what models cost, prices and discounts of one's own, and what has no price.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analytics/question.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "pipeline/use_prices.h"
#include "prices/lookup.h"
#include "prices/price_book.h"
#include "prices/price_shelf.h"
#include "serve/api/handlers.h"
#include "serve/api/prices_body.h"
#include "serve/audited.h"
#include "serve/authentication.h"
#include "serve/problem.h"

namespace sightglass::serve {
namespace {

constexpr std::int64_t kModelsDefault = 100;
constexpr std::int64_t kModelsMax = 1'000;
constexpr std::size_t kUnpricedMax = 1'000;
constexpr double kAtomsPerUsd = 9e18;

/// US dollars for as many as the price is for.
double UsdOf(const prices::Unit& unit, std::int64_t atoms) {
    constexpr double kMillion = 1e6;
    constexpr double kThousand = 1e3;
    constexpr double kMsPerHour = 3.6e6;
    constexpr double kBillion = 1e9;
    double count = kMillion;
    if (unit.per == prices::Per::kThousand) {
        count = kThousand;
    } else if (unit.per == prices::Per::kHour) {
        count = kMsPerHour;
    } else if (unit.per == prices::Per::kBillion) {
        count = kBillion;
    }
    return static_cast<double>(atoms) * count / kAtomsPerUsd;
}

void WriteEntry(codec::JsonWriter& json, const prices::PriceEntry& entry) {
    json.BeginObject();
    json.Key("from").StringOrNull(entry.period.from);
    json.Key("until").StringOrNull(
        entry.period.ends_at ? FormatTime(*entry.period.ends_at).substr(0, 10) : ""
    );
    json.Key("between");
    if (entry.between) {
        json.BeginArray();
        for (const Duration& time : *entry.between) {
            json.String(FormatTime(Time(time)).substr(11, 8));
        }
        json.EndArray();
    } else {
        json.Null();
    }
    json.Key("rates").BeginArray();
    for (const prices::Rate& rate : entry.rates) {
        const prices::Unit& unit = prices::Units()[rate.unit];
        json.BeginObject().Key("price").String(unit.price_name);
        json.Key("usd").Double(UsdOf(unit, rate.atoms)).Key("tiers").BeginArray();
        for (const prices::Rate::Tier& tier : rate.tiers) {
            json.BeginObject().Key("above_input_tokens").Int(tier.above_tokens);
            json.Key("usd").Double(UsdOf(unit, tier.atoms)).EndObject();
        }
        json.EndArray().EndObject();
    }
    json.EndArray().EndObject();
}

struct ListedModel {
    const prices::Book* book;
    const prices::Provider* provider;
    const prices::Model* model;
};

/// Adds those whose names hold `search`.
void AddModels(
    const prices::Book& book,
    const prices::Provider& provider,
    const std::string& search,
    std::vector<ListedModel>& models
) {
    for (const prices::Model& model : provider.models) {
        if ((provider.id + "/" + model.id).find(search) != std::string::npos) {
            models.push_back({&book, &provider, &model});
        }
    }
}

/// Of one provider, or of all where `provider` is empty.
std::vector<ListedModel>
ModelsOf(const prices::PriceBook& book, std::string_view provider, const std::string& search) {
    std::vector<ListedModel> models;
    for (const prices::Book& one : book.Books()) {
        for (const prices::Provider& maker : one.providers) {
            if (provider.empty() || maker.id == provider) {
                AddModels(one, maker, search, models);
            }
        }
    }
    return models;
}

/// Own prices stand in the first book, where there are any.
bool IsOwn(const Services& services, const prices::PriceBook& book, const prices::Book* of) {
    return !services.deps.prices->OwnText().empty() && of == book.Books().data();
}

net::HttpResponse Unavailable() {
    return Problem(503, "unavailable", "This server keeps no prices.");
}

std::string OwnJson(const Services& services) {
    const std::string text = services.deps.prices->OwnText();
    const auto book = services.deps.prices->Get();
    const bool has_own = !text.empty() && !book->Books().empty();
    codec::JsonWriter json;
    json.BeginObject().Key("text").String(text);
    json.Key("currency").String(has_own ? book->Books().front().currency : "USD");
    json.Key("per_usd").Double(has_own ? book->Books().front().per_usd : 1);
    json.Key("list").String(services.deps.prices->HasOwnList() ? "updated" : "built_in");
    return json.EndObject().Take();
}

/// One of the texts that can be set.
struct PriceText {
    Status (prices::PriceShelf::*check)(const std::string&) const;
    Status (prices::PriceShelf::*set)(const std::string&);
    std::string_view action;
};

net::HttpResponse Set(const Services& services, const ApiRequest& request, const PriceText& which) {
    if (services.deps.prices == nullptr) {
        return Unavailable();
    }
    if (!HasJsonBody(request.http)) {
        return Problem(415, "unsupported_media_type", "Send the body as application/json.");
    }
    const auto text = ReadPriceText(request.http.body);
    if (!text.Ok()) {
        return Problem(400, "invalid_argument", text.error().message);
    }
    prices::PriceShelf& shelf = *services.deps.prices;
    if (const Status readable = (shelf.*which.check)(*text); !readable.Ok()) {
        return Problem(readable.error());
    }
    codec::JsonWriter detail;
    detail.BeginObject().Key("bytes").Int(static_cast<std::int64_t>(text->size())).EndObject();
    const state::AuditEntry entry = AuditEntryOf(services, which.action, "", detail.Take());
    if (auto refused = RefuseUnaudited(services, entry)) {
        return std::move(*refused);
    }
    if (const Status set = (shelf.*which.set)(*text); !set.Ok()) {
        AuditFailure(services, entry);
        return Problem(set.error());
    }
    if (services.deps.pipeline != nullptr) {
        pipeline::UsePrices(shelf, *services.deps.pipeline);
    }
    return Json(OwnJson(services));
}

std::string_view TextOf(const store::Cell& cell) {
    const auto* const text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

void WriteCount(codec::JsonWriter& json, std::string_view name, const store::Cell& cell) {
    const auto* const count = std::get_if<std::int64_t>(&cell);
    json.Key(name);
    if (count == nullptr) {
        json.Null();
    } else {
        json.Int(*count);
    }
}

/// Columns: provider, model, model_requested, service_tier, calls, input_tokens, output_tokens.
void WriteUnpriced(
    codec::JsonWriter& json,
    const prices::PriceBook& book,
    Time now,
    const std::vector<store::Cell>& row
) {
    Call call;
    call.started_at = now;
    call.provider = TextOf(row[0]);
    call.model = TextOf(row[1]);
    call.model_requested = TextOf(row[2]);
    call.service_tier = TextOf(row[3]);
    call.fresh_input_tokens = 1;
    call.output_tokens = 1;
    const prices::Unpriced why = book.WhyUnpriced(call);
    json.BeginObject();
    json.Key("provider").StringOrNull(call.provider);
    json.Key("model").StringOrNull(call.model.empty() ? call.model_requested : call.model);
    json.Key("model_answered").StringOrNull(call.model);
    json.Key("model_requested").StringOrNull(call.model_requested);
    json.Key("service_tier").StringOrNull(call.service_tier);
    // What has a price by today's book is without tokens, or was taken in before there was one.
    const bool has_tokens = !std::holds_alternative<std::monostate>(row[5]) ||
                            !std::holds_alternative<std::monostate>(row[6]);
    const std::string_view priced_now = has_tokens ? "priced_now" : "tokens";
    json.Key("why").String(why == prices::Unpriced::kNot ? priced_now : ToString(why));
    WriteCount(json, "calls", row[4]);
    WriteCount(json, "input_tokens", row[5]);
    WriteCount(json, "output_tokens", row[6]);
    json.EndObject();
}

}  // namespace

net::HttpResponse ListPrices(const Services& services, const ApiRequest& request) {
    if (services.deps.prices == nullptr) {
        return Unavailable();
    }
    const auto limit = request.parameters.Count("limit", kModelsDefault, kModelsMax);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    std::int64_t start = 0;
    if (const auto cursor = request.parameters.Find("cursor")) {
        start = ParseInt(*cursor).value_or(-1);
        if (start < 0) {
            return Problem(400, "invalid_argument", "cursor: not one that this server gave");
        }
    }
    const auto book = services.deps.prices->Get();
    const auto models = ModelsOf(
        *book,
        request.parameters.Get("provider"),
        prices::LowerCase(request.parameters.Get("search"))
    );
    const auto count = static_cast<std::int64_t>(models.size());
    const std::int64_t end = std::min(count, std::min(start, count) + *limit);
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (std::int64_t i = start; i < end; ++i) {
        const ListedModel& one = models[static_cast<std::size_t>(i)];
        json.BeginObject().Key("provider").String(one.provider->id);
        json.Key("model").String(one.model->id);
        json.Key("own").Bool(IsOwn(services, *book, one.book));
        json.Key("source").StringOrNull(one.book->source);
        json.Key("version").StringOrNull(one.book->version);
        json.Key("prices").BeginArray();
        for (const prices::PriceEntry& entry : one.model->prices) {
            WriteEntry(json, entry);
        }
        json.EndArray().EndObject();
    }
    json.EndArray();
    json.Key("next").StringOrNull(end < count ? std::to_string(end) : "");
    json.Key("count").Int(count).EndObject();
    return Json(json.Take());
}

net::HttpResponse GetOwnPrices(const Services& services, const ApiRequest& /*request*/) {
    return services.deps.prices == nullptr ? Unavailable() : Json(OwnJson(services));
}

net::HttpResponse PutOwnPrices(const Services& services, const ApiRequest& request) {
    return Set(
        services,
        request,
        {&prices::PriceShelf::CheckOwn, &prices::PriceShelf::SetOwn, "own_prices_set"}
    );
}

net::HttpResponse PutPriceList(const Services& services, const ApiRequest& request) {
    return Set(
        services,
        request,
        {&prices::PriceShelf::CheckList, &prices::PriceShelf::SetList, "price_list_set"}
    );
}

net::HttpResponse ListUnpriced(const Services& services, const ApiRequest& request) {
    if (services.deps.prices == nullptr) {
        return Unavailable();
    }
    analytics::QuestionText text;
    text.metrics = {"calls", "input_tokens", "output_tokens"};
    text.group_by = {"provider", "model", "model_requested", "service_tier"};
    text.filters = {"cost_source:unpriced"};
    text.order_by = {"-calls"};
    text.limit = static_cast<std::int64_t>(kUnpricedMax);
    text.from = request.parameters.Get("from");
    text.to = request.parameters.Get("to");
    const auto question = analytics::ParseQuestion(text, services.deps.clock.Now());
    if (!question.Ok()) {
        return Problem(question.error());
    }
    const auto answer = analytics::Ask(*question, services.deps.store);
    if (!answer.Ok()) {
        return Problem(answer.error());
    }
    const auto book = services.deps.prices->Get();
    codec::JsonWriter json;
    json.BeginObject().Key("items").BeginArray();
    for (const auto& row : answer.value().table.rows) {
        WriteUnpriced(json, *book, services.deps.clock.Now(), row);
    }
    json.EndArray().Key("next").Null();
    json.Key("from").String(FormatTime(answer.value().from));
    json.Key("to").String(FormatTime(answer.value().to)).EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve

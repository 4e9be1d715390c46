// How a collection answers: a page of it, and what leads to the next. For this folder's handlers.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/api/query_body.h"
#include "serve/problem.h"
#include "serve/services.h"

namespace sightglass::serve {

/// What is particular about a collection. `Text` is what the request says, with members from, to, limit and cursor; `Page` has a
/// member `next`.
/// Thread-safety: plain value.
template <typename Text, typename Query, typename Page>
struct Collection {
    std::int64_t page_default;
    std::int64_t page_max;
    Result<Query> (*parse)(const Text& text, Time now, std::vector<std::string_view>* allowed);
    Result<Page> (*list)(const Query& query, const store::Store& store);
    void (*write_items)(codec::JsonWriter& json, const Page& page);  ///< An array.
};

/// {"items":[...],"next":...}, or what is wrong. `text` holds what only this collection asks for.
/// Thread-safety: safe for concurrent use.
template <typename Text, typename Query, typename Page>
net::HttpResponse AnswerPage(
    const Services& services,
    const ApiRequest& request,
    const Collection<Text, Query, Page>& collection,
    Text text
) {
    const Parameters& parameters = request.parameters;
    const auto limit = parameters.Count("limit", collection.page_default, collection.page_max);
    if (!limit.Ok()) {
        return Problem(limit.error());
    }
    text.from = parameters.Get("from");
    text.to = parameters.Get("to");
    text.limit = *limit;
    text.cursor = parameters.Get("cursor");
    std::vector<std::string_view> allowed;
    const auto query = collection.parse(text, services.deps.clock.Now(), &allowed);
    if (!query.Ok()) {
        return BadQuestion(query.error(), allowed);
    }
    const auto page = collection.list(*query, services.deps.store);
    if (!page.Ok()) {
        return Problem(page.error());
    }
    codec::JsonWriter json;
    json.BeginObject().Key("items");
    collection.write_items(json, *page);
    json.Key("next").StringOrNull(page->next);
    json.EndObject();
    return Json(json.Take());
}

}  // namespace sightglass::serve

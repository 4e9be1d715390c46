#include "dialect/openai/operation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace sightglass::dialect::openai {
namespace {

constexpr std::size_t kEndpointBytesMax = 256;

using Route = std::pair<std::string_view, Operation>;

/// Ends of paths that are posted to; a longer one stands before those it ends with.
constexpr std::array<Route, 15> kPosted = {{
    {"/chat/completions", Operation::kChat},
    {"/completions", Operation::kCompletion},
    {"/responses", Operation::kResponse},
    {"/responses/compact", Operation::kResponse},
    {"/decisions", Operation::kResponse},
    {"/embeddings", Operation::kEmbedding},
    {"/images/generations", Operation::kImage},
    {"/images/edits", Operation::kImage},
    {"/images/variations", Operation::kImage},
    {"/audio/speech", Operation::kSpeech},
    {"/audio/transcriptions", Operation::kTranscription},
    {"/audio/translations", Operation::kTranscription},
    {"/moderations", Operation::kModeration},
    {"/rerank", Operation::kRerank},
    {"/batches", Operation::kBatch},
}};

/// Segments that an id may follow.
constexpr std::array<std::string_view, 36> kCollections = {
    "agents",   "alerts",       "assistants",    "automations", "batches",       "calls",
    "cases",    "completions",  "checkpoints",   "containers",  "conversations", "environments",
    "evals",    "file_batches", "files",         "input_items", "items",         "jobs",
    "messages", "output_items", "parts",         "permissions", "responses",     "runs",
    "sessions", "skills",       "steps",         "subagents",   "threads",       "turns",
    "uploads",  "vaults",       "vector_stores", "versions",    "videos",        "voices"};

/// Segments that may follow one and are no id.
constexpr std::array<std::string_view, 10> kVerbs = {
    "cancel",
    "characters",
    "compact",
    "complete",
    "content",
    "edits",
    "extensions",
    "input_tokens",
    "remix",
    "search"};

template <std::size_t N>
bool Holds(const std::array<std::string_view, N>& list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsRealtime(std::string_view path) noexcept {
    return path.ends_with("/realtime") || path.find("/realtime/") != std::string_view::npos ||
           path.ends_with("/live/sessions") ||
           path.find("/live/sessions/") != std::string_view::npos;
}

}  // namespace

std::string_view WithoutQuery(std::string_view path) noexcept {
    const auto end =
        std::find_if(path.begin(), path.end(), [](char c) { return c == '?' || c == '#'; });
    return path.substr(0, static_cast<std::size_t>(end - path.begin()));
}

Operation OperationOf(std::string_view method, std::string_view path) noexcept {
    path = WithoutQuery(path);
    while (path.size() > 1 && path.ends_with('/')) {
        path.remove_suffix(1);
    }
    if (IsRealtime(path)) {
        return Operation::kRealtime;
    }
    // A GET of the collection itself is the opening of its WebSocket: there is nothing to list.
    if (method == "GET" && path.ends_with("/responses")) {
        return Operation::kResponse;
    }
    if (method != "POST") {
        return Operation::kOther;
    }
    const auto* route = std::find_if(kPosted.begin(), kPosted.end(), [path](const Route& known) {
        return path.ends_with(known.first);
    });
    return route == kPosted.end() ? Operation::kOther : route->second;
}

std::string EndpointOf(std::string_view path) {
    path = WithoutQuery(path);
    std::string endpoint;
    bool after_collection = false;
    for (const std::string_view segment : Split(path.substr(0, kEndpointBytesMax), '/')) {
        const bool collection = Holds(kCollections, segment);
        const bool id =
            after_collection && !segment.empty() && !collection && !Holds(kVerbs, segment);
        if (!endpoint.empty() || segment.data() != path.data()) {
            endpoint += '/';
        }
        endpoint += id ? std::string_view("{id}") : segment;
        after_collection = collection;
    }
    MakeValidUtf8(endpoint);
    return endpoint;
}

std::string_view DeploymentOf(std::string_view path) noexcept {
    constexpr std::string_view kMark = "/deployments/";
    path = WithoutQuery(path);
    const std::size_t mark = path.find(kMark);
    if (mark == std::string_view::npos) {
        return {};
    }
    path.remove_prefix(mark + kMark.size());
    return path.substr(0, path.find('/'));
}

std::string_view QueryParameter(std::string_view path, std::string_view name) noexcept {
    const std::size_t mark = path.find('?');
    if (mark == std::string_view::npos) {
        return {};
    }
    std::string_view query = path.substr(mark + 1);
    query = query.substr(0, query.find('#'));
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
            return pair.substr(equals + 1);
        }
    }
    return {};
}

}  // namespace sightglass::dialect::openai

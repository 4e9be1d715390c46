// Recorded exchanges (../shared/data/cassettes), read as a worker would read them. For tests.
#pragma once

#include <deque>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "codec/base64.h"
#include "codec/json.h"
#include "dialect/dialect.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect {

/// Thread-safety: plain value; `usage` is valid as long as the parser that read the row.
struct RecordedRow {
    std::string id;
    std::string provider;
    std::string method;
    std::string path;
    std::string endpoint;
    std::string request;
    std::string response;
    std::string model_requested;
    std::string model;
    std::map<std::string, std::string> headers;
    int status = 0;
    bool error = false;
    bool replayed = false;  ///< The answer was recorded, the request made up for it.
    codec::JsonValue usage;
};

/// A body, of which the recording gives the text, or the bytes in base64 in one of two ways.
inline std::string BodyOf(codec::JsonValue root, const std::string& name) {
    std::string text(TextOf(root.Get(name)));
    constexpr std::string_view kMark = "base64:";
    const bool marked = text.starts_with(kMark);
    if (!marked && root.Get(name).IsString()) {
        return text;
    }
    std::string bytes;
    codec::DecodeBase64(
        marked ? std::string_view(text).substr(kMark.size()) : TextOf(root.Get(name + "_b64")),
        bytes
    );
    return bytes;
}

inline RecordedRow ReadRecordedRow(codec::JsonValue root) {
    RecordedRow row;
    row.id = TextOf(root.Get("id"));
    row.provider = TextOf(root.Get("provider"));
    row.method = TextOf(root.Get("method"));
    row.path = TextOf(root.Get("path"));
    row.endpoint = TextOf(root.Get("endpoint"));
    row.request = BodyOf(root, "req_body");
    row.response = BodyOf(root, "resp_body");
    row.model_requested = TextOf(root.Get("model_req"));
    row.model = TextOf(root.Get("model_resp"));
    row.status = static_cast<int>(root.Get("status").Int().value_or(0));
    row.error = root.Get("error").IsObject() || row.status >= 400;
    row.replayed = TextOf(root.Get("host")).empty();
    row.usage = root.Get("usage");
    root.Get("resp_headers").ForEach([&row](std::string_view name, codec::JsonValue value) {
        row.headers[std::string(name)] = TextOf(value);
        return true;
    });
    return row;
}

/// How an answer is fed: all at once or in pieces, every event or only those that are asked for.
struct RowFeed {
    std::size_t piece_bytes = std::string::npos;
    bool lazy = false;
};

inline void FeedRow(
    const RecordedRow& row,
    const Dialect& dialect,
    codec::StreamFormat format,
    const RowFeed& feed,
    Call& call
) {
    constexpr std::size_t kLastEvents = 4;
    const Time at = TimeFromMicros(1'700'000'000'000'000);
    const auto reader = dialect.NewStreamReader();
    Interest interest = Interest::kEvery;
    std::deque<std::pair<std::string, std::string>> last;
    codec::StreamEvents events(1U << 20);
    events.Start(format);
    const auto consume = [&](const codec::StreamEvent& event) {
        if (!feed.lazy || interest == Interest::kEvery) {
            interest = reader->ReadEvent(event.name, event.data, at, call);
            return;
        }
        last.emplace_back(event.name, event.data);
        if (last.size() > kLastEvents) {
            last.pop_front();
        }
    };
    const std::string_view text = row.response;
    for (std::size_t from = 0; from < text.size();
         from += std::min(feed.piece_bytes, text.size())) {
        events.Feed(text.substr(from, feed.piece_bytes), consume);
    }
    const bool complete = events.Complete();
    events.Finish(consume);
    for (const auto& [name, data] : last) {
        reader->ReadEvent(name, data, at, call);
    }
    reader->Finish(complete, call);
}

/// The whole exchange, as the gateway reads it.
inline Call ReadRow(const RecordedRow& row, const Dialect& dialect, const RowFeed& feed) {
    Call call;
    call.provider = row.provider;
    dialect.ReadRequestLine(row.method, row.path, call);
    dialect.ReadRequest(
        {.method = row.method,
         .path = row.path,
         .content_type = "application/json",
         .body = row.request},
        call
    );
    const auto header = [&row](std::string_view name) {
        const auto found = row.headers.find(std::string(name));
        return found == row.headers.end() ? std::string_view() : std::string_view(found->second);
    };
    dialect.ReadResponseHead(row.status, header, call);
    const std::string_view type = header("content-type");
    const codec::StreamFormat format = dialect.FormatOf(type, call);
    if (format != codec::StreamFormat::kNone) {
        FeedRow(row, dialect, format, feed, call);
        return call;
    }
    dialect.ReadResponseBody(
        {.http_status = row.status, .content_type = type, .body = row.response},
        call
    );
    return call;
}

/// Calls visit(row) for each row of both files; none where the recordings are absent.
template <typename Visit>
int ForEachRecordedRow(Visit&& visit) {
    int rows = 0;
    for (const std::string_view name : {"core_public.jsonl", "vercel_replay.jsonl"}) {
        std::ifstream file(SIGHTGLASS_SOURCE_DIR "/../shared/data/cassettes/" + std::string(name));
        std::string line;
        codec::JsonParser parser;
        while (std::getline(file, line)) {
            if (const auto root = parser.Parse(line); root.Ok()) {
                visit(ReadRecordedRow(*root));
                ++rows;
            }
        }
    }
    return rows;
}

}  // namespace sightglass::dialect

#include "serve/problem.h"

#include <utility>

#include "base/log.h"
#include "codec/json_writer.h"

namespace sightglass::serve {
namespace {

struct Mapping {
    int status;
    std::string_view code;
};

Mapping MappingOf(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kInvalidArgument:
            return {400, "invalid_argument"};
        case ErrorCode::kNotFound:
            return {404, "not_found"};
        case ErrorCode::kTooLarge:
            return {413, "too_large"};
        case ErrorCode::kTimeout:
            return {504, "timeout"};
        case ErrorCode::kUnavailable:
        case ErrorCode::kFull:
        case ErrorCode::kConflict:
            return {503, "unavailable"};
        case ErrorCode::kDenied:
        case ErrorCode::kCorrupt:
        case ErrorCode::kIo:
        case ErrorCode::kInternal:
            return {500, "internal"};
    }
    return {500, "internal"};
}

}  // namespace

std::string_view StatusTitle(int status) noexcept {
    switch (status) {
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Internal Server Error";
    }
}

net::HttpResponse Problem(
    int status,
    std::string_view code,
    std::string_view detail,
    const std::vector<std::string_view>& allowed
) {
    codec::JsonWriter json;
    json.BeginObject();
    json.Key("type").String("about:blank");
    json.Key("title").String(StatusTitle(status));
    json.Key("status").Int(status);
    json.Key("detail").String(detail);
    json.Key("code").String(code);
    if (!allowed.empty()) {
        json.Key("allowed").BeginArray();
        for (const std::string_view name : allowed) {
            json.String(name);
        }
        json.EndArray();
    }
    json.EndObject();
    net::HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "application/problem+json"}, {"x-sightglass-error", "1"}};
    response.body = json.Take();
    return response;
}

net::HttpResponse Problem(const Error& error) {
    const Mapping mapping = MappingOf(error.code);
    if (mapping.status >= 500) {
        Log(LogLevel::kWarn, "serve", error.message);
    }
    return Problem(mapping.status, mapping.code, error.message);
}

net::HttpResponse Json(std::string document) {
    net::HttpResponse response;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = std::move(document);
    return response;
}

}  // namespace sightglass::serve

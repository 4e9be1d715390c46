#include "capture/gateway/answers.h"

#include "capture/gateway/forwarding.h"
#include "codec/json_writer.h"
#include "net/http1.h"

namespace sightglass::capture {
namespace {

void WriteHead(int http_status, std::string_view content_type, std::size_t size, std::string& out) {
    out.append("HTTP/1.1 ").append(std::to_string(http_status)).append(" ");
    out.append(net::ReasonPhrase(http_status)).append("\r\nContent-Type: ").append(content_type);
    out.append("\r\nContent-Length: ").append(std::to_string(size)).append("\r\n");
    out += "x-sightglass-error: 1\r\n";
}

}  // namespace

std::string WriteFailure(
    const Failure& failure,
    const dialect::Dialect& dialect,
    const Uuid& call_id,
    AnswerOptions options
) {
    const std::string body =
        dialect.ErrorBody(failure.http_status, failure.type, failure.code, failure.message);
    std::string out;
    WriteHead(failure.http_status, "application/json", body.size(), out);
    if (failure.retry_after_s > 0) {
        out.append("Retry-After: ").append(std::to_string(failure.retry_after_s)).append("\r\n");
    }
    const bool never_fits = failure.type == ErrorType::kPolicyLimited && failure.retry_after_s <= 0;
    if (failure.type == ErrorType::kPolicyBudget || never_fits) {
        out += "x-should-retry: false\r\n";  // Clients of OpenAI and Anthropic heed it.
    }
    if (!call_id.IsNil()) {
        WriteCallId(call_id, out);
    }
    if (options.close) {
        out += "Connection: close\r\n";
    }
    out += "\r\n";
    if (!options.to_head) {
        out += body;
    }
    return out;
}

std::string WriteProblem(int http_status, std::string_view code, std::string_view detail) {
    codec::JsonWriter json;
    json.BeginObject().Key("type").String("about:blank").Key("title");
    json.String(net::ReasonPhrase(http_status)).Key("status").Int(http_status);
    json.Key("detail").String(detail).Key("code").String(code).EndObject();
    std::string out;
    WriteHead(http_status, "application/problem+json", json.text().size(), out);
    out.append("Connection: close\r\n\r\n").append(json.text());
    return out;
}

}  // namespace sightglass::capture

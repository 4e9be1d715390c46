// What an answer's headers say: of invocations also the tokens.
#include "dialect/bedrock/bedrock.h"
#include "dialect/bedrock/errors.h"
#include "dialect/call_fields.h"
#include "dialect/header_reading.h"
#include "dialect/json_reading.h"

namespace sightglass::dialect::bedrock {
namespace {

OptionalInt TokenCount(const HeaderLookup& header, std::string_view name) {
    const OptionalInt count = HeaderCount(FirstHeader(header, {name}));
    return count.has_value() && *count <= kTokensMax ? count : std::nullopt;
}

/// What the body says itself replaces it.
void ReadTokens(const HeaderLookup& header, Call& call) {
    call.fresh_input_tokens = TokenCount(header, "x-amzn-bedrock-input-token-count");
    call.output_tokens = TokenCount(header, "x-amzn-bedrock-output-token-count");
    call.cached_input_tokens = TokenCount(header, "x-amzn-bedrock-cache-read-input-token-count");
    call.cache_write_5m_tokens = TokenCount(header, "x-amzn-bedrock-cache-write-input-token-count");
    if (call.InputTokens().has_value() || call.output_tokens.has_value()) {
        call.token_source = TokenSource::kProvider;
    }
}

}  // namespace

void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) {
    if (http_status > 0) {
        call.http_status = http_status;
    }
    Assign(call.provider_request_id, FirstHeader(header, {"x-amzn-requestid", "x-amz-request-id"}));
    const std::string_view latency = FirstHeader(header, {"x-amzn-bedrock-invocation-latency"});
    if (const OptionalInt us = MillisecondsToUs(latency); us.has_value()) {
        call.provider_us = us;
    }
    if (http_status < 400 && call.operation != Operation::kOther) {
        ReadTokens(header, call);
    }
    if (http_status >= 400) {
        Assign(call.error_code, WithoutNamespace(FirstHeader(header, {"x-amzn-errortype"})));
    }
}

}  // namespace sightglass::dialect::bedrock

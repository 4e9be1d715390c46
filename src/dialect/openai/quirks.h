// In what the providers that speak OpenAI's format differ: a table, one row a provider, so that no reader needs to know any
// of them. What all can have without harm (where a usage object stands, how its members are spelt) is read for everybody.
//
// Thread-safety: pure functions over constants.
#pragma once

#include <span>
#include <string_view>

#include "call/call.h"
#include "dialect/dialect.h"
#include "dialect/failure.h"

namespace sightglass::dialect::openai {

/// Names of headers; several have a space between them, and the first that is there counts. Views live as long as the program.
/// Thread-safety: plain value.
struct LimitHeaders {
    std::string_view limit_requests = "x-ratelimit-limit-requests";
    std::string_view remaining_requests = "x-ratelimit-remaining-requests";
    std::string_view reset_requests = "x-ratelimit-reset-requests";
    std::string_view limit_tokens = "x-ratelimit-limit-tokens";
    std::string_view remaining_tokens = "x-ratelimit-remaining-tokens";
    std::string_view reset_tokens = "x-ratelimit-reset-tokens";
};

/// Views live as long as the program.
/// Thread-safety: plain value.
struct Quirks {
    std::string_view provider;                 ///< As Call::provider says it; empty for all others.
    std::string_view request_id_headers = {};  ///< Beside x-request-id and its like.
    std::string_view milliseconds_header = {};  ///< How long it took.
    /// Members of usage that are output and no part of completion_tokens.
    std::span<const std::string_view> beside_completion = {};
    bool reasoning_beside_completion = false;  ///< Where no total tells.
    LimitHeaders limits = {};
    std::span<const ErrorWord> error_words = {};  ///< Codes and types that nobody else means so.
};

/// The row of that provider, or the one of all others.
const Quirks& QuirksOf(std::string_view provider) noexcept;

/// The first of these headers, with a space between their names, that is not empty.
std::string_view FirstOfHeaders(const HeaderLookup& header, std::string_view names);

}  // namespace sightglass::dialect::openai

// Answers that the gateway gives itself: in the provider's own error shape where the path is known, as a problem document
// (RFC 9457) where it is not.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.h"
#include "call/enums.h"
#include "dialect/dialect.h"

namespace sightglass::capture {

/// What went wrong, for the client and for the record.
struct Failure {
    int http_status = 502;
    ErrorType type = ErrorType::kSelfInternal;
    std::string_view code;  ///< "upstream_unreachable"
    std::string message;
    std::int64_t retry_after_s = 0;  ///< 0: says nothing about when.
};

struct AnswerOptions {
    bool close = false;    ///< The connection ends with it.
    bool to_head = false;  ///< The request was HEAD: no body.
};

/// A whole answer, head and body, in the error shape of `dialect`. A nil `call_id` is left out.
std::string WriteFailure(
    const Failure& failure,
    const dialect::Dialect& dialect,
    const Uuid& call_id,
    AnswerOptions options
);

/// A whole answer with a problem document, for what is no request at all. Closes the connection.
std::string WriteProblem(int http_status, std::string_view code, std::string_view detail);

}  // namespace sightglass::capture

// What the gateway makes of the requests that the cast's applications send, and of the answers they get: for the past
// week, in which nothing was sent.
//
// Thread-safety: pure functions; the Random passed in belongs to the caller.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/demo/cast.h"
#include "app/demo/random.h"
#include "app/demo/usage.h"
#include "call/call.h"

namespace sightglass::demo {

/// `prefix` and `length` random hexadecimal digits.
std::string RandomName(std::string_view prefix, int length, Random& random);

/// Of the provider's id of an answer: "resp_".
std::string_view ResponseIdPrefix(Operation operation) noexcept;

/// The parameters of a request (JSON). `tools`: it offers some.
std::string ParamsOf(const ServiceProfile& service, std::int64_t turn, bool tools);

std::string_view FinishReason(const ServiceProfile& service, Random& random) noexcept;

/// What the call was for, as derive would have told it: of what the service is there for, the same all through a session.
/// Precondition: it has its operation and its start.
void RecordScenario(const ServiceProfile& service, std::string_view session, Call& call);

/// The lines that the gateway keeps of a request's head.
std::string RequestHeaders(const SdkProfile& sdk);

/// Puts the tokens into the call, as read from the answer's usage. Precondition: it has its operation.
void RecordTokens(Call& call, const Tokens& tokens);

}  // namespace sightglass::demo

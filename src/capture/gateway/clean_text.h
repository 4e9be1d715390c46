// Text from outside, made fit to be recorded: valid UTF-8, of bounded length, without secrets. What
// cannot hold a secret is seen to be clean without running the detectors, because these lines stand
// on the path of every request.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "call/call.h"

namespace sightglass::capture {

/// False where no detector of redact::RemoveSecrets could find anything: every credential has a
/// long run of mixed characters, or stands in a URL, or after "Bearer".
bool MayHoldSecret(std::string_view text) noexcept;

bool IsAscii(std::string_view text) noexcept;

/// Cleans one text in place.
void CleanText(std::string& text);

/// The path of a request, without its query, and without personal data where it is not made of
/// plain segments.
void CleanEndpoint(std::string& endpoint);

/// Cleans every text of a Call that came from outside.
void CleanCall(Call& call);

}  // namespace sightglass::capture

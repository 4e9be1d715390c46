// Text from outside, made fit to be recorded: valid UTF-8, of bounded length, without secrets. What
// cannot hold a secret is seen to be clean without running the detectors, because these lines stand
// on the path of every request.
//
// Thread-safety: safe for concurrent use; what is remembered belongs to each thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "access/key_fingerprint.h"
#include "call/call.h"
#include "redact/custom_patterns.h"
#include "redact/known_secrets.h"
#include "redact/placeholders.h"

namespace sightglass::capture {

bool IsAscii(std::string_view text) noexcept;

/// False where no detector of redact::RemoveSecrets can find anything: every credential has a long run of mixed characters,
/// or stands in a URL, or after a word that says what it is.
bool MayHoldSecret(std::string_view text) noexcept;

/// Whether a text is known to be clean already. Remembers the texts that it has seen lately (on this thread): names of models,
/// clients and users come again and again.
bool IsClean(std::string_view text);

/// Cleans one text in place.
void CleanText(std::string& text);

/// The path of a request, without its query, and without personal data where it is not made of
/// plain segments.
void CleanEndpoint(std::string& endpoint);

/// Cleans what a request's headers have said about its caller.
void CleanCaller(Call& call);

/// Cleans what a request has said.
void CleanRequest(Call& call);

/// Takes the keys that a call has shown, whatever they look like, out of what its headers have said. Before CleanCaller, which may
/// change a part of one.
void RemoveFromCaller(const redact::KnownSecrets& secrets, Call& call);

/// The same for what the whole request has said.
void RemoveFromRequest(const redact::KnownSecrets& secrets, Call& call);

/// The same for its answer.
void RemoveFromAnswer(const redact::KnownSecrets& secrets, Call& call);

/// A user who is named by personal data is still told from others: by a fingerprint.
void RedactUser(std::string& user, const access::Fingerprinter& fingerprinter);

/// What placeholders of this call are made under: its organisation's, else its key's, of the UTC day
/// when it began.
redact::PlaceholderKey
PlaceholderKeyOf(const Call& call, const access::Fingerprinter& fingerprinter);

/// Takes personal data out of who called and of tags, as the policy `redacted` wants it. `patterns`
/// may be null.
void RedactWho(
    Call& call,
    const access::Fingerprinter& fingerprinter,
    const redact::CustomPatterns* patterns
);

/// Cleans what an answer has said. `patterns` go out of the error's message as personal data does;
/// null for none.
void CleanAnswer(Call& call, const redact::CustomPatterns* patterns = nullptr);

}  // namespace sightglass::capture

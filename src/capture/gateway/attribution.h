// Who made a call, from its request headers: our own attribution headers, and those of Helicone,
// Portkey and LiteLLM with the same meaning, so that an application moves without edits. Which
// headers are stripped is forwarding.h's.
//
// Where several say the same thing, ours wins, then the first in the request; what the body says
// (user, metadata) never replaces a header.
#pragma once

#include <string>

#include "access/key_fingerprint.h"
#include "call/call.h"
#include "net/http1.h"

namespace sightglass::capture {

/// Fills service, environment, team, user, session_id, project, tags, organization, sdk,
/// user_agent, trace_id and span_id. Thread-safety: pure.
void ReadAttribution(const net::RequestHead& head, Call& call);

/// "openai-js 7.57.0" from the headers that generated clients send, else product and version of the
/// User-Agent. Thread-safety: pure.
std::string SdkOf(const net::RequestHead& head);

/// The provider key of a request: Authorization, api-key, x-api-key, x-goog-api-key, or a WebSocket
/// subprotocol. Empty where there is none. Thread-safety: pure.
std::string_view ProviderKeyOf(const net::RequestHead& head) noexcept;

/// The same where a request has its key in the query, as Google's APIs take it: `?key=`. Nothing
/// where it has none. Thread-safety: pure.
void ReadKeyInQuery(
    std::string_view target,
    const access::Fingerprinter& fingerprinter,
    Call& call
);

/// Fills the fingerprint and the label of the provider key.
/// Thread-safety: pure.
void ReadKey(const net::RequestHead& head, const access::Fingerprinter& fingerprinter, Call& call);

}  // namespace sightglass::capture

// Redaction: personal data and secrets in text become placeholders. Runs before anything is written.
//
// Works on assembled, unescaped text. Linear time on any input (RE2, and checks such as Luhn's by hand).
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::redact {

/// Replaces credentials (API keys of every provider, bearer tokens, private keys, passwords in URLs): "[secret]".
/// Returns true where it changed something.
bool RemoveSecrets(std::string& text);

/// Secrets, and personal data: e-mail addresses, telephone numbers, card numbers (Luhn), IBANs, national ids (CN, NL, US),
/// IP addresses: "[email]", "[phone]", "[card]", "[iban]", "[national_id]", "[ip]".
bool RemovePersonalData(std::string& text);

/// RemovePersonalData over every string of a JSON document (unescaped and escaped again; of keys only secrets go), or over plain text
/// where it is not JSON. Base64 payloads over 1 KiB become "[binary N bytes]".
std::string RedactDocument(std::string_view document);

}  // namespace sightglass::redact

// Redaction: personal data and secrets in text become placeholders. Runs before anything is written.
//
// Works on assembled, unescaped text, in one pass, in time linear in the text, whatever the text is (finder.h). What is found, and
// how it is told from what only looks like it, is in docs/formats/redaction.md.
//
// Thread-safety: pure functions; safe for concurrent use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "redact/custom_patterns.h"
#include "redact/finder.h"
#include "redact/placeholders.h"

namespace sightglass::redact {

/// What is looked for, and how it is marked.
struct Redaction {
    Scope scope = Scope::kAll;
    std::optional<PlaceholderKey>
        key;  ///< Of a tenant's day: "[email:7f3a9c]". Without: "[email]".
    const CustomPatterns* patterns = nullptr;  ///< Looked for under kAll. Not owned; may be null.
};

/// Replaces what is found: "[secret]" (API keys of every provider, bearer tokens, private keys, passwords), and under Scope::kAll
/// also "[email]", "[phone]", "[card]", "[iban]", "[national_id]" (CN, NL, US), "[ip]" and custom patterns' names. `name` is what
/// the text is called where it stands ("password", "bsn"), or empty. Returns true where it changed something.
bool Redact(std::string& text, const Redaction& how, std::string_view name = {});

/// Redact with Scope::kSecrets and without a key.
bool RemoveSecrets(std::string& text);

/// Redact with Scope::kAll and without a key.
bool RemovePersonalData(std::string& text);

/// Redact over every string of a JSON document (unescaped and escaped again; of keys only secrets go; a key is its value's name)
/// and its long numbers, or over plain text where it is not JSON. Under Scope::kAll base64 payloads over 1 KiB become
/// "[binary N bytes]".
std::string RedactDocument(std::string_view document, const Redaction& how = {});

}  // namespace sightglass::redact

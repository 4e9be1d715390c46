#include "redact/redact.h"

#include <cstddef>
#include <vector>

namespace sightglass::redact {
namespace {

std::string_view NameOf(const Finding& finding, const Redaction& how) {
    return finding.kind == Kind::kCustom ? how.patterns->NameOf(finding) : ToString(finding.kind);
}

std::string
Replace(std::string_view text, const std::vector<Finding>& found, const Redaction& how) {
    constexpr std::size_t kPlaceholderBytes = 24;
    std::string out;
    out.reserve(text.size() + found.size() * kPlaceholderBytes);
    std::size_t copied = 0;
    for (const Finding& one : found) {
        out.append(text, copied, one.begin - copied);
        AppendPlaceholder(
            NameOf(one, how),
            text.substr(one.begin, one.end - one.begin),
            how.key,
            out
        );
        copied = one.end;
    }
    out.append(text, copied);
    return out;
}

}  // namespace

bool Redact(std::string& text, const Redaction& how, std::string_view name) {
    thread_local std::vector<Finding> found;  // Keeps its memory from one text to the next.
    found.clear();
    FindAll(text, name, how.scope, found);
    if (how.patterns != nullptr && how.scope == Scope::kAll) {
        how.patterns->FindAll(text, found);
    }
    if (found.empty()) {
        return false;
    }
    text = Replace(text, found, how);
    return true;
}

bool RemoveSecrets(std::string& text) {
    return Redact(text, {.scope = Scope::kSecrets, .key = {}, .patterns = nullptr});
}

bool RemovePersonalData(std::string& text) {
    return Redact(text, {});
}

}  // namespace sightglass::redact

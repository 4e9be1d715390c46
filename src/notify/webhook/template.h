// Bodies of webhooks that operators write: text with {{placeholders}}.
//
//   {"text": "{{title}}", "model": "{{label.model}}", "all": {{notices}}}
//
// Names: id, group_key, state, severity, title, message, link, total, firing, alert_key, monitor_id,
// monitor_name, started_at, ended_at, text (all of it as plain text), label.NAME, value.NAME of the
// first notice, and notices (a JSON array).
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "notify/notify.h"

namespace sightglass::notify {

/// How values are written into the text, so that none can leave the place it was given.
enum class Escaping {
    kJson,  ///< As the inside of a JSON string.
    kForm,  ///< Percent-encoded.
    kNone,
};

Escaping EscapingFor(std::string_view content_type) noexcept;

/// kInvalidArgument where a placeholder is unknown or has no end.
Status CheckTemplate(std::string_view text);

/// What is not known is written as nothing. `notices` is JSON as it is, but in a form.
std::string FillTemplate(std::string_view text, const NoticeGroup& group, Escaping escaping);

}  // namespace sightglass::notify

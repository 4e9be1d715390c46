// Groups of notices as JSON: what webhooks carry, and what the outbox keeps.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "notify/notify.h"

namespace sightglass::notify {

/// The default body of a webhook: {"version":1,"id":…,"status":"firing","notices":[…]}.
std::string WebhookJson(const NoticeGroup& group);

std::string NoticesJson(const std::vector<Notice>& notices);

/// Reads what WebhookJson wrote. kCorrupt where it is anything else.
Result<NoticeGroup> ReadGroup(std::string_view json);

}  // namespace sightglass::notify

// Any body: reading it fails with a sentence or leaves a channel whose settings can be checked.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/api/channel_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    notify::ChannelWish wish;
    const Status read = serve::ReadChannelMembers(body, wish);
    if (!read.Ok() && read.error().message.empty()) {
        std::abort();
    }
    const notify::ChannelKind* const kind = notify::FindChannelKind(wish.kind);
    if (read.Ok() && kind != nullptr && notify::CheckSettings(*kind, wish.settings).Ok()) {
        notify::NoticeGroup group{.id = "id", .group_key = "key", .notices = {notify::Notice{}}};
        group.notices[0].title = wish.name;
        if (!kind->compose(wish.settings, group, Time{}).Ok()) {
            std::abort();  // What passes the check can be composed.
        }
    }
    const auto retry = serve::ReadRetryBody(body);
    if (retry.Ok() && *retry && **retry < 1) {
        std::abort();
    }
    return 0;
}

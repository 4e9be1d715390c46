// Any text as a kept group: what reads as one is written and read again as the same, and every kind of
// channel composes it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "notify/channel.h"
#include "notify/notice_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const auto group = notify::ReadGroup({reinterpret_cast<const char*>(data), size});
    if (!group.Ok()) {
        return 0;
    }
    const auto again = notify::ReadGroup(notify::WebhookJson(*group));
    if (!again.Ok() || *again != *group) {
        std::abort();
    }
    const notify::Settings settings{
        {"url", "https://a.example/hook?token=1"},
        {"secret", "s"},
        {"token", "1:a"},
        {"routing_key", "0123456789abcdef0123456789abcdef"},
        {"from", "a@b"},
        {"to", "c@d"},
        {"host", "mail.example"},
        {"template", "{{title}}{{text}}{{notices}}{{label.a}}"}};
    for (const notify::ChannelKind* kind : notify::ChannelKinds()) {
        if (!kind->compose(settings, *group, TimeFromMicros(1'795'374'240'000'000)).Ok()) {
            std::abort();
        }
    }
    return 0;
}

// Whatever the headers hold, only a known host passes, and only with an origin of its own or an allowed one.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "access/request_guard.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass::access;  // NOLINT(google-build-using-namespace)
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto lines = sightglass::Split(text, '\n');
    const auto line = [&lines](std::size_t i) {
        return i < lines.size() ? lines[i] : std::string_view();
    };
    const GuardRules rules{{"sight.example"}, {"https://app.example"}};
    const RequestOrigin request{line(0), line(1), line(2), line(3), line(4)};
    for (const Surface surface : {Surface::kGateway, Surface::kPage, Surface::kApi}) {
        if (CheckOrigin(rules, surface, request)) {
            continue;
        }
        const bool named = request.host.find("localhost") != std::string_view::npos ||
                           request.host.find("127.") != std::string_view::npos ||
                           request.host.find("::1") != std::string_view::npos;
        const bool other_case = sightglass::StartsWithIgnoreCase(request.host, "sight.example") ||
                                sightglass::StartsWithIgnoreCase(request.host, "localhost");
        if (!named && !other_case) {
            std::abort();
        }
        if (request.origin == "null") {
            std::abort();
        }
    }
    return 0;
}

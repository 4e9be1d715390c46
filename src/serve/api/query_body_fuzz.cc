// Any bytes as the body of POST /api/v1/query, and what became of them as a question to the analytics.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/question.h"
#include "serve/api/query_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    std::vector<std::string_view> allowed;
    const auto text = sightglass::serve::ReadQueryBody(body, &allowed);
    if (text.Ok()) {
        const sightglass::Time now = sightglass::TimeFromMicros(1'763'775'464'000'000);
        const auto question = sightglass::analytics::ParseQuestion(*text, now, &allowed);
        static_cast<void>(question.Ok());
    }
    return 0;
}

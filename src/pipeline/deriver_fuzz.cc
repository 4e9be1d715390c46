// Any exchange: what derive works out of it is the same each time, and can be written and read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pipeline/deriver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    static const auto* const hasher = new pipeline::MessageHasher(Secret("a secret"));
    static auto* const deriver = new pipeline::Deriver(*hasher);
    if (size < 2) {
        return 0;
    }
    constexpr std::array<std::string_view, 4> kDialects = {"openai", "anthropic", "gemini", ""};
    constexpr std::array<std::string_view, 4> kTypes = {
        "application/json",
        "text/event-stream",
        "application/x-ndjson",
        "application/vnd.amazon.eventstream"};
    const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t split = data[1] * rest.size() / 255;
    pipeline::ExchangeView view;
    view.dialect = kDialects[data[0] % kDialects.size()];
    view.response_content_type = kTypes[data[0] / 4 % kTypes.size()];
    view.model = data[0] % 2 == 0 ? "gpt-5" : "claude-sonnet-4-5";
    view.request_body = rest.substr(0, split);
    view.response_body = rest.substr(split);
    view.work = {.count_input = true, .count_output = true, .threads = true};
    const pipeline::Derived first = deriver->Derive(view);
    std::string bytes;
    pipeline::EncodeDerived(first, bytes);
    const auto read = pipeline::DecodeDerived(bytes);
    if (!(first == deriver->Derive(view)) || !read.Ok() || !(*read == first)) {
        std::abort();
    }
    static_cast<void>(pipeline::DecodeDerived(rest));
    return 0;
}

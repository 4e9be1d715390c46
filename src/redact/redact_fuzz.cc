// Any text: what is known to be a secret does not survive it, and nothing takes more than linear time.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "redact/document.h"
#include "redact/redact.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (redact::Unescape(redact::Escape(text)) != text) {
        std::abort();
    }
    redact::RedactDocument(text);
    const std::string key = "sk-proj-Zz9Zz9Zz9Zz9Zz9Zz9Zz9";
    const std::string planted = std::string(text) + "\n" + key + "\n" + std::string(text);
    std::string copy = planted;
    redact::RemovePersonalData(copy);
    if (copy.find(key) != std::string::npos ||
        redact::RedactDocument(planted).find(key) != std::string::npos) {
        std::abort();
    }
    return 0;
}

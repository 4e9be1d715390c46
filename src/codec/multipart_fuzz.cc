// Any body under any content type: fields are views into the body and within their bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/multipart.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t line = text.find('\n');
    const std::string_view body = line == std::string_view::npos ? text : text.substr(line + 1);
    const auto inside = [body](std::string_view view) {
        return view.data() >= body.data() && view.data() + view.size() <= body.data() + body.size();
    };
    for (const std::string_view type :
         {text.substr(0, line), std::string_view("multipart/form-data; boundary=b")}) {
        const auto fields = sightglass::codec::ReadMultipartFields(type, body);
        if (fields.size() > 64) {
            std::abort();
        }
        for (const auto& field : fields) {
            if (!inside(field.name) || !inside(field.value) || field.value.size() > 4096) {
                std::abort();
            }
        }
    }
    return 0;
}

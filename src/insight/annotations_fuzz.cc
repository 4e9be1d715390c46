// Any body: an annotation is read from it, or it is refused; what is read keeps its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "insight/annotations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto annotation = insight::ParseAnnotation(body, Time{}, {});
    if (annotation.Ok() &&
        (annotation->name.empty() || annotation->name.size() > insight::Annotation::kNameBytesMax ||
         annotation->filters.size() > insight::Annotation::kFiltersMax)) {
        std::abort();
    }
    return 0;
}

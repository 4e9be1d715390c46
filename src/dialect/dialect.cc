#include "dialect/dialect.h"

#include "dialect/openai/openai.h"

namespace sightglass::dialect {

codec::StreamFormat Dialect::FormatOf(std::string_view content_type, const Call&) const {
    return codec::StreamFormatOf(content_type);
}

const Dialect* FindDialect(std::string_view name) noexcept {
    return name == openai::OpenAi().Name() ? &openai::OpenAi() : nullptr;
}

}  // namespace sightglass::dialect

#include "dialect/dialect.h"

#include "dialect/openai/openai.h"

namespace sightglass::dialect {

const Dialect* FindDialect(std::string_view name) noexcept {
    return name == openai::OpenAi().Name() ? &openai::OpenAi() : nullptr;
}

}  // namespace sightglass::dialect

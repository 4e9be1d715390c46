#include <string_view>

#include "base/text.h"
#include "dialect/traces/provider_names.h"
#include "refine/steps.h"

namespace sightglass::refine {

bool Provider(Call& call, const prices::PriceBook& /*prices*/) {
    // What a gateway says is what its operator called it.
    const bool is_of_gateway = call.source.value_or(Source::kGateway) == Source::kGateway;
    if (is_of_gateway || call.provider.empty()) {
        return false;
    }
    const std::string_view name = dialect::traces::ProviderOf(Trim(call.provider));
    if (name == call.provider) {
        return false;
    }
    call.provider = std::string(name);
    return true;
}

}  // namespace sightglass::refine

#include "call/call.h"

#include <type_traits>

#include "call/field_table.h"

namespace sightglass {
namespace {

void ClearValue(std::string& text) {
    text.clear();
}

void ClearValue(Tags& tags) {
    tags.clear();
}

void ClearValue(std::vector<Attempt>& attempts) {
    attempts.clear();
}

template <typename T>
void ClearValue(T& value) {
    value = T{};
}

}  // namespace

void Call::Clear() {
    ForEachField([this](auto, auto member) { ClearValue(this->*member); });
}

OptionalInt Call::InputTokens() const noexcept {
    OptionalInt sum;
    for (const OptionalInt& part : {
             fresh_input_tokens,
             cached_input_tokens,
             cache_write_5m_tokens,
             cache_write_30m_tokens,
             cache_write_1h_tokens,
             cache_write_12h_tokens,
         }) {
        if (part) {
            sum = sum.value_or(0) + *part;
        }
    }
    return sum;
}

}  // namespace sightglass

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "refine/steps.h"

namespace sightglass::refine {
namespace {

/// Paths that clouds put before a model's own name, each up to and with its last word.
struct Path {
    std::string_view starts;
    std::string_view last;
};

constexpr auto kPaths = std::to_array<Path>({
    {"models/", "models/"},
    {"publishers/", "/models/"},
    {"projects/", "/models/"},
    {"arn:aws", "foundation-model/"},
    {"arn:aws", "inference-profile/"},
});

std::string_view WithoutPath(std::string_view name) {
    for (const Path& path : kPaths) {
        if (!name.starts_with(path.starts)) {
            continue;
        }
        const std::size_t at = name.rfind(path.last);
        const std::size_t begin =
            at == std::string_view::npos ? name.size() : at + path.last.size();
        if (begin < name.size()) {
            return name.substr(begin);
        }
    }
    return name;
}

/// "%3A" and "%2F", which a model's name brings along from a URL's path.
std::string Unescaped(std::string_view name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const std::string_view three = name.substr(i, 3);
        if (EqualsIgnoreCase(three, "%3A") || EqualsIgnoreCase(three, "%2F")) {
            text += three[1] == '3' ? ':' : '/';
            i += 2;
        } else {
            text += name[i];
        }
    }
    return text;
}

bool Normalise(std::string& name) {
    // Nearly every name has nothing of that.
    const bool may_differ = name.find_first_of("/% \t\r\n") != std::string::npos;
    if (!may_differ) {
        return false;
    }
    const std::string plain = Unescaped(Trim(name));
    const std::string_view own = WithoutPath(plain);
    if (own == name) {
        return false;
    }
    name = std::string(own);
    return true;
}

}  // namespace

bool ModelName(Call& call, const prices::PriceBook& /*prices*/) {
    const bool answered = Normalise(call.model);
    return Normalise(call.model_requested) || answered;
}

}  // namespace sightglass::refine

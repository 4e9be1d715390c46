#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "refine/steps.h"

namespace sightglass::refine {
namespace {

/// Where Bedrock serves a model from, and whose it is there.
constexpr std::string_view kRegions[] = {"us.", "us-gov.", "eu.", "apac.", "jp.", "au.", "global."};
constexpr std::string_view kOwners[] = {
    "ai21.",
    "amazon.",
    "anthropic.",
    "cohere.",
    "deepseek.",
    "meta.",
    "mistral.",
    "openai.",
    "qwen.",
    "stability.",
    "writer."};

/// What names that are otherwise one model end with; # is a digit.
constexpr std::string_view kEndings[] = {
    "-####-##-##",
    "-########",
    "-##-####",
    "-##-##",
    "-####",
    "-###",
    "-latest",
    "-preview",
    "-exp",
    "-v#",
};

template <std::size_t kCount>
void CutStart(const std::string_view (&starts)[kCount], std::string_view& name) {
    for (const std::string_view start : starts) {
        if (name.size() > start.size() && name.starts_with(start)) {
            name.remove_prefix(start.size());
            return;
        }
    }
}

bool EndsWith(std::string_view name, std::string_view ending) {
    return name.size() > ending.size() &&
           std::equal(ending.rbegin(), ending.rend(), name.rbegin(), [](char expected, char c) {
               return expected == '#' ? c >= '0' && c <= '9' : expected == c;
           });
}

bool CutEnding(std::string_view& name) {
    for (const std::string_view ending : kEndings) {
        if (EndsWith(name, ending)) {
            name.remove_suffix(ending.size());
            return true;
        }
    }
    return false;
}

/// A view into `name`, which is in lower case.
std::string_view FamilyOf(std::string_view name) {
    constexpr std::string_view kFineTuned = "ft:";
    if (name.starts_with(kFineTuned)) {
        name.remove_prefix(kFineTuned.size());
    }
    const std::size_t slash = name.rfind('/');
    if (slash != std::string_view::npos && slash + 1 < name.size()) {
        name.remove_prefix(slash + 1);
    }
    CutStart(kRegions, name);
    CutStart(kOwners, name);
    const std::size_t mark = name.find_first_of(":@");
    if (mark != std::string_view::npos && mark > 0) {
        name = name.substr(0, mark);
    }
    while (CutEnding(name)) {
    }
    return name;
}

}  // namespace

bool ModelFamily(Call& call, const prices::PriceBook& /*prices*/) {
    std::string& family = call.model_family;
    family = call.model.empty() ? call.model_requested : call.model;
    for (char& c : family) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const std::string_view kept = FamilyOf(family);
    // Without a copy: this is done of every call.
    family.erase(static_cast<std::size_t>(kept.data() - family.data()) + kept.size());
    family.erase(0, static_cast<std::size_t>(kept.data() - family.data()));
    return false;
}

}  // namespace sightglass::refine

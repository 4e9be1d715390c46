#include "tokens/model_encoding.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace sightglass::tokens {
namespace {

struct Rule {
    std::string_view text;
    Encoding encoding;
};

/// Whole names. All others are told by how they begin.
constexpr std::array kNames = {
    Rule{"davinci", Encoding::kR50kBase},
    Rule{"curie", Encoding::kR50kBase},
    Rule{"babbage", Encoding::kR50kBase},
    Rule{"ada", Encoding::kR50kBase},
    Rule{"gpt2", Encoding::kR50kBase},
    Rule{"gpt-2", Encoding::kR50kBase},
    Rule{"cushman-codex", Encoding::kP50kBase},
    Rule{"davinci-codex", Encoding::kP50kBase},
    Rule{"gpt-4", Encoding::kCl100kBase},
    Rule{"davinci-002", Encoding::kCl100kBase},
    Rule{"babbage-002", Encoding::kCl100kBase},
    Rule{"text-embedding-ada-002", Encoding::kCl100kBase},
};

/// The first one that fits: a longer one stands before what it begins with.
constexpr std::array kBeginnings = {
    Rule{"gpt-oss", Encoding::kO200kHarmony},
    Rule{"gpt-4o", Encoding::kO200kBase},
    Rule{"gpt-4.", Encoding::kO200kBase},
    Rule{"gpt-4-", Encoding::kCl100kBase},
    Rule{"gpt-3.5", Encoding::kCl100kBase},
    Rule{"gpt-35", Encoding::kCl100kBase},
    Rule{"text-embedding-3", Encoding::kCl100kBase},
    Rule{"davinci-002", Encoding::kCl100kBase},
    Rule{"babbage-002", Encoding::kCl100kBase},
    Rule{"text-davinci-edit", Encoding::kP50kBase},
    Rule{"code-davinci-edit", Encoding::kP50kBase},
    Rule{"text-davinci-002", Encoding::kP50kBase},
    Rule{"text-davinci-003", Encoding::kP50kBase},
    Rule{"code-davinci-00", Encoding::kP50kBase},
    Rule{"code-cushman-00", Encoding::kP50kBase},
    Rule{"text-davinci-001", Encoding::kR50kBase},
    Rule{"text-curie-001", Encoding::kR50kBase},
    Rule{"text-babbage-001", Encoding::kR50kBase},
    Rule{"text-ada-001", Encoding::kR50kBase},
    Rule{"text-similarity-", Encoding::kR50kBase},
    Rule{"text-search-", Encoding::kR50kBase},
    Rule{"code-search-", Encoding::kR50kBase},
};

constexpr std::array<std::string_view, 9> kOpenAiBeginnings =
    {"gpt-", "chatgpt-", "o1", "o3", "o4", "codex-", "computer-use", "tts-", "omni-"};

bool ContainsIgnoreCase(std::string_view text, std::string_view word) noexcept {
    for (; text.size() >= word.size(); text.remove_prefix(1)) {
        if (StartsWithIgnoreCase(text, word)) {
            return true;
        }
    }
    return false;
}

/// Without "ft:" and without a provider: "ft:gpt-4o:acme::x" and "openai/gpt-4o" are gpt-4o.
std::string_view BareName(std::string_view model) noexcept {
    if (const std::size_t slash = model.rfind('/'); slash != std::string_view::npos) {
        model.remove_prefix(slash + 1);
    }
    if (StartsWithIgnoreCase(model, "ft:")) {
        model.remove_prefix(3);
    }
    return model.substr(0, model.find(':'));
}

std::optional<Encoding> FindRule(std::string_view name) noexcept {
    for (const Rule& rule : kNames) {
        if (EqualsIgnoreCase(name, rule.text)) {
            return rule.encoding;
        }
    }
    for (const Rule& rule : kBeginnings) {
        if (StartsWithIgnoreCase(name, rule.text)) {
            return rule.encoding;
        }
    }
    return std::nullopt;
}

}  // namespace

ModelEncoding EncodingOfModel(std::string_view model) noexcept {
    const std::string_view name = BareName(model);
    if (const std::optional<Encoding> encoding = FindRule(name)) {
        return {*encoding, Family::kOpenAi};
    }
    for (const std::string_view beginning : kOpenAiBeginnings) {
        if (StartsWithIgnoreCase(name, beginning)) {
            return {Encoding::kO200kBase, Family::kOpenAi};
        }
    }
    if (ContainsIgnoreCase(model, "claude")) {
        return {Encoding::kO200kBase, Family::kAnthropic};
    }
    if (ContainsIgnoreCase(model, "gemini")) {
        return {Encoding::kO200kBase, Family::kGemini};
    }
    return {};
}

}  // namespace sightglass::tokens

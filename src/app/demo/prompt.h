// What a request asks for: its text as the provider counts it, and what of it was sent before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/demo/prose.h"
#include "base/time.h"
#include "call/enums.h"
#include "codec/json.h"

namespace sightglass::demo {

struct Prompt {
    /// The input up to and including one of its messages.
    struct Prefix {
        std::uint64_t hash = 0;
        std::int64_t tokens = 0;
    };

    std::vector<Prefix> prefixes;  ///< One a message, each longer than the one before.
    std::string last_text;         ///< Of the last message.
    bool answers_tool = false;     ///< The last message is a tool's result.

    std::int64_t Tokens() const noexcept { return prefixes.empty() ? 0 : prefixes.back().tokens; }
};

/// Reads `messages`, `instructions` and `input`, or `prompt`, whichever the operation has. What
/// cannot be read counts nothing. Thread-safety: pure.
Prompt ReadPrompt(Operation operation, codec::JsonValue request);

/// Thread-safety: pure functions.
Language GuessLanguage(std::string_view text) noexcept;
Topic GuessTopic(std::string_view text) noexcept;

/// Remembers prefixes of inputs for ten minutes, as providers do, at most `entries_max` of them.
/// Thread-safety: one thread at a time.
class PromptCache {
public:
    explicit PromptCache(std::size_t entries_max = 20'000) : entries_max_(entries_max) {}

    /// The tokens of the longest known prefix, 0 where there is none; then remembers all of them.
    /// `seed` keeps organizations and models apart.
    std::int64_t Exchange(const Prompt& prompt, std::uint64_t seed, Time now);

private:
    std::size_t entries_max_;
    std::unordered_map<std::uint64_t, Time> expires_;
};

}  // namespace sightglass::demo

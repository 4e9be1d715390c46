#include "app/demo/prompt.h"

#include <algorithm>
#include <array>
#include <span>

#include "app/demo/random.h"

namespace sightglass::demo {

namespace {

using codec::JsonValue;

constexpr std::int64_t kMessageTokens = 4;  // Role and separators.
constexpr Duration kCacheLife = std::chrono::minutes(10);

/// Adds messages up.
/// Thread-safety: one thread at a time.
class Collector {
public:
    void AddText(std::string_view text) {
        hash_ = Mix(hash_, HashText(text));
        tokens_ += static_cast<std::int64_t>(CountTokens(text));
        last_text_ += text;
    }

    void EndMessage(bool answers_tool = false) {
        tokens_ += kMessageTokens;
        prompt_.prefixes.push_back({hash_, tokens_});
        prompt_.last_text = std::move(last_text_);
        prompt_.answers_tool = answers_tool;
        last_text_.clear();
    }

    // A message's content: text, or an array of parts of which some hold text.
    void AddContent(JsonValue content) {
        if (const auto text = content.String()) {
            AddText(*text);
            return;
        }
        content.ForEach([this](std::string_view, JsonValue part) {
            if (const auto text = part.Get("text").String()) {
                AddText(*text);
            }
            return true;
        });
    }

    Prompt Take() { return std::move(prompt_); }

private:
    Prompt prompt_;
    std::uint64_t hash_ = 0;
    std::int64_t tokens_ = 0;
    std::string last_text_;
};

void ReadMessages(JsonValue messages, Collector& collector) {
    messages.ForEach([&collector](std::string_view, JsonValue message) {
        collector.AddContent(message.Get("content"));
        message.Get("tool_calls").ForEach([&collector](std::string_view, JsonValue call) {
            collector.AddContent(call.Get("function").Get("arguments"));
            return true;
        });
        collector.EndMessage(message.Get("role").String() == "tool");
        return true;
    });
}

void ReadItems(JsonValue input, Collector& collector) {
    if (const auto text = input.String()) {
        collector.AddText(*text);
        collector.EndMessage();
        return;
    }
    input.ForEach([&collector](std::string_view, JsonValue item) {
        collector.AddContent(item.Get("content"));
        collector.AddContent(item.Get("arguments"));
        collector.AddContent(item.Get("output"));
        collector.EndMessage(item.Get("type").String() == "function_call_output");
        return true;
    });
}

// Text, an array of texts, or token ids in place of either.
void ReadTexts(JsonValue input, Collector& collector) {
    if (const auto text = input.String()) {
        collector.AddText(*text);
    }
    input.ForEach([&collector](std::string_view, JsonValue item) {
        collector.AddContent(item);
        return true;
    });
    collector.EndMessage();
}

int CountWords(std::string_view text, std::span<const std::string_view> words) noexcept {
    int count = 0;
    for (std::string_view word : words) {
        for (std::size_t at = text.find(word); at != std::string_view::npos;
             at = text.find(word, at + 1)) {
            ++count;
        }
    }
    return count;
}

// Chinese or Japanese, or kCount where the text has neither script.
Language EastAsian(std::string_view text) noexcept {
    bool ideograph = false;
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        const auto a = static_cast<unsigned char>(text[i]);
        const auto b = static_cast<unsigned char>(text[i + 1]);
        if (a == 0xE3 && b >= 0x81 && b <= 0x83) {  // Hiragana and katakana: U+3040 to U+30FF.
            return Language::kJapanese;
        }
        ideograph = ideograph || (a >= 0xE4 && a <= 0xE9);
    }
    return ideograph ? Language::kChinese : Language::kCount;
}

}  // namespace

Prompt ReadPrompt(Operation operation, JsonValue request) {
    Collector collector;
    switch (operation) {
        case Operation::kChat:
            ReadMessages(request.Get("messages"), collector);
            break;
        case Operation::kResponse:
            if (const auto instructions = request.Get("instructions").String()) {
                collector.AddText(*instructions);
                collector.EndMessage();
            }
            ReadItems(request.Get("input"), collector);
            break;
        case Operation::kCompletion:
            ReadTexts(request.Get("prompt"), collector);
            break;
        default:
            ReadTexts(request.Get("input"), collector);
            break;
    }
    return collector.Take();
}

Language GuessLanguage(std::string_view text) noexcept {
    struct Words {
        Language language;
        std::array<std::string_view, 8> words;
    };

    static constexpr std::array<Words, 5> kWords = {{
        {Language::kEnglish,
         {" the ", " and ", " of ", " for ", " with ", " you ", " this ", " to "}},
        {Language::kDutch,
         {" de ", " het ", " een ", " van ", " voor ", " deze ", " ik ", " niet "}},
        {Language::kGerman,
         {" der ", " die ", " und ", " ich ", " nicht ", " eine ", " ist ", " das "}},
        {Language::kFrench,
         {" le ", " les ", " une ", " et ", " vous ", " pour ", " sous ", " avec "}},
        {Language::kSpanish,
         {" el ", " los ", " una ", " que ", " para ", " unos ", " lo ", " es "}},
    }};
    text = text.substr(0, 2000);
    if (const Language east = EastAsian(text); east != Language::kCount) {
        return east;
    }
    Language best = Language::kEnglish;
    int best_count = 0;
    for (const Words& entry : kWords) {
        const int count = CountWords(text, entry.words);
        if (count > best_count) {
            best = entry.language;
            best_count = count;
        }
    }
    return best;
}

Topic GuessTopic(std::string_view text) noexcept {
    static constexpr std::array<std::string_view, 8> kCode = {
        "function",
        "unit test",
        "thread",
        "query",
        "coroutine",
        "build",
        "retry",
        "```",
    };
    return CountWords(text.substr(0, 4000), kCode) > 0 ? Topic::kCode : Topic::kCare;
}

std::int64_t PromptCache::Exchange(const Prompt& prompt, std::uint64_t seed, Time now) {
    std::int64_t known = 0;
    for (const Prompt::Prefix& prefix : prompt.prefixes) {
        const auto found = expires_.find(Mix(seed, prefix.hash));
        if (found != expires_.end() && found->second > now) {
            known = prefix.tokens;
        }
    }
    if (expires_.size() + prompt.prefixes.size() > entries_max_) {
        std::erase_if(expires_, [now](const auto& entry) { return entry.second <= now; });
    }
    if (expires_.size() + prompt.prefixes.size() > entries_max_) {
        expires_.clear();  // Full of what is still fresh: forgetting costs some cached tokens,
                           // growing would cost memory.
    }
    for (const Prompt::Prefix& prefix : prompt.prefixes) {
        if (expires_.size() >= entries_max_) {
            break;
        }
        expires_[Mix(seed, prefix.hash)] = now + kCacheLife;
    }
    return known;
}

}  // namespace sightglass::demo

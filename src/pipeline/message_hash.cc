#include "pipeline/message_hash.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/text.h"

namespace sightglass::pipeline {
namespace {

/// Shorter answers ("Yes.") are given to many.
constexpr std::size_t kOwnAnswerBytesMin = 80;
constexpr std::size_t kIdBytesMax = 256;

constexpr char kUser = 'u';
constexpr char kAssistant = 'a';
constexpr char kTool = 't';
constexpr char kSystem = 's';

char RoleOf(const RequestMessage& message) {
    if (message.role == "assistant" || message.role == "model" || !message.calls.empty()) {
        return kAssistant;
    }
    if (message.role == "tool" || message.role == "function" || message.is_tool_result) {
        return kTool;
    }
    return message.role == "system" || message.role == "developer" ? kSystem : kUser;
}

/// Clients write arguments anew, with other white space.
void AppendWithoutSpaces(std::string_view text, std::string& out) {
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) {
        return c != ' ' && c != '\n' && c != '\t' && c != '\r';
    });
}

/// What an answer said: one that came in several parts is equal to one that is repeated as a whole.
class AnswerRun {
public:
    void Add(const RequestMessage& message) {
        const std::string_view text = Trim(message.content);
        words_ += words_.empty() || text.empty() ? "" : "\n";
        words_ += text;
        for (const auto& [name, arguments] : message.calls) {
            calls_ += '\0' + name + '(';
            AppendWithoutSpaces(arguments, calls_);
        }
    }

    bool Empty() const noexcept { return words_.empty() && calls_.empty(); }

    std::string Take() {
        std::string text = std::move(words_) + calls_;
        words_.clear();
        calls_.clear();
        return text;
    }

private:
    std::string words_;
    std::string calls_;
};

/// Walks over a request's messages.
class KeyMaker {
public:
    KeyMaker(const MessageHasher& hasher, ThreadKeys& keys) : hasher_(hasher), keys_(keys) {}

    void Add(const RequestMessage& message) {
        const char role = RoleOf(message);
        if (role == kSystem || (message.content.empty() && message.calls.empty())) {
            return;
        }
        if (role == kAssistant) {
            run_.Add(message);
            return;
        }
        EndRun();
        chain_ = hasher_.Extend(chain_, role, Trim(message.content));
        keys_.asks = keys_.asks || role == kUser;
    }

    void Finish(const std::vector<RequestMessage>& answer) {
        EndRun();
        keys_.request = chain_;
        std::reverse(keys_.prefixes.begin(), keys_.prefixes.end());
        keys_.prefixes.resize(std::min(keys_.prefixes.size(), ThreadKeys::kPrefixesMax));
        for (const RequestMessage& message : answer) {
            run_.Add(message);
        }
        if (chain_ != 0 && !run_.Empty()) {
            const std::string said = run_.Take();
            keys_.answered = hasher_.Extend(chain_, kAssistant, said);
            keys_.answer = said.size() >= kOwnAnswerBytesMin ? hasher_.Of(said) : 0;
        }
    }

private:
    void EndRun() {
        if (run_.Empty()) {
            return;
        }
        const std::string said = run_.Take();
        chain_ = hasher_.Extend(chain_, kAssistant, said);
        keys_.prefixes.push_back(chain_);
        keys_.last_answer = said.size() >= kOwnAnswerBytesMin ? hasher_.Of(said) : 0;
        keys_.asks = false;
    }

    const MessageHasher& hasher_;
    ThreadKeys& keys_;
    AnswerRun run_;
    std::uint64_t chain_ = 0;
};

std::string IdOf(codec::JsonValue value) {
    const std::string_view id = value.String().value_or("");
    return std::string(id.size() <= kIdBytesMax ? id : std::string_view());
}

/// Whether the key is one conversation's: others name a user or a template of a prompt. A UUID, or as many hexadecimal digits.
bool IsOwnKey(std::string_view key) {
    const auto digits = std::count_if(key.begin(), key.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    constexpr std::ptrdiff_t kDigitsMin = 32;
    return digits >= kDigitsMin && key.size() <= kIdBytesMax;
}

}  // namespace

MessageHasher::MessageHasher(const Secret& secret) {
    static_assert(kKeyBytes == crypto_shorthash_KEYBYTES);
    constexpr std::string_view kPurpose = "sightglass: keys of conversations";
    const std::string_view key = secret.Reveal();  // The hash's key is made of it.
    const std::string_view used = key.substr(0, crypto_generichash_KEYBYTES_MAX);
    crypto_generichash(
        key_.data(),
        key_.size(),
        reinterpret_cast<const unsigned char*>(kPurpose.data()),
        kPurpose.size(),
        reinterpret_cast<const unsigned char*>(used.data()),
        used.size()
    );
}

std::uint64_t MessageHasher::Of(std::string_view text) const {
    std::array<unsigned char, crypto_shorthash_BYTES> out{};
    crypto_shorthash(
        out.data(),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        key_.data()
    );
    std::uint64_t hash = 0;
    std::memcpy(&hash, out.data(), sizeof hash);
    return std::max<std::uint64_t>(1, hash);
}

std::uint64_t MessageHasher::Extend(std::uint64_t before, char role, std::string_view text) const {
    const std::uint64_t own = Of(text);
    std::array<char, 2 * sizeof own + 1> link{};
    std::memcpy(link.data(), &before, sizeof before);
    std::memcpy(link.data() + sizeof before, &own, sizeof own);
    link.back() = role;
    return Of({link.data(), link.size()});
}

ThreadKeys MakeThreadKeys(
    const MessageHasher& hasher,
    codec::JsonValue body,
    const RequestMessages& request,
    const std::vector<RequestMessage>& answer
) {
    ThreadKeys keys;
    if (!request.is_chat) {
        return keys;
    }
    KeyMaker maker(hasher, keys);
    for (const RequestMessage& message : request.messages) {
        maker.Add(message);
    }
    maker.Finish(answer);
    keys.previous_response_id = IdOf(body.Get("previous_response_id"));
    const codec::JsonValue conversation = body.Get("conversation");
    keys.conversation_id = IdOf(conversation.IsObject() ? conversation.Get("id") : conversation);
    const std::string_view cache_key = body.Get("prompt_cache_key").String().value_or("");
    keys.cache_key = IsOwnKey(cache_key) ? hasher.Of(cache_key) : 0;
    return keys;
}

}  // namespace sightglass::pipeline

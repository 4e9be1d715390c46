// What derive has worked out of the text of an exchange, without the text: its record in the journal
// (docs/formats/derived-encoding.md). The pipeline puts it together with its Call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "call/call.h"

namespace sightglass::pipeline {

/// By what one request continues another: keyed hashes of messages (message_hash.h), 0 where there is
/// nothing, and ids that the client sent. Newest first where there are several.
/// Thread-safety: plain value.
struct ThreadKeys {
    std::uint64_t request = 0;      ///< Of all messages of the request.
    std::uint64_t answered = 0;     ///< Of these and the answer: what the next request begins with.
    std::uint64_t answer = 0;       ///< Of the answer alone, where it is long enough to be its own.
    std::uint64_t last_answer = 0;  ///< The same of the last answer that the request repeats.
    std::vector<std::uint64_t> prefixes;  ///< Of the messages up to each answer that it repeats.
    std::string previous_response_id;     ///< OpenAI's responses.
    std::string conversation_id;          ///< The same.
    std::uint64_t cache_key = 0;          ///< Of `prompt_cache_key`, where that is one of its own.
    bool asks = false;  ///< A user's words follow the last answer, not results of tools alone.

    static constexpr std::size_t kPrefixesMax = 32;

    friend bool operator==(const ThreadKeys&, const ThreadKeys&) = default;
};

/// Thread-safety: plain value.
struct Derived {
    Uuid call_id;
    OptionalInt input_tokens;   ///< Counted, where the provider did not say.
    OptionalInt output_tokens;  ///< The same, of what was sent.
    bool estimated = false;     ///< The vocabulary is closed, or something could not be counted.
    ThreadKeys thread;
    std::string scenario;   ///< What it was for; empty where nothing was said or nobody asked.
    double confidence = 0;  ///< Of the scenario: 0 to 1, in thousandths.

    friend bool operator==(const Derived&, const Derived&) = default;
};

/// Appends the record's bytes.
/// Thread-safety: pure function.
void EncodeDerived(const Derived& derived, std::string& bytes);

/// kCorrupt where it is none.
/// Thread-safety: pure function.
Result<Derived> DecodeDerived(std::string_view bytes);

/// Fills in what the provider did not say, before the Call is refined. True where it did. Output that was reported while the
/// answer began is replaced by what was sent, where no finish was reported and that is more.
/// Thread-safety: pure function.
bool ApplyTokens(const Derived& derived, Call& call);

/// Fills in what the call was for, where no source said it.
/// Thread-safety: pure function.
void ApplyScenario(const Derived& derived, Call& call);

}  // namespace sightglass::pipeline

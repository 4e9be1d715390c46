#include "tokens/reference_encoder.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "tokens/character_class.h"
#include "tokens/vocabularies.h"

namespace sightglass::tokens {
namespace {

/// One term of an alternative: so many characters of some classes, or some characters.
struct Term {
    ClassSet set = 0;
    std::u32string_view characters = {};
    std::size_t least = 1;
    std::size_t most = 1;
};

constexpr std::size_t kAny = ~std::size_t{0};

struct Alternative {
    std::vector<Term> terms;
    bool not_before_text = false;  ///< (?!\S)
    bool may_contract = false;     ///< (?i:'s|'t|'re|'ve|'m|'ll|'d)?
};

constexpr ClassSet kUpperSet = SetOf(CharacterClass::kUpper);
constexpr ClassSet kLowerSet = SetOf(CharacterClass::kLower);
constexpr ClassSet kCaselessSet = SetOf(CharacterClass::kCaseless);
constexpr ClassSet kSpaceSet = SetOf(CharacterClass::kSpace);
constexpr ClassSet kOtherSet = SetOf(CharacterClass::kOther);
constexpr ClassSet kSymbols = kOtherSet | kMarks;
constexpr ClassSet kPrefix = kSymbols | kSpaceSet;

std::vector<Alternative> WhiteSpace(bool breaks) {
    std::vector<Alternative> alternatives;
    if (breaks) {
        alternatives.push_back({{{kWhite, {}, 0, kAny}, {0, U"\r\n", 1, kAny}}});
    }
    alternatives.push_back({{{kWhite, {}, 1, kAny}}, true});
    alternatives.push_back({{{kWhite, {}, 1, kAny}}});
    return alternatives;
}

std::vector<Alternative> Contractions(bool any_case) {
    std::vector<Alternative> alternatives;
    if (any_case) {
        for (const std::u32string_view letters : {U"sS\u017F", U"tT", U"mM", U"dD"}) {
            alternatives.push_back({{{0, U"'"}, {0, letters}}});
        }
        alternatives.push_back({{{0, U"'"}, {0, U"rR"}, {0, U"eE"}}});
        alternatives.push_back({{{0, U"'"}, {0, U"vV"}, {0, U"eE"}}});
        alternatives.push_back({{{0, U"'"}, {0, U"lL"}, {0, U"lL"}}});
    } else {
        alternatives.push_back({{{0, U"'"}, {0, U"stmd"}}});
        alternatives.push_back({{{0, U"'"}, {0, U"rv"}, {0, U"e"}}});
        alternatives.push_back({{{0, U"'"}, {0, U"l"}, {0, U"l"}}});
    }
    return alternatives;
}

std::vector<Alternative> Middle(Encoding encoding) {
    switch (encoding) {
        case Encoding::kO200kBase:
        case Encoding::kO200kHarmony: {
            const ClassSet upper = kUpperSet | kCaselessSet | kMarks;
            const ClassSet lower = kLowerSet | kCaselessSet | kMarks;
            return {
                {{{kPrefix, {}, 0, 1}, {upper, {}, 0, kAny}, {lower, {}, 1, kAny}}, false, true},
                {{{kPrefix, {}, 0, 1}, {upper, {}, 1, kAny}, {lower, {}, 0, kAny}}, false, true},
                {{{kNumbers, {}, 1, 3}}},
                {{{0, U" ", 0, 1}, {kSymbols, {}, 1, kAny}, {0, U"\r\n/", 0, kAny}}}};
        }
        case Encoding::kCl100kBase:
            return {
                {{{kPrefix, {}, 0, 1}, {kLetters, {}, 1, kAny}}},
                {{{kNumbers, {}, 1, 3}}},
                {{{0, U" ", 0, 1}, {kSymbols, {}, 1, kAny}, {0, U"\r\n", 0, kAny}}}};
        case Encoding::kP50kBase:
        case Encoding::kR50kBase:
            break;
    }
    return {
        {{{0, U" ", 0, 1}, {kLetters, {}, 1, kAny}}},
        {{{0, U" ", 0, 1}, {kNumbers, {}, 1, kAny}}},
        {{{0, U" ", 0, 1}, {kSymbols, {}, 1, kAny}}}};
}

std::vector<Alternative> PatternOf(Encoding encoding) {
    const bool is_r50k = encoding == Encoding::kR50kBase || encoding == Encoding::kP50kBase;
    std::vector<Alternative> pattern;
    if (is_r50k || encoding == Encoding::kCl100kBase) {
        pattern = Contractions(!is_r50k);
    }
    for (const auto& part : {Middle(encoding), WhiteSpace(!is_r50k)}) {
        pattern.insert(pattern.end(), part.begin(), part.end());
    }
    return pattern;
}

struct Decoded {
    char32_t code_point;
    CharacterClass kind;
    std::size_t offset;
};

char32_t CodePointAt(std::string_view text, std::size_t at, std::size_t size) {
    const auto lead = static_cast<unsigned char>(text[at]);
    char32_t code_point = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        code_point = code_point << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    return code_point;
}

/// Tries alternatives on a text that was decoded.
class Matcher {
public:
    explicit Matcher(std::span<const Decoded> text) : text_(text) {}

    /// Where the alternative's match that begins at `from` ends.
    std::optional<std::size_t> Match(const Alternative& alternative, std::size_t from) const {
        return MatchTerms(alternative, 0, from);
    }

private:
    bool Fits(const Term& term, std::size_t at) const {
        return at < text_.size() &&
               (Has(term.set, text_[at].kind) ||
                term.characters.find(text_[at].code_point) != std::u32string_view::npos);
    }

    std::optional<std::size_t>
    MatchTerms(const Alternative& alternative, std::size_t term, std::size_t from) const;

    std::size_t Contract(std::size_t at) const {
        for (const Alternative& contraction : Contractions(true)) {
            if (const auto end = MatchTerms(contraction, 0, at)) {
                return *end;
            }
        }
        return at;
    }

    std::span<const Decoded> text_;
};

std::optional<std::size_t>
Matcher::MatchTerms(const Alternative& alternative, std::size_t term, std::size_t from) const {
    if (term == alternative.terms.size()) {
        if (alternative.not_before_text && from < text_.size() && !Has(kWhite, text_[from].kind)) {
            return std::nullopt;
        }
        return alternative.may_contract ? Contract(from) : from;
    }
    const Term& wanted = alternative.terms[term];
    std::size_t count = 0;
    while (count < wanted.most && Fits(wanted, from + count)) {
        ++count;
    }
    for (;; --count) {
        if (count < wanted.least) {
            return std::nullopt;
        }
        if (const auto end = MatchTerms(alternative, term + 1, from + count)) {
            return end;
        }
        if (count == 0) {
            return std::nullopt;
        }
    }
}

void CollectTokens(
    std::span<const TrieNode> nodes,
    std::uint32_t place,
    std::string& bytes,
    std::vector<std::string>& found
) {
    if (const Entry value = nodes[place].value; value.Exists()) {
        const TokenId id = value.Id();
        found.resize(std::max<std::size_t>(found.size(), id + 1));
        found[id] = bytes;
    }
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        const std::uint32_t child = nodes[place].Base() + byte;
        if (nodes[child].Label() == byte) {
            bytes += static_cast<char>(byte);
            CollectTokens(nodes, child, bytes, found);
            bytes.pop_back();
        }
    }
}

}  // namespace

ReferenceEncoder::ReferenceEncoder(Encoding encoding)
    : encoding_(encoding), vocabulary_(VocabularyOf(encoding)) {
    std::string bytes;
    CollectTokens(vocabulary_.Nodes(), 0, bytes, ranks_.bytes);
    for (TokenId id = 0; id < ranks_.bytes.size(); ++id) {
        if (!ranks_.bytes[id].empty()) {
            ranks_.ids.emplace(ranks_.bytes[id], id);
        }
    }
}

std::vector<std::string_view> ReferenceEncoder::Cut(std::string_view text) const {
    std::vector<Decoded> decoded;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = vocabulary_.Classes().At(text.data() + at);
        decoded.push_back({CodePointAt(text, at, character.size), character.kind, at});
        at += character.size;
    }
    const std::vector<Alternative> pattern = PatternOf(encoding_);
    const Matcher matcher(decoded);
    const auto offset = [&](std::size_t i) {
        return i == decoded.size() ? text.size() : decoded[i].offset;
    };
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < decoded.size();) {
        std::optional<std::size_t> end;
        for (const Alternative& alternative : pattern) {
            end = end ? end : matcher.Match(alternative, at);
        }
        pieces.push_back(text.substr(offset(at), offset(*end) - offset(at)));
        at = *end;
    }
    return pieces;
}

std::vector<TokenId> ReferenceEncoder::Encode(std::string_view text) const {
    std::vector<TokenId> ids;
    for (const std::string_view piece : Cut(text)) {
        if (const auto whole = ranks_.ids.find(piece); whole != ranks_.ids.end()) {
            ids.push_back(whole->second);
            continue;
        }
        const std::vector<TokenId> merged = MergePlainly(ranks_, piece);
        ids.insert(ids.end(), merged.begin(), merged.end());
    }
    return ids;
}

}  // namespace sightglass::tokens

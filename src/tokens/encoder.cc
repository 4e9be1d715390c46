#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/text.h"
#include "tokens/merger.h"
#include "tokens/tokens.h"
#include "tokens/vocabularies.h"
#include "tokens/vocabulary.h"
#include "tokens/word_pieces.h"

namespace sightglass::tokens {
namespace {

/// How many bytes of a piece are looked up without merging.
constexpr std::size_t kLookUpBytesMax = 16;

/// As long as so much of a text is left, sixteen bytes and one more can be read from any place of it.
constexpr std::ptrdiff_t kFastBytesMin = 32;

constexpr std::size_t kBlockTokens = 1024;

std::uint64_t LoadWord(const char* bytes) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// Whether the text is ASCII from `at` on for another sixteen bytes.
bool IsAsciiBlock(const char* at) noexcept {
    return ((LoadWord(at) | LoadWord(at + 8)) & 0x8080808080808080U) == 0;
}

constexpr bool IsTail(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

/// Size of the character at `at`, which is beyond ASCII; 0 where it is none. Source: RFC 3629, section 4.
std::ptrdiff_t SizeOfCharacter(const char* at, const char* end) noexcept {
    const auto lead = static_cast<unsigned char>(*at);
    const std::ptrdiff_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead < 0xC2 || lead > 0xF4 || end - at < size) {
        return 0;
    }
    const auto second = static_cast<unsigned char>(at[1]);
    const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) {
        return 0;
    }
    return std::all_of(at + 2, at + size, IsTail) ? size : 0;
}

bool IsUtf8(std::string_view text) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        if (end - at >= 16 && IsAsciiBlock(at)) {
            at += 16;
        } else if (static_cast<unsigned char>(*at) < 0x80) {
            ++at;
        } else {
            const std::ptrdiff_t size = SizeOfCharacter(at, end);
            if (size == 0) {
                return false;
            }
            at += size;
        }
    }
    return true;
}

}  // namespace

class Encoder::Work {
public:
    explicit Work(Encoding encoding)
        : encoding_(encoding), vocabulary_(VocabularyOf(encoding)), merger_(vocabulary_) {}

    std::size_t Encode(std::string_view text, std::vector<TokenId>* ids);

private:
    template <typename Rules>
    void CutAll(const char* at, const char* end);
    void TakeFast(const char* piece, std::size_t size);
    void Take(const char* piece, std::size_t size);
    void TakeMerged(const char* piece, std::size_t size);
    void Add(TokenId token);
    void Flush();

    const Encoding encoding_;
    const Vocabulary& vocabulary_;
    Merger merger_;

    std::vector<TokenId>* ids_ = nullptr;  // During Encode; null where only the count is asked for.
    std::size_t count_ = 0;
    std::array<TokenId, kBlockTokens> block_{};  // Counted, but not in ids_ yet.
    std::size_t block_size_ = 0;
};

std::size_t Encoder::Work::Encode(std::string_view text, std::vector<TokenId>* ids) {
    std::string mended;
    if (!IsUtf8(text)) {
        mended = text;
        MakeValidUtf8(mended);
        text = mended;
    }
    ids_ = ids;
    count_ = 0;
    const char* const begin = text.data();
    switch (encoding_) {
        case Encoding::kO200kBase:
        case Encoding::kO200kHarmony:
            CutAll<O200kRules>(begin, begin + text.size());
            break;
        case Encoding::kCl100kBase:
            CutAll<Cl100kRules>(begin, begin + text.size());
            break;
        case Encoding::kP50kBase:
        case Encoding::kR50kBase:
            CutAll<R50kRules>(begin, begin + text.size());
            break;
    }
    Flush();
    return count_;
}

template <typename Rules>
void Encoder::Work::CutAll(const char* at, const char* end) {
    while (end - at >= kFastBytesMin) {
        if (const std::size_t size = Rules::FastWord(at); size > 0) {
            TakeFast(at, size);
            at += size;
            continue;
        }
        const char* const behind = Rules::Cut({at, end, vocabulary_.Classes()});
        const auto size = static_cast<std::size_t>(behind - at);
        if (size <= kLookUpBytesMax) {
            TakeFast(at, size);
        } else {
            TakeMerged(at, size);
        }
        at = behind;
    }
    while (at != end) {
        const char* const behind = Rules::Cut({at, end, vocabulary_.Classes()});
        Take(at, static_cast<std::size_t>(behind - at));
        at = behind;
    }
}

/// A piece of at most sixteen bytes, where sixteen can be read.
inline void Encoder::Work::TakeFast(const char* piece, std::size_t size) {
    const std::uint64_t low = LoadWord(piece);
    const TokenId token = size <= 8
                              ? vocabulary_.FindShort(FillKey(low, size))
                              : vocabulary_.FindMedium(low, FillKey(LoadWord(piece + 8), size - 8));
    if (token != kNoToken) {
        Add(token);
    } else {
        TakeMerged(piece, size);
    }
}

void Encoder::Work::Take(const char* piece, std::size_t size) {
    if (size > kLookUpBytesMax) {
        TakeMerged(piece, size);
        return;
    }
    std::array<char, kLookUpBytesMax> bytes{};
    std::memcpy(bytes.data(), piece, size);
    TakeFast(bytes.data(), size);
}

void Encoder::Work::TakeMerged(const char* piece, std::size_t size) {
    for (const Entry token : merger_.Merge({piece, size})) {
        Add(token.Id());
    }
}

inline void Encoder::Work::Add(TokenId token) {
    if (block_size_ == block_.size()) {
        Flush();
    }
    block_[block_size_++] = token;
}

void Encoder::Work::Flush() {
    count_ += block_size_;
    if (ids_ != nullptr) {
        ids_->insert(
            ids_->end(),
            block_.begin(),
            block_.begin() + static_cast<std::ptrdiff_t>(block_size_)
        );
    }
    block_size_ = 0;
}

Encoder::Encoder(Encoding encoding) : work_(std::make_unique<Work>(encoding)) {}

Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

std::size_t Encoder::Count(std::string_view text) {
    return work_->Encode(text, nullptr);
}

void Encoder::Encode(std::string_view text, std::vector<TokenId>& ids) {
    work_->Encode(text, &ids);
}

}  // namespace sightglass::tokens

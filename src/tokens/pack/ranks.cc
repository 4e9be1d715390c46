#include "tokens/pack/ranks.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace sightglass::tokens {
namespace {

constexpr TokenId kIdMax = Entry::kId - 1;

std::optional<std::uint32_t> Base64Value(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '+' || c == '/') {
        return c == '+' ? 62 : 63;
    }
    return std::nullopt;
}

/// Empty where it is not base64.
std::string DecodeBase64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text.substr(0, text.find('='))) {
        const std::optional<std::uint32_t> value = Base64Value(c);
        if (!value) {
            return {};
        }
        bits = (bits << 6U) | *value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
        }
    }
    return bytes;
}

Status TakeLine(std::string_view line, Ranks& ranks) {
    if (line.empty()) {
        return {};
    }
    const std::size_t space = line.find(' ');
    const auto id =
        space == std::string_view::npos ? std::nullopt : ParseInt(line.substr(space + 1));
    std::string bytes = DecodeBase64(line.substr(0, space));
    if (!id || *id < 0 || *id > kIdMax || bytes.empty() || bytes.size() > 255) {
        return Error{ErrorCode::kCorrupt, "not \"<base64> <rank>\": " + std::string(line)};
    }
    const auto place = static_cast<std::size_t>(*id);
    ranks.bytes.resize(std::max(ranks.bytes.size(), place + 1));
    if (!ranks.bytes[place].empty()) {
        return Error{ErrorCode::kCorrupt, "a rank that is there twice: " + std::string(line)};
    }
    ranks.bytes[place] = std::move(bytes);
    return {};
}

Status FindIds(Ranks& ranks) {
    for (TokenId id = 0; id < ranks.bytes.size(); ++id) {
        if (!ranks.bytes[id].empty() && !ranks.ids.emplace(ranks.bytes[id], id).second) {
            return Error{ErrorCode::kCorrupt, "a token that is there twice"};
        }
    }
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (!ranks.ids.contains(std::string_view(&c, 1))) {
            return Error{ErrorCode::kCorrupt, "a byte that is no token: " + std::to_string(byte)};
        }
    }
    return {};
}

}  // namespace

Result<Ranks> ReadRanks(std::string_view text) {
    Ranks ranks;
    for (const std::string_view line : sightglass::Split(text, '\n')) {
        SG_TRY(TakeLine(Trim(line), ranks));
    }
    SG_TRY(FindIds(ranks));
    return ranks;
}

std::vector<TokenId> MergePlainly(const Ranks& ranks, std::string_view piece, std::size_t stop_at) {
    std::vector<std::size_t> starts;  // Of the parts, and the end.
    for (std::size_t i = 0; i <= piece.size(); ++i) {
        starts.push_back(i);
    }
    const auto id_of = [&](std::size_t from, std::size_t to) {
        const auto found = ranks.ids.find(piece.substr(from, to - from));
        return found == ranks.ids.end() ? kNoToken : found->second;
    };
    while (starts.size() > stop_at + 1) {
        TokenId best = kNoToken;
        std::size_t at = 0;
        for (std::size_t i = 0; i + 2 < starts.size(); ++i) {
            const TokenId joined = id_of(starts[i], starts[i + 2]);
            if (joined < best) {
                best = joined;
                at = i;
            }
        }
        if (best == kNoToken) {
            break;
        }
        starts.erase(starts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
    std::vector<TokenId> tokens;
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        tokens.push_back(id_of(starts[i], starts[i + 1]));
    }
    return tokens;
}

}  // namespace sightglass::tokens

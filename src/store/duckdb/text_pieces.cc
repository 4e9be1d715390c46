#include "store/duckdb/text_pieces.h"

#include <algorithm>
#include <array>

namespace sightglass::store {
namespace {

/// Lists whose objects are pieces: a document's own, or that of a member of it.
constexpr std::size_t kDepthMax = 2;

class Cutter {
public:
    explicit Cutter(std::string_view text) : text_(text) {}

    std::vector<std::string_view> Cut() {
        std::size_t at = 0;
        while (at < text_.size()) {
            at = text_[at] == '"' ? PassString(at) : Pass(at);
        }
        if (start_ < text_.size()) {
            pieces_.push_back(text_.substr(start_));
        }
        return std::move(pieces_);
    }

private:
    std::size_t PassString(std::size_t quote) {
        std::size_t end = quote + 1;
        while (end < text_.size() && text_[end] != '"') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        end = std::min(end, text_.size());
        if (end - quote > kLongStringBytes) {
            CutAt(quote + 1);
            CutAt(end);
        }
        last_ = '"';
        return end + 1;
    }

    std::size_t Pass(std::size_t at) {
        const char c = text_[at];
        if (c == '{' || c == '[') {
            if (c == '{' && last_ == '[' && IsInOuterList()) {
                CutAt(at);
            }
            ++depth_;
            if (depth_ <= kDepthMax) {
                is_list_[depth_] = c == '[';
            }
        } else if ((c == '}' || c == ']') && depth_ > 0) {
            --depth_;
            if (c == '}' && IsInOuterList()) {
                CutAt(at + 1);
            }
        }
        if (c > ' ') {
            last_ = c;
        }
        return at + 1;
    }

    bool IsInOuterList() const { return depth_ > 0 && depth_ <= kDepthMax && is_list_[depth_]; }

    void CutAt(std::size_t end) {
        if (end > start_ && pieces_.size() + 1 < kPiecesMax) {
            pieces_.push_back(text_.substr(start_, end - start_));
            start_ = end;
        }
    }

    const std::string_view text_;
    std::vector<std::string_view> pieces_;
    std::size_t start_ = 0;  // Of the piece that is not cut off yet.
    std::size_t depth_ = 0;
    std::array<bool, kDepthMax + 1> is_list_{};  // By depth; what is deeper does not count.
    char last_ = '\0';                           // But for white space.
};

}  // namespace

std::vector<std::string_view> PiecesOf(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) {
        return text.empty() ? std::vector<std::string_view>() : std::vector{text};
    }
    return Cutter(text).Cut();
}

}  // namespace sightglass::store

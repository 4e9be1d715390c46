#include "codec/multipart.h"

#include <cstddef>
#include <string>

#include "base/text.h"

namespace sightglass::codec {
namespace {

constexpr std::size_t kFieldsMax = 64;
constexpr std::size_t kValueBytesMax = 4U << 10;
constexpr std::size_t kHeadBytesMax = 4U << 10;
constexpr std::size_t kBoundaryBytesMax = 200;  // RFC 2046 allows 70.

/// Takes one `;`-separated parameter off the front: its name, and its value without quotes.
bool TakeParameter(std::string_view& text, std::string_view& name, std::string_view& value) {
    text = Trim(text);
    while (text.starts_with(';')) {
        text = Trim(text.substr(1));
    }
    const std::size_t equals = text.find_first_of("=;");
    if (text.empty()) {
        return false;
    }
    name = Trim(text.substr(0, equals));
    value = {};
    if (equals == std::string_view::npos || text[equals] == ';') {
        text = equals == std::string_view::npos ? std::string_view() : text.substr(equals);
        return true;
    }
    text = Trim(text.substr(equals + 1));
    if (!text.starts_with('"')) {
        const std::size_t end = text.find(';');
        value = Trim(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end);
        return true;
    }
    std::size_t end = 1;
    while (end < text.size() && text[end] != '"') {
        end += text[end] == '\\' ? 2U : 1U;
    }
    value = end < text.size() ? text.substr(1, end - 1) : text.substr(1);
    text = end < text.size() ? text.substr(end + 1) : std::string_view();
    return true;
}

std::string_view Boundary(std::string_view content_type) {
    const std::size_t semicolon = content_type.find(';');
    if (!StartsWithIgnoreCase(Trim(content_type), "multipart/") ||
        semicolon == std::string_view::npos) {
        return {};
    }
    std::string_view rest = content_type.substr(semicolon);
    std::string_view name;
    std::string_view value;
    while (TakeParameter(rest, name, value)) {
        if (EqualsIgnoreCase(name, "boundary")) {
            return value.size() <= kBoundaryBytesMax ? value : std::string_view();
        }
    }
    return {};
}

/// The field's name, from a part's header lines; empty for a file, or where it has none.
std::string_view FieldName(std::string_view head) {
    constexpr std::string_view kDisposition = "content-disposition:";
    while (!head.empty()) {
        const std::size_t end = head.find("\r\n");
        std::string_view line = head.substr(0, end);
        head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
        if (!StartsWithIgnoreCase(line, kDisposition)) {
            continue;
        }
        std::string_view field;
        std::string_view name;
        std::string_view value;
        line.remove_prefix(kDisposition.size());
        while (TakeParameter(line, name, value)) {
            if (EqualsIgnoreCase(name, "filename") || EqualsIgnoreCase(name, "filename*")) {
                return {};
            }
            if (EqualsIgnoreCase(name, "name")) {
                field = value;
            }
        }
        return field;
    }
    return {};
}

/// One part, between two delimiters. Its first line's end is what is left of the delimiter's line.
void ReadPart(std::string_view part, std::vector<MultipartField>& fields) {
    const std::size_t line_end = part.find("\r\n");
    if (line_end == std::string_view::npos) {
        return;
    }
    // Without header lines the blank one follows at once.
    part.remove_prefix(line_end);
    const std::size_t head_end = part.substr(0, kHeadBytesMax).find("\r\n\r\n");
    if (head_end == std::string_view::npos || head_end < 2) {
        return;
    }
    const std::string_view name = FieldName(part.substr(2, head_end - 2));
    const std::string_view value = part.substr(head_end + 4);
    if (!name.empty() && value.size() <= kValueBytesMax) {
        fields.push_back({name, value});
    }
}

}  // namespace

std::vector<MultipartField>
ReadMultipartFields(std::string_view content_type, std::string_view piece) {
    std::vector<MultipartField> fields;
    const std::string_view boundary = Boundary(content_type);
    if (boundary.empty()) {
        return fields;
    }
    const std::string delimiter = "\r\n--" + std::string(boundary);
    const std::string_view opening = std::string_view(delimiter).substr(2);
    std::size_t at = 0;
    if (piece.starts_with(opening)) {
        at = opening.size();
    } else {
        const std::size_t first = piece.find(delimiter);
        if (first == std::string_view::npos) {
            return fields;
        }
        at = first + delimiter.size();
    }
    while (fields.size() < kFieldsMax && !piece.substr(at).starts_with("--")) {
        const std::size_t end = piece.find(delimiter, at);
        if (end == std::string_view::npos) {
            break;
        }
        ReadPart(piece.substr(at, end - at), fields);
        at = end + delimiter.size();
    }
    return fields;
}

}  // namespace sightglass::codec

#include "serve/dashboard/asset_archive.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace sightglass::serve {
namespace {

constexpr std::string_view kFirstLine = "sightglass-assets 1";
constexpr std::size_t kColumns = 9;

/// Takes the text up to the next line feed from the front; nothing where there is none.
std::optional<std::string_view> TakeLine(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

/// The part of `content` that two columns, offset and size, speak of.
std::optional<std::string_view>
Part(std::string_view content, std::string_view offset_text, std::string_view size_text) {
    const auto offset = ParseInt(offset_text);
    const auto size = ParseInt(size_text);
    const auto end = static_cast<std::int64_t>(content.size());
    if (!offset || !size || *offset < 0 || *size < 0 || *offset > end || *size > end - *offset) {
        return std::nullopt;
    }
    return content.substr(static_cast<std::size_t>(*offset), static_cast<std::size_t>(*size));
}

Error Corrupt(std::string_view what) {
    return Error{ErrorCode::kCorrupt, "asset archive: " + std::string(what)};
}

}  // namespace

Result<AssetArchive> AssetArchive::Read(std::string_view bytes) {
    std::string_view rest = bytes;
    if (TakeLine(rest) != kFirstLine) {
        return Corrupt("does not start with '" + std::string(kFirstLine) + "'");
    }
    std::vector<std::vector<std::string_view>> rows;
    while (true) {
        const auto line = TakeLine(rest);
        if (!line) {
            return Corrupt("its index has no end");
        }
        if (line->empty()) {
            break;
        }
        rows.push_back(Split(*line, '\t'));
    }
    AssetArchive archive;
    for (const std::vector<std::string_view>& row : rows) {
        if (row.size() != kColumns) {
            return Corrupt("a row of its index has " + std::to_string(row.size()) + " columns");
        }
        const auto identity = Part(rest, row[3], row[4]);
        const auto gzip = Part(rest, row[5], row[6]);
        const auto brotli = Part(rest, row[7], row[8]);
        if (!identity || !gzip || !brotli) {
            return Corrupt("a row of its index points outside: " + EscapeForDisplay(row[0]));
        }
        Asset asset{
            std::string(row[1]),
            '"' + std::string(row[2]) + '"',
            *identity,
            *gzip,
            *brotli};
        archive.assets_.emplace(std::string(row[0]), std::move(asset));
    }
    return archive;
}

const Asset* AssetArchive::Find(std::string_view path) const {
    const auto found = assets_.find(path);
    return found == assets_.end() ? nullptr : &found->second;
}

}  // namespace sightglass::serve

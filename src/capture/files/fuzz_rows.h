// What the fuzz target of a row reader checks: nothing fails, lines are counted upwards, and rows do
// not depend on how the bytes come in.
//
// Thread-safety: pure functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "capture/files/byte_source.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// Hands bytes out in pieces. Thread-safety: one thread at a time.
class PiecesOfBytes final : public ByteSource {
public:
    /// The bytes must outlive it.
    PiecesOfBytes(std::string_view bytes, std::size_t piece_bytes)
        : bytes_(bytes), piece_bytes_(std::max<std::size_t>(1, piece_bytes)) {}

    Result<bool> Read(std::string& out) override {
        const std::string_view piece = bytes_.substr(read_, piece_bytes_);
        out += piece;
        read_ += piece.size();
        return !piece.empty();
    }

    std::uint64_t BytesRead() const noexcept override { return read_; }

    std::uint64_t BytesTotal() const noexcept override { return bytes_.size(); }

private:
    const std::string_view bytes_;
    const std::size_t piece_bytes_;
    std::size_t read_ = 0;
};

/// Everything that a reader said of some bytes, as text.
template <typename Open>
std::string TextOfRows(std::string_view bytes, std::size_t piece_bytes, const Open& open) {
    constexpr std::size_t kLookBytes = 64U << 10;
    PiecesOfBytes source(bytes, piece_bytes);
    ByteWindow window(source);
    while (window.View().size() < kLookBytes && *window.More()) {
    }
    Result<std::unique_ptr<RowReader>> rows = open(window);
    if (!rows.Ok()) {
        return "refused";
    }
    std::vector<std::string> columns = (*rows)->Columns();
    columns.insert(columns.end(), {"a", "a.b", "usage.prompt_tokens", "model"});
    (*rows)->Bind(columns);
    std::string text;
    Row row;
    for (std::uint64_t line = 1;;) {
        const Result<bool> more = (*rows)->Next(row);
        if (!more.Ok() || !*more) {
            return text + (more.Ok() ? "end" : "broken off");
        }
        if (row.line < line || (row.broken.empty() && row.cells.size() != columns.size())) {
            std::abort();
        }
        line = row.line;
        text += std::to_string(row.line) + ':';
        text += row.broken;
        for (const Cell& cell : row.broken.empty() ? row.cells : std::vector<Cell>()) {
            text += static_cast<char>('0' + static_cast<int>(cell.kind));
            text += cell.kind == CellKind::kJson ? cell.json.Text() : std::string(cell.text);
        }
        text += '\n';
        text += row.raw;
        text += '\n';
    }
}

/// One run of a fuzz target.
template <typename Open>
void CheckRows(std::string_view bytes, const Open& open) {
    const std::string whole = TextOfRows(bytes, bytes.size() + 1, open);
    const std::string split = TextOfRows(bytes, 1 + bytes.size() % 7, open);
    if (whole != split) {
        std::abort();
    }
}

}  // namespace sightglass::capture::files

#include "capture/files/csv_rows.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <utility>

#include "base/text.h"

namespace sightglass::capture::files {
namespace {

constexpr std::size_t kColumnsMax = 4'096;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Where cells begin and end within a record. `quoted`: its quotes are taken off, doubled ones
/// still stand.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool quoted = false;
    bool escaped = false;  ///< Doubled quotes are in it.
};

/// Behind the closing quote of a cell that begins with a quote at `at`, or npos.
std::size_t EndOfQuoted(std::string_view record, std::size_t at, Span& span) {
    span = {at + 1, 0, true, false};
    for (std::size_t quote = record.find('"', at + 1); quote != std::string_view::npos;
         quote = record.find('"', quote + 2)) {
        if (quote + 1 >= record.size() || record[quote + 1] != '"') {
            span.end = quote;
            return quote + 1;
        }
        span.escaped = true;
    }
    return std::string_view::npos;
}

/// Takes a record apart; what is wrong with it, or empty.
std::string_view SplitRecord(std::string_view record, char separator, std::vector<Span>& spans) {
    spans.clear();
    std::size_t at = 0;
    while (true) {
        Span span;
        std::size_t end = 0;
        if (at < record.size() && record[at] == '"') {
            end = EndOfQuoted(record, at, span);
            if (end == std::string_view::npos) {
                return "a quote is not closed";
            }
            if (end < record.size() && record[end] != separator) {
                return "text stands behind a closing quote";
            }
        } else {
            end = std::min(record.find(separator, at), record.size());
            span = {at, end, false, false};
        }
        if (spans.size() == kColumnsMax) {
            return "it has more than 4096 cells";
        }
        spans.push_back(span);
        if (end >= record.size()) {
            return {};
        }
        at = end + 1;
    }
}

char SeparatorOf(std::string_view header) {
    constexpr std::array kSeparators = {',', '\t', ';'};
    return *std::max_element(kSeparators.begin(), kSeparators.end(), [header](char a, char b) {
        return std::count(header.begin(), header.end(), a) <
               std::count(header.begin(), header.end(), b);
    });
}

class CsvRows final : public RowReader {
public:
    explicit CsvRows(ByteWindow& window) : window_(window) {}

    Status ReadHeader();

    const std::vector<std::string>& Columns() const noexcept override { return columns_; }

    void Bind(const std::vector<std::string>& columns) override;
    Result<bool> Next(Row& row) override;

private:
    /// A column that is asked for: its place, and the path within its JSON where it has one.
    struct Wanted {
        std::size_t place = kNowhere;
        std::vector<std::string> path;
        std::string text;  // Of a cell whose doubled quotes had to be taken out.
        codec::JsonParser parser;
    };

    static constexpr std::size_t kNowhere = ~std::size_t{0};

    /// The next record's bytes, without its line end; false at the end.
    Result<bool> NextRecord(std::string_view& record, bool& too_long);
    Result<bool> SkipLine();
    Wanted WantedOf(std::string_view column) const;
    std::string_view TextOf(const Span& span, std::string_view record, std::string& text) const;
    void Fill(std::string_view record, Row& row);

    ByteWindow& window_;
    std::size_t consume_ = 0;  // Of the window: the record handed out last.
    std::uint64_t line_ = 1;   // Where the next record begins.
    std::uint64_t lines_ = 0;  // Of the record handed out last.
    char separator_ = ',';
    std::vector<std::string> columns_;
    std::vector<Wanted> wanted_;
    std::vector<Span> spans_;
};

Result<bool> CsvRows::NextRecord(std::string_view& record, bool& too_long) {
    window_.Consume(std::exchange(consume_, 0));
    line_ += std::exchange(lines_, 0);
    too_long = false;
    std::size_t searched = 0;
    bool in_quotes = false;
    while (true) {
        const std::string_view view = window_.View();
        const std::size_t end = view.find('\n', searched);
        const std::string_view part = view.substr(searched, end - searched);
        if (part.find('"') != std::string_view::npos) {
            in_quotes ^= std::count(part.begin(), part.end(), '"') % 2 != 0;
        }
        if (end != std::string_view::npos) {
            ++lines_;
            searched = end + 1;
            if (in_quotes && searched < kRowBytesMax) {
                continue;
            }
            consume_ = searched;
            record = view.substr(0, end);
            break;
        }
        searched = view.size();
        if (searched >= kRowBytesMax) {
            too_long = true;
            record = {};
            return SkipLine();
        }
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            record = window_.View();
            consume_ = record.size();
            ++lines_;
            if (record.empty()) {
                return false;
            }
            break;
        }
    }
    if (record.ends_with('\r')) {
        record.remove_suffix(1);
    }
    return true;
}

/// Passes over the rest of a line that is too long to be held.
Result<bool> CsvRows::SkipLine() {
    while (true) {
        const std::size_t end = window_.View().find('\n');
        if (end != std::string_view::npos) {
            window_.Consume(end + 1);
            ++lines_;
            return true;
        }
        window_.Consume(window_.View().size());
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            return true;
        }
    }
}

Status CsvRows::ReadHeader() {
    std::string_view record;
    do {
        bool too_long = false;
        SG_ASSIGN_OR_RETURN(const bool more, NextRecord(record, too_long));
        if (!more || too_long) {
            return Error{ErrorCode::kCorrupt, "there is no header line that names the columns"};
        }
        if (line_ == 1 && record.starts_with(kByteOrderMark)) {
            record.remove_prefix(kByteOrderMark.size());
        }
    } while (Trim(record).empty());
    separator_ = SeparatorOf(record);
    if (const auto wrong = SplitRecord(record, separator_, spans_); !wrong.empty()) {
        return Error{ErrorCode::kCorrupt, "the header line: " + std::string(wrong)};
    }
    for (const Span& span : spans_) {
        std::string text;
        columns_.emplace_back(Trim(TextOf(span, record, text)));
    }
    return {};
}

CsvRows::Wanted CsvRows::WantedOf(std::string_view column) const {
    Wanted wanted;
    const auto find = [this](std::string_view name) {
        const auto found = std::find(columns_.begin(), columns_.end(), name);
        return found == columns_.end() ? kNowhere
                                       : static_cast<std::size_t>(found - columns_.begin());
    };
    wanted.place = find(column);
    const std::size_t dot = column.find('.');
    if (wanted.place == kNowhere && dot != std::string_view::npos) {
        wanted.place = find(column.substr(0, dot));
        for (const std::string_view key : Split(column.substr(dot + 1), '.')) {
            wanted.path.emplace_back(key);
        }
    }
    return wanted;
}

void CsvRows::Bind(const std::vector<std::string>& columns) {
    wanted_.clear();
    for (const std::string& column : columns) {
        wanted_.push_back(WantedOf(column));
    }
}

std::string_view CsvRows::TextOf(const Span& span, std::string_view record, std::string& text)
    const {
    const std::string_view whole = record.substr(span.begin, span.end - span.begin);
    if (!span.escaped) {
        return whole;
    }
    text.clear();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        text += whole[i];
        i += whole[i] == '"' ? 1U : 0U;  // Of two quotes one stands.
    }
    return text;
}

void CsvRows::Fill(std::string_view record, Row& row) {
    row.cells.assign(wanted_.size(), Cell{});
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
        Wanted& wanted = wanted_[i];
        if (wanted.place >= spans_.size()) {
            continue;
        }
        const std::string_view text = TextOf(spans_[wanted.place], record, wanted.text);
        if (text.empty()) {
            continue;
        }
        if (wanted.path.empty()) {
            row.cells[i] = {CellKind::kText, text, {}};
            continue;
        }
        const auto parsed = wanted.parser.Parse(text);
        codec::JsonValue value = parsed.Ok() ? *parsed : codec::JsonValue();
        for (const std::string& key : wanted.path) {
            value = value.Get(key);
        }
        row.cells[i] = CellOf(value);
    }
}

Result<bool> CsvRows::Next(Row& row) {
    std::string_view record;
    do {
        bool too_long = false;
        SG_ASSIGN_OR_RETURN(const bool more, NextRecord(record, too_long));
        row.line = line_;
        row.raw = record;
        row.broken = {};
        if (!more) {
            return false;
        }
        if (too_long) {
            row.broken = "it is longer than 16 MiB";
            return true;
        }
    } while (record.empty());
    row.broken = SplitRecord(record, separator_, spans_);
    const std::size_t first_end = record.find('\n');
    if (!row.broken.empty() && first_end != std::string_view::npos) {
        // A quote that is not meant as one must not cost the lines behind it.
        row.raw = record.substr(0, first_end);
        consume_ = first_end + 1;
        lines_ = 1;
    }
    if (row.broken.empty() && spans_.size() != columns_.size()) {
        row.broken = spans_.size() < columns_.size() ? "it has fewer cells than the header"
                                                     : "it has more cells than the header";
    }
    if (row.broken.empty()) {
        Fill(record, row);
    }
    return true;
}

}  // namespace

Result<std::unique_ptr<RowReader>> ReadCsv(ByteWindow& window) {
    auto reader = std::make_unique<CsvRows>(window);
    SG_TRY(reader->ReadHeader());
    return std::unique_ptr<RowReader>(std::move(reader));
}

}  // namespace sightglass::capture::files

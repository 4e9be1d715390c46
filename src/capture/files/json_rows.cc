#include "capture/files/json_rows.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace sightglass::capture::files {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kLookBytes = 256U << 10;
constexpr std::size_t kColumnsMax = 1'000;
constexpr int kPathKeysMax = 4;

/// Where an array of rows may stand in an envelope.
constexpr std::array<std::string_view, 5> kEnvelopes =
    {"data", "items", "results", "observations", "rows"};

/// Finds the end of one value by its brackets and quotes; what is between them a parser judges.
/// Thread-safety: one thread at a time.
class ElementEnd {
public:
    /// Just behind the value that `text` begins with, or npos where it goes on behind `text`.
    /// `text` may have grown since the last call.
    std::size_t Find(std::string_view text) noexcept {
        for (; at_ < text.size(); ++at_) {
            const char c = text[at_];
            if (in_string_) {
                at_ += c == '\\' ? 1U : 0U;
                in_string_ = c != '"';
            } else if (c == '"') {
                in_string_ = true;
            } else if (c == '{' || c == '[') {
                ++depth_;
            } else if ((c == '}' || c == ']') && (depth_ == 0 || --depth_ == 0)) {
                return at_ + 1;
            }
        }
        return std::string_view::npos;
    }

private:
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool in_string_ = false;
};

/// Whether a text breaks off between two elements of an array, as a page does that has one a line.
bool BreaksBetweenElements(std::string_view text) {
    std::string open;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string) {
            at += c == '\\' ? 1U : 0U;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            open += c;
        } else if ((c == '}' || c == ']') && !open.empty()) {
            open.pop_back();
        }
    }
    return open.ends_with('[') && !in_string && (text.ends_with(',') || text.ends_with('['));
}

/// Calls visit(path, value) for what an object holds, down to a few levels of objects.
template <typename Visit>
void VisitLeaves(const codec::JsonValue& value, const std::string& path, int depth, Visit& visit) {
    value.ForEach([&](std::string_view key, codec::JsonValue member) {
        std::string name = path.empty() ? std::string(key) : path + "." + std::string(key);
        if (member.IsObject() && depth < kPathKeysMax) {
            VisitLeaves(member, name, depth + 1, visit);
        }
        visit(std::move(name), member);
        return true;
    });
}

class JsonRows final : public RowReader {
public:
    explicit JsonRows(ByteWindow& window) : window_(window), texts_(window) {}

    Status FindColumns();

    const std::vector<std::string>& Columns() const noexcept override { return columns_; }

    void Bind(const std::vector<std::string>& columns) override;
    Result<bool> Next(Row& row) override;

private:
    bool TakeEnveloped(Row& row);
    void TakeElement(const codec::JsonValue& element, Row& row);
    void Fill(const codec::JsonValue& object, Row& row) const;
    static codec::JsonValue EnvelopedIn(const codec::JsonValue& object);
    static codec::JsonValue ResultsIn(const codec::JsonValue& element);
    static codec::JsonValue
    FirstResultIn(const codec::JsonValue& enveloped, const codec::JsonValue& element);

    ByteWindow& window_;
    JsonTexts texts_;
    codec::JsonParser parser_;
    std::vector<std::string> columns_;
    std::vector<JsonPath> paths_;
    codec::JsonValue enveloped_;  // The array whose elements are being handed out.
    std::size_t next_enveloped_ = 0;
    codec::JsonValue bucket_;  // One of them that holds rows itself, and those.
    codec::JsonValue results_;
    std::size_t next_result_ = 0;
    std::uint64_t envelope_line_ = 0;
    std::string enveloped_text_;
    std::string why_;  // The row that was handed out last is none.
};

/// From the window's first bytes, which stay in it.
Status JsonRows::FindColumns() {
    while (window_.View().size() < kLookBytes) {
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            break;
        }
    }
    const auto bytes = BytesInMemory(window_.View());
    ByteWindow window(*bytes);
    JsonTexts texts(window);
    std::string_view text;
    std::string_view broken;
    std::uint64_t line = 0;
    auto note = [this](std::string name, const codec::JsonValue&) {
        const bool known = std::find(columns_.begin(), columns_.end(), name) != columns_.end();
        if (!known && columns_.size() < kColumnsMax) {
            columns_.push_back(std::move(name));
        }
    };
    constexpr int kRowsLookedAt = 200;
    for (int rows = 0; rows < kRowsLookedAt; ++rows) {
        SG_ASSIGN_OR_RETURN(const bool more, texts.Next(text, line, broken));
        if (!more) {
            break;
        }
        const auto parsed = broken.empty() ? parser_.Parse(text) : Error{};
        if (!parsed.Ok()) {
            continue;
        }
        const codec::JsonValue enveloped = EnvelopedIn(*parsed);
        for (std::size_t i = 0; i < std::max<std::size_t>(1, enveloped.Size()) && rows < 200; ++i) {
            const codec::JsonValue element = enveloped.Exists() ? enveloped.At(i) : *parsed;
            VisitLeaves(element, {}, 1, note);
            VisitLeaves(FirstResultIn(enveloped, element), {}, 1, note);
        }
    }
    return {};
}

/// The array of rows in a page of an API: its elements are objects, and the object says little else.
codec::JsonValue JsonRows::EnvelopedIn(const codec::JsonValue& object) {
    constexpr std::size_t kEnvelopeMembersMax = 6;
    if (object.Size() > kEnvelopeMembersMax) {
        return {};
    }
    for (const std::string_view name : kEnvelopes) {
        const codec::JsonValue array = object.Get(name);
        if (array.IsArray() && (array.Size() == 0 || array.At(0).IsObject())) {
            return array;
        }
    }
    return {};
}

/// A bucket of time of a provider's API holds the rows of that time.
codec::JsonValue JsonRows::ResultsIn(const codec::JsonValue& element) {
    const codec::JsonValue results = element.Get("results");
    return results.IsArray() && results.At(0).IsObject() ? results : codec::JsonValue();
}

codec::JsonValue
JsonRows::FirstResultIn(const codec::JsonValue& enveloped, const codec::JsonValue& element) {
    return enveloped.Exists() ? ResultsIn(element).At(0) : codec::JsonValue();
}

void JsonRows::Bind(const std::vector<std::string>& columns) {
    paths_.clear();
    for (const std::string& column : columns) {
        paths_.emplace_back(column);
    }
}

void JsonRows::Fill(const codec::JsonValue& object, Row& row) const {
    row.cells.resize(paths_.size());
    for (std::size_t i = 0; i < paths_.size(); ++i) {
        const codec::JsonValue value = paths_[i].In(object);
        row.cells[i] = CellOf(value.Exists() ? value : paths_[i].In(bucket_));
    }
}

bool JsonRows::TakeEnveloped(Row& row) {
    if (next_result_ < results_.Size()) {
        TakeElement(results_.At(next_result_++), row);
        return true;
    }
    bucket_ = {};
    results_ = {};
    if (next_enveloped_ >= enveloped_.Size()) {
        enveloped_ = {};
        return false;
    }
    const codec::JsonValue element = enveloped_.At(next_enveloped_++);
    if (ResultsIn(element).Exists()) {
        bucket_ = element;
        results_ = ResultsIn(element);
        next_result_ = 0;
        return TakeEnveloped(row);
    }
    TakeElement(element, row);
    return true;
}

/// What a result does not say, its bucket does.
void JsonRows::TakeElement(const codec::JsonValue& element, Row& row) {
    enveloped_text_ = bucket_.Exists() ? bucket_.Get("start_time").Text() : std::string();
    enveloped_text_ += element.Text();  // Before any of its texts is asked for.
    row.raw = enveloped_text_;
    row.line = envelope_line_;
    row.broken = element.IsObject() ? "" : "it is no JSON object";
    Fill(element, row);
}

Result<bool> JsonRows::Next(Row& row) {
    while (true) {
        if (enveloped_.Exists() && TakeEnveloped(row)) {
            return true;
        }
        SG_ASSIGN_OR_RETURN(const bool more, texts_.Next(row.raw, row.line, row.broken));
        if (!more || !row.broken.empty()) {
            return more;
        }
        const auto parsed = parser_.Parse(row.raw);
        if (!parsed.Ok() || !parsed->IsObject()) {
            why_ = parsed.Ok() ? "it is no JSON object" : "it is " + parsed.error().message;
            row.broken = why_;
            return true;
        }
        enveloped_ = EnvelopedIn(*parsed);
        if (!enveloped_.Exists()) {
            Fill(*parsed, row);
            return true;
        }
        next_enveloped_ = 0;
        envelope_line_ = row.line;
    }
}

}  // namespace

JsonPath::JsonPath(std::string_view path) : whole_(path) {
    for (const std::string_view key : Split(path, '.')) {
        keys_.emplace_back(key);
    }
}

codec::JsonValue JsonPath::In(const codec::JsonValue& object) const noexcept {
    codec::JsonValue value = object.Get(whole_);
    if (value.Exists() || keys_.size() < 2) {
        return value;
    }
    value = object;
    for (const std::string& key : keys_) {
        value = value.Get(key);
    }
    return value;
}

void JsonTexts::Consume(std::size_t bytes) {
    const std::string_view view = window_.View().substr(0, bytes);
    line_ += static_cast<std::uint64_t>(std::count(view.begin(), view.end(), '\n'));
    window_.Consume(bytes);
}

/// Passes over white space, commas and the brackets of the array around; false at the end.
Result<bool> JsonTexts::SkipToElement() {
    while (true) {
        const std::string_view view = window_.View();
        const std::size_t start = view.find_first_not_of(
            layout_ == Layout::kElements ? std::string_view(" \t\r\n,[]") : kSpace
        );
        Consume(std::min(start, view.size()));
        if (start != std::string_view::npos) {
            return true;
        }
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            return false;
        }
    }
}

/// An array, or objects over several lines, are elements; anything else is lines.
Result<JsonTexts::Layout> JsonTexts::FindLayout() {
    if (window_.View().starts_with(kByteOrderMark)) {
        window_.Consume(kByteOrderMark.size());
    }
    SG_ASSIGN_OR_RETURN(const bool any, SkipToElement());
    if (!any || window_.View().front() == '[') {
        return Layout::kElements;
    }
    // Whether the first value ends in its line.
    while (window_.View().find('\n') == std::string_view::npos &&
           window_.View().size() < kRowBytesMax) {
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            break;
        }
    }
    const std::string_view view = window_.View();
    const std::string_view line = Trim(view.substr(0, view.find('\n')));
    ElementEnd end;
    const bool opens = line.starts_with('{') && end.Find(line) == std::string_view::npos;
    // A line that is only cut off is followed by one that begins as it did.
    const std::string_view next = view.substr(std::min(view.find('\n'), view.size() - 1) + 1);
    const bool goes_on = !next.starts_with('{') || BreaksBetweenElements(line);
    return opens && goes_on ? Layout::kElements : Layout::kLines;
}

Result<bool> JsonTexts::SkipLine() {
    while (true) {
        const std::size_t end = window_.View().find('\n');
        if (end != std::string_view::npos) {
            Consume(end + 1);
            return true;
        }
        Consume(window_.View().size());
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            return true;
        }
    }
}

Result<bool> JsonTexts::NextLine(std::string_view& text, std::string_view& broken) {
    std::size_t searched = 0;
    while (true) {
        const std::string_view view = window_.View();
        const std::size_t end = view.find('\n', searched);
        if (end != std::string_view::npos) {
            text = Trim(view.substr(0, end));
            consume_ = end;  // The line end itself is white space before the next.
            return true;
        }
        searched = view.size();
        if (searched > kRowBytesMax) {
            broken = "it is longer than 16 MiB";
            return SkipLine();
        }
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            text = Trim(window_.View());
            consume_ = window_.View().size();
            return true;
        }
    }
}

Result<bool> JsonTexts::NextElement(std::string_view& text, std::string_view& broken) {
    constexpr std::size_t kElementBytesMax = 60U << 20;
    if (const char first = window_.View().front(); first != '{') {
        broken = "it is no JSON object";
        return SkipLine();
    }
    ElementEnd element;
    while (true) {
        const std::size_t end = element.Find(window_.View());
        if (end != std::string_view::npos) {
            text = window_.View().substr(0, end);
            consume_ = end;
            return true;
        }
        const bool too_long = window_.View().size() > kElementBytesMax;
        Result<bool> more = too_long ? Result<bool>(false) : window_.More();
        if (!more.Ok()) {
            return more;
        }
        if (!*more) {
            broken = too_long ? "it is longer than 60 MiB" : "it is cut off";
            Consume(window_.View().size());
            return true;
        }
    }
}

Result<bool>
JsonTexts::Next(std::string_view& text, std::uint64_t& line, std::string_view& broken) {
    Consume(std::exchange(consume_, 0));
    if (layout_ == Layout::kUnknown) {
        SG_ASSIGN_OR_RETURN(layout_, FindLayout());
    }
    text = {};
    broken = {};
    SG_ASSIGN_OR_RETURN(const bool any, SkipToElement());
    line = line_;
    if (!any) {
        return false;
    }
    return layout_ == Layout::kLines ? NextLine(text, broken) : NextElement(text, broken);
}

Result<std::unique_ptr<RowReader>> ReadJson(ByteWindow& window) {
    auto reader = std::make_unique<JsonRows>(window);
    SG_TRY(reader->FindColumns());
    return std::unique_ptr<RowReader>(std::move(reader));
}

}  // namespace sightglass::capture::files

#include "capture/files/access_log_rows.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"
#include "capture/files/line_reader.h"

namespace sightglass::capture::files {
namespace {

constexpr std::size_t kTokensMax = 40;

/// One part of a line, without the quotes or brackets around it.
struct Token {
    std::string_view text;
    char around = ' ';
};

/// Takes a line apart at spaces, quotes and brackets. Within quotes a backslash takes away the
/// meaning of the character behind it.
std::vector<Token> TokensOf(std::string_view line) {
    std::vector<Token> tokens;
    std::size_t at = 0;
    while (at < line.size() && tokens.size() < kTokensMax) {
        const char c = line[at];
        if (c == ' ' || c == '\t') {
            ++at;
            continue;
        }
        if (c != '"' && c != '[') {
            const std::size_t end = std::min(line.find(' ', at), line.size());
            tokens.push_back({line.substr(at, end - at), ' '});
            at = end;
            continue;
        }
        std::size_t end = at + 1;
        while (end < line.size() && line[end] != (c == '"' ? '"' : ']')) {
            end += line[end] == '\\' ? 2 : 1;
        }
        end = std::min(end, line.size());
        tokens.push_back({line.substr(at + 1, end - at - 1), c});
        at = end + 1;
    }
    return tokens;
}

/// Where the time stands; the rest is told by it.
std::size_t PlaceOfTime(const std::vector<Token>& tokens) {
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        if (tokens[i].around == '[' && tokens[i + 1].around == '"') {
            return i;
        }
    }
    return tokens.size();
}

/// Columns of what follows the time, in order.
constexpr auto kNginxColumns = std::to_array<std::string_view>(
    {"time_local", "request", "status", "bytes_sent", "referer", "user_agent"}
);
constexpr auto kEnvoyColumns = std::to_array<std::string_view>(
    {"start_time",
     "request",
     "status",
     "flags",
     "bytes_received",
     "bytes_sent",
     "duration_ms",
     "upstream_ms",
     "forwarded_for",
     "user_agent",
     "request_id",
     "authority"}
);

struct NamedTime {
    std::string_view key;
    std::string_view column;
};

constexpr auto kNamedTimes = std::to_array<NamedTime>({
    {"rt", "request_time"},
    {"request_time", "request_time"},
    {"urt", "upstream_time"},
    {"upstream_time", "upstream_time"},
    {"upstream_response_time", "upstream_time"},
});

using Named = std::vector<std::pair<std::string_view, std::string_view>>;

/// What stands behind nginx's own columns: "rt=0.123", or plain numbers, of which the first is the
/// time of the request and the second the upstream's.
void NameTimes(const std::vector<Token>& tokens, std::size_t from, Named& named) {
    int plain = 0;
    for (std::size_t i = from; i < tokens.size(); ++i) {
        std::string_view text = tokens[i].text;
        if (const std::size_t equals = text.find('='); equals != std::string_view::npos) {
            const std::string_view key = text.substr(0, equals);
            text.remove_prefix(equals + 1);
            if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
                text = text.substr(1, text.size() - 2);  // urt="0.123"
            }
            for (const NamedTime& known : kNamedTimes) {
                if (known.key == key) {
                    named.emplace_back(known.column, text);
                }
            }
        } else if (ParseDouble(text) && text.find('.') != std::string_view::npos && plain < 2) {
            named.emplace_back(plain == 0 ? "request_time" : "upstream_time", text);
            ++plain;
        }
    }
}

Named NamedIn(const std::vector<Token>& tokens, std::size_t time) {
    Named named;
    const bool envoy = time == 0;
    const std::span<const std::string_view> columns =
        envoy ? std::span<const std::string_view>(kEnvoyColumns)
              : std::span<const std::string_view>(kNginxColumns);
    for (std::size_t i = 0; i < columns.size() && time + i < tokens.size(); ++i) {
        named.emplace_back(columns[i], tokens[time + i].text);
    }
    if (!envoy) {
        if (time >= 3) {
            named.emplace_back("client", tokens[time - 3].text);
            named.emplace_back("user", tokens[time - 1].text);
        }
        NameTimes(tokens, time + columns.size(), named);
    }
    return named;
}

class AccessLogRows final : public RowReader {
public:
    explicit AccessLogRows(ByteWindow& window) : lines_(window) {}

    const std::vector<std::string>& Columns() const noexcept override { return columns_; }

    void Bind(const std::vector<std::string>& columns) override { bound_ = columns; }

    Result<bool> Next(Row& row) override {
        SG_ASSIGN_OR_RETURN(const bool more, lines_.Next(row.raw, row.line, row.broken));
        if (!more || !row.broken.empty()) {
            return more;
        }
        const std::vector<Token> tokens = TokensOf(row.raw);
        const std::size_t time = PlaceOfTime(tokens);
        if (time == tokens.size()) {
            row.broken = "it is no line of an access log: no [time] with a \"request\" behind it";
            return true;
        }
        row.cells.assign(bound_.size(), Cell{});
        for (const auto& [column, text] : NamedIn(tokens, time)) {
            const auto bound = std::find(bound_.begin(), bound_.end(), column);
            if (bound != bound_.end() && text != "-" && !text.empty()) {
                row.cells[static_cast<std::size_t>(bound - bound_.begin())] = {
                    CellKind::kText,
                    text,
                    {}};
            }
        }
        return true;
    }

private:
    LineReader lines_;
    std::vector<std::string> columns_;  // Its format is told by its lines.
    std::vector<std::string> bound_;
};

}  // namespace

bool IsAccessLogLine(std::string_view line) {
    const std::vector<Token> tokens = TokensOf(line);
    const std::size_t time = PlaceOfTime(tokens);
    return time + 2 < tokens.size() && !tokens[time].text.empty() && tokens[time].text[0] >= '0' &&
           tokens[time].text[0] <= '9' && ParseInt(tokens[time + 2].text).has_value();
}

std::unique_ptr<RowReader> ReadAccessLog(ByteWindow& window) {
    return std::make_unique<AccessLogRows>(window);
}

}  // namespace sightglass::capture::files

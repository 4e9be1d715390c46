#include "capture/files/call_text.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "call/field_table.h"
#include "codec/json_writer.h"

namespace sightglass::capture::files {
namespace {

using codec::JsonWriter;

bool IsKnown(const Uuid& value) {
    return !value.IsNil();
}

template <typename T>
bool IsKnown(const std::optional<T>& value) {
    return value.has_value();
}

template <typename T>
bool IsKnown(const T& value) {
    return !value.empty();
}

void Write(const Uuid& value, JsonWriter& json) {
    json.String(ToString(value));
}

void Write(const std::string& value, JsonWriter& json) {
    json.String(value);
}

void Write(const OptionalInt& value, JsonWriter& json) {
    json.Int(*value);
}

void Write(const OptionalTime& value, JsonWriter& json) {
    json.String(FormatTime(*value));
}

void Write(const OptionalMoney& value, JsonWriter& json) {
    json.Int(value->nano_usd());
}

void Write(const std::optional<bool>& value, JsonWriter& json) {
    json.Bool(*value);
}

void Write(const std::optional<double>& value, JsonWriter& json) {
    json.Double(*value);
}

void Write(const Tags& tags, JsonWriter& json) {
    json.BeginObject();
    for (const auto& [name, value] : tags) {
        json.Key(name).String(value);
    }
    json.EndObject();
}

void Write(const std::vector<Attempt>& attempts, JsonWriter& json) {
    json.BeginArray();
    for (const Attempt& attempt : attempts) {
        json.BeginObject().Key("target").String(attempt.target);
        json.Key("http_status").Int(attempt.http_status).Key("why").String(attempt.why);
        json.Key("duration_us").Int(attempt.duration_us).EndObject();
    }
    json.EndArray();
}

template <typename Enum>
requires std::is_enum_v<Enum>

void Write(const std::optional<Enum>& value, JsonWriter& json) {
    json.String(ToString(*value));
}

/// The field as the text of a cell: a JSON string without its quotes, anything else as it is.
std::string CellText(const Field& field, const Call& call) {
    return std::visit(
        [&call](auto member) -> std::string {
            const auto& value = call.*member;
            if (!IsKnown(value)) {
                return {};
            }
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
                return value;
            } else {
                JsonWriter json;
                Write(value, json);
                std::string text = json.Take();
                return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
            }
        },
        field.member
    );
}

void AppendQuoted(std::string_view before, std::string_view text, std::string& out) {
    out.append(1, '"').append(before);
    for (const char c : text) {
        out.append(c == '"' ? 2 : 1, c);
    }
    out += '"';
}

/// What a spreadsheet would run, and what looks like that with an apostrophe before it: so that every
/// text comes back.
bool IsGuarded(std::string_view text) {
    constexpr std::string_view kFormula = "=+-@\t\r";
    text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
    return !text.empty() && kFormula.find(text.front()) != std::string_view::npos &&
           !ParseDouble(text);
}

void AppendPlainCell(std::string_view text, std::string& out) {
    if (text.find_first_of(",\"\r\n;\t'") != std::string_view::npos || text != Trim(text)) {
        AppendQuoted("", text, out);
    } else {
        out += text;
    }
}

void AppendLine(
    const Call& call,
    void (*append_cell)(std::string_view text, std::string& out),
    std::string& out
) {
    for (const Field& field : kFieldTable) {
        out += &field == kFieldTable.data() ? "" : ",";
        append_cell(CellText(field, call), out);
    }
    out += '\n';
}

}  // namespace

void AppendJsonLine(const Call& call, std::string& out) {
    JsonWriter json;
    json.BeginObject();
    ForEachField([&call, &json](auto place, auto member) {
        const auto& value = call.*member;
        if (IsKnown(value)) {
            json.Key(kFieldTable[place].name);
            Write(value, json);
        }
    });
    json.EndObject();
    out += json.text();
    out += '\n';
}

void AppendCsvCell(std::string_view text, std::string& out) {
    if (IsGuarded(text)) {
        AppendQuoted("'", text, out);
    } else {
        AppendPlainCell(text, out);
    }
}

std::string_view TextOfCsvCell(std::string_view cell) {
    const bool added = cell.starts_with('\'') && IsGuarded(cell.substr(1));
    return added ? cell.substr(1) : cell;
}

void AppendCsvHeader(std::string& out) {
    for (const Field& field : kFieldTable) {
        out += &field == kFieldTable.data() ? "" : ",";
        out += field.name;
    }
    out += '\n';
}

void AppendCsvLine(const Call& call, std::string& out) {
    AppendLine(call, AppendCsvCell, out);
}

void AppendPlainCsvLine(const Call& call, std::string& out) {
    AppendLine(call, AppendPlainCell, out);
}

}  // namespace sightglass::capture::files

#include "dialect/traces/span_content.h"

#include <algorithm>

#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::dialect::traces {
namespace {

using Part = SpanFields::Named;

constexpr int kPathDepthMax = 16;

bool IsNumber(std::string_view text) noexcept {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Wrappers that OpenInference puts around each element of a list.
bool IsWrapper(std::string_view segment) noexcept {
    return segment == "message" || segment == "message_content" || segment == "tool_call";
}

/// The first segment of a path that says something; `rest` is what follows it.
std::string_view TakeSegment(std::string_view& rest) noexcept {
    std::string_view segment;
    do {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        segment = rest.substr(0, dot);
        rest.remove_prefix(std::min(dot + 1, rest.size()));
    } while (IsWrapper(segment) && !rest.empty());
    return segment;
}

/// Numbers by their value: shorter ones first, because they have no zeros in front.
bool SegmentLess(std::string_view a, std::string_view b) noexcept {
    if (IsNumber(a) && IsNumber(b) && a.size() != b.size()) {
        return a.size() < b.size();
    }
    return a < b;
}

bool PathLess(std::string_view a, std::string_view b) noexcept {
    while (!a.empty() && !b.empty()) {
        const std::string_view first = TakeSegment(a);
        const std::string_view second = TakeSegment(b);
        if (first != second) {
            return SegmentLess(first, second);
        }
    }
    return a.empty() && !b.empty();
}

/// Writes parts that share everything before their paths, which are sorted, as nested JSON.
void WriteParts(std::span<const Part> parts, int depth, codec::JsonWriter& json) {
    std::string_view first_rest = parts.front().name;
    const bool leaf = first_rest.empty() || depth >= kPathDepthMax;
    if (leaf) {
        parts.front().value->AppendTo(json);
        return;
    }
    const bool list = IsNumber(TakeSegment(first_rest));
    list ? json.BeginArray() : json.BeginObject();
    std::size_t begin = 0;
    std::vector<Part> group;
    while (begin < parts.size()) {
        std::string_view rest = parts[begin].name;
        const std::string_view segment = TakeSegment(rest);
        group.clear();
        std::size_t end = begin;
        while (end < parts.size()) {
            std::string_view other_rest = parts[end].name;
            if (TakeSegment(other_rest) != segment) {
                break;
            }
            group.push_back({parts[end].concept_of, other_rest, parts[end].value});
            ++end;
        }
        if (!list) {
            json.Key(segment);
        }
        WriteParts(group, depth + 1, json);
        begin = end;
    }
    list ? json.EndArray() : json.EndObject();
}

std::string JsonOfParts(std::span<const Part> parts) {
    std::vector<Part> sorted(parts.begin(), parts.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const Part& a, const Part& b) {
        return PathLess(a.name, b.name);
    });
    codec::JsonWriter json;
    WriteParts(sorted, 0, json);
    return json.Take();
}

/// A text as it stands; a structure as JSON.
std::string TextOf(const AttributeValue& value) {
    if (value.kind == ValueKind::kText) {
        return std::string(value.text.substr(0, kContentGatheredMax));
    }
    codec::JsonWriter json;
    value.AppendTo(json);
    return json.Take();
}

/// One member: JSON stays JSON, other text becomes a JSON string.
void WriteMember(std::string_view name, std::string_view text, codec::JsonWriter& json) {
    static thread_local codec::JsonParser parser;
    json.Key(name);
    const bool structured = text.starts_with('{') || text.starts_with('[');
    if (structured && parser.Parse(text).Ok()) {
        json.Raw(text);
    } else {
        json.String(text);
    }
}

std::string Either(const SpanFields& fields, Concept whole, Concept parts) {
    const AttributeValue* const value = fields.Find(whole);
    if (!fields.Parts(parts).empty() && fields.RankOf(parts) < fields.RankOf(whole)) {
        return JsonOfParts(fields.Parts(parts));
    }
    return value != nullptr ? TextOf(*value) : std::string();
}

/// Instructions and tools that do not stand among the messages go around them.
void ReadInput(const SpanFields& fields, SpanContent& content) {
    content.input = Either(fields, Concept::kInput, Concept::kInputPart);
    const AttributeValue* const system = fields.Find(Concept::kSystem);
    const AttributeValue* const tools = fields.Find(Concept::kTools);
    if (system == nullptr && tools == nullptr) {
        return;
    }
    codec::JsonWriter json;
    json.BeginObject();
    if (system != nullptr) {
        WriteMember("system_instructions", TextOf(*system), json);
    }
    if (!content.input.empty()) {
        WriteMember("messages", content.input, json);
    }
    if (tools != nullptr) {
        WriteMember("tools", TextOf(*tools), json);
    }
    content.input = json.EndObject().Take();
}

/// {"role": …, …}: a body's own members, or the text of an attribute as "content".
std::string
MessageOf(const EventRow& row, std::span<const Attribute> attributes, const AttributeValue& body) {
    codec::JsonWriter json;
    json.BeginObject();
    bool has_role = false;
    bool any = false;
    body.ForEachMember([&](std::string_view key, const AttributeValue& value) {
        has_role = has_role || key == "role";
        any = true;
        json.Key(key);
        value.AppendTo(json);
        return true;
    });
    for (const Attribute& attribute : attributes) {
        const Concept meaning = AttributeIndex::Instance().Find(attribute.key).concept_of;
        const bool says = meaning == Concept::kInput || meaning == Concept::kOutput ||
                          attribute.key == "gen_ai.event.content" || attribute.key == "content";
        if (!any && says) {
            any = true;
            WriteMember("content", TextOf(attribute.value), json);
        }
    }
    if (!any && !body.Text().empty()) {
        any = true;
        WriteMember("content", body.Text(), json);
    }
    if (!has_role && !row.role.empty()) {
        json.Key("role").String(row.role);
    }
    json.EndObject();
    return any ? json.Take() : std::string();
}

void AddMessage(const std::string& message, std::string& messages) {
    if (message.empty() || messages.size() + message.size() > kContentGatheredMax) {
        return;
    }
    if (!messages.empty()) {
        messages += ',';
    }
    messages += message;
}

void AddWhole(const std::string& more, std::string& whole) {
    if (whole.empty()) {
        whole = more;
    }
}

std::string Text(const std::string& whole, const std::string& messages) {
    if (!whole.empty() || messages.empty()) {
        return whole;
    }
    return '[' + messages + ']';
}

}  // namespace

bool SpanContent::Empty() const noexcept {
    return Bytes() == 0;
}

std::size_t SpanContent::Bytes() const noexcept {
    return input.size() + output.size() + input_messages.size() + output_messages.size();
}

void SpanContent::Append(const SpanContent& more) {
    AddWhole(more.input, input);
    AddWhole(more.output, output);
    AddMessage(more.input_messages, input_messages);
    AddMessage(more.output_messages, output_messages);
}

std::string SpanContent::InputText() const {
    return Text(input, input_messages);
}

std::string SpanContent::OutputText() const {
    return Text(output, output_messages);
}

void ReadContent(
    const SpanFields& fields,
    std::span<const EventView> events,
    SpanContent& content
) {
    ReadInput(fields, content);
    content.output = Either(fields, Concept::kOutput, Concept::kOutputPart);
    for (const EventView& event : events) {
        SpanContent said;
        ReadEventContent(event.name, event.attributes, {}, said);
        content.Append(said);
    }
}

void ReadEventContent(
    std::string_view name,
    std::span<const Attribute> attributes,
    const AttributeValue& body,
    SpanContent& content
) {
    const EventRow* const row = AttributeIndex::Instance().FindEvent(name);
    if (row != nullptr && row->section != Concept::kFirstTokenTime) {
        const std::string message = MessageOf(*row, attributes, body);
        AddMessage(
            message,
            row->section == Concept::kInput ? content.input_messages : content.output_messages
        );
        return;
    }
    if (!name.starts_with("gen_ai.")) {
        return;
    }
    SpanFields fields;
    fields.Read(attributes);
    ReadInput(fields, content);
    content.output = Either(fields, Concept::kOutput, Concept::kOutputPart);
}

}  // namespace sightglass::dialect::traces

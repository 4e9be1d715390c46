#include "insight/annotations.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analytics/filter_text.h"
#include "base/text.h"
#include "codec/json_body.h"
#include "codec/json_writer.h"
#include "insight/plain_text.h"

namespace sightglass::insight {
namespace {

using codec::JsonValue;
using codec::NotAllowed;

constexpr std::array<std::string_view, static_cast<std::size_t>(AnnotationKind::kCount_)> kKinds{
    "deploy",
    "model_switch",
    "price_change",
    "prompt_change",
    "configuration",
    "incident",
    "other"};

Status ReadTime(JsonValue value, Time now, Time& out) {
    const auto text = value.String();
    auto time = ParseTime(text.value_or(""), now);
    if (!text || text->empty() || !time.Ok()) {
        return NotAllowed("at", "a time such as 2026-11-22T14:00:00Z, -2h or now");
    }
    out = *time;
    return {};
}

Status ReadKind(JsonValue value, AnnotationKind& out) {
    const auto place = std::find(kKinds.begin(), kKinds.end(), value.String().value_or(""));
    if (place == kKinds.end()) {
        std::string list;
        for (const std::string_view kind : kKinds) {
            list.append(list.empty() ? "" : ", ").append(kind);
        }
        return NotAllowed("kind", list);
    }
    out = static_cast<AnnotationKind>(place - kKinds.begin());
    return {};
}

Status ReadFilters(JsonValue list, std::vector<std::string>& out) {
    const Error wrong = NotAllowed("filters", "at most 10 filters, such as [\"service:chat\"]");
    if (!list.IsArray() || list.Size() > Annotation::kFiltersMax) {
        return wrong;
    }
    out.clear();
    bool texts = true;
    list.ForEach([&](std::string_view, JsonValue value) {
        out.emplace_back(value.String().value_or(""));
        texts = value.IsString() && !out.back().empty();
        return texts;
    });
    if (!texts) {
        return wrong;
    }
    const auto parsed = analytics::ParseFilters(out, {});
    return parsed.Ok() ? Status() : Status(parsed.error());
}

Status ReadMember(std::string_view name, JsonValue value, Time now, Annotation& annotation) {
    if (name == "at") {
        return ReadTime(value, now, annotation.at);
    }
    if (name == "kind") {
        return ReadKind(value, annotation.kind);
    }
    if (name == "name") {
        annotation.name = Trim(value.String().value_or(""));
        const bool fits = !annotation.name.empty() &&
                          IsPlain(annotation.name, Annotation::kNameBytesMax) &&
                          annotation.name.find('\n') == std::string::npos;
        return fits ? Status() : NotAllowed(name, "a text of 1 to 120 bytes on one line");
    }
    if (name == "text") {
        annotation.text = Trim(value.String().value_or(""));
        const bool fits = (value.IsString() || value.IsNull()) &&
                          IsPlain(annotation.text, Annotation::kTextBytesMax);
        return fits ? Status() : NotAllowed(name, "a text of at most 4000 bytes");
    }
    if (name == "filters") {
        return ReadFilters(value, annotation.filters);
    }
    return NotAllowed(name, "the members at, kind, name, text, filters");
}

std::string TextOf(const Annotation& annotation) {
    codec::JsonWriter json;
    json.BeginObject().Key("kind").String(ToString(annotation.kind));
    json.Key("name").String(annotation.name).Key("text").String(annotation.text);
    json.Key("filters").BeginArray();
    for (const std::string& filter : annotation.filters) {
        json.String(filter);
    }
    return json.EndArray().EndObject().Take();
}

Result<Annotation> FromRow(const state::AnnotationRow& row) {
    SG_ASSIGN_OR_RETURN(Annotation annotation, ParseAnnotation(row.text, row.at, {}));
    annotation.id = row.id;
    annotation.at = row.at;
    annotation.created_at = row.created_at;
    annotation.changed_at = row.changed_at;
    return annotation;
}

Error NoSuch(std::string_view id) {
    return Error{ErrorCode::kNotFound, "no annotation has the id " + EscapeForDisplay(id)};
}

}  // namespace

std::string_view ToString(AnnotationKind kind) noexcept {
    return kKinds[static_cast<std::size_t>(kind)];
}

Result<Annotation> ParseAnnotation(std::string_view body, Time now, Annotation base) {
    SG_TRY(codec::ReadMembers(body, [&](std::string_view name, JsonValue value) {
        return ReadMember(name, value, now, base);
    }));
    if (base.name.empty()) {
        return NotAllowed("name", "a text of 1 to 120 bytes on one line");
    }
    return base;
}

Result<std::vector<Annotation>> Annotations::Between(Time from, Time to) const {
    SG_ASSIGN_OR_RETURN(const auto rows, rows_.Between(from, to, kPageMax));
    std::vector<Annotation> all;
    all.reserve(rows.size());
    for (const state::AnnotationRow& row : rows) {
        SG_ASSIGN_OR_RETURN(Annotation annotation, FromRow(row));
        all.push_back(std::move(annotation));
    }
    return all;
}

Result<Annotation> Annotations::Find(std::string_view id) const {
    SG_ASSIGN_OR_RETURN(const auto row, rows_.Find(std::string(id)));
    if (!row) {
        return NoSuch(id);
    }
    return FromRow(*row);
}

Result<Annotation> Annotations::Add(Annotation annotation, state::AuditEntry entry) {
    const Time now = clock_.Now();
    annotation.id = ids_.With([now](UuidSource& ids) { return ToString(ids.Next(now)); });
    annotation.created_at = now;
    return Put(std::move(annotation), std::move(entry));
}

Result<Annotation> Annotations::Change(Annotation annotation, state::AuditEntry entry) {
    SG_ASSIGN_OR_RETURN(const Annotation before, Find(annotation.id));
    annotation.created_at = before.created_at;
    return Put(std::move(annotation), std::move(entry));
}

Result<Annotation> Annotations::Put(Annotation annotation, state::AuditEntry entry) {
    annotation.changed_at = clock_.Now();
    entry.object = annotation.id;
    SG_TRY(rows_.Put(
        {.id = annotation.id,
         .at = annotation.at,
         .text = TextOf(annotation),
         .created_at = annotation.created_at,
         .changed_at = annotation.changed_at},
        entry
    ));
    return annotation;
}

Status Annotations::Remove(std::string_view id, state::AuditEntry entry) {
    SG_ASSIGN_OR_RETURN(const Annotation found, Find(id));
    entry.object = found.id;
    return rows_.Remove(found.id, entry);
}

}  // namespace sightglass::insight

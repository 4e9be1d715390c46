#include "store/duckdb/feedback_sql.h"

#include <utility>

#include "call/record_ids.h"
#include "store/duckdb/feedback_rows.h"
#include "store/feedback_subjects.h"

namespace sightglass::store {
namespace {

constexpr std::int64_t kNamingMax = 2'000;

// In Call::joined, for each of its records.
constexpr const char* kRecordId = R"re("call_id":"([0-9a-f-]{36})")re";
constexpr const char* kRecordSpanId = R"re("span_id":"([^"]+)")re";

constexpr std::string_view kNewestFirst = " ORDER BY created_at DESC, id DESC";

/// Each row of `feedback` beside each call that it may count for. Columns: id, score, call_id, us (the call's start), and
/// is_span, whether it is the very span that was named. Of each pair of tables, feedback is the small one.
std::string
MatchesSql(const std::string& feedback, Time from, const Sources& sources, Values& values) {
    const std::string recent = "started_at >= " + values.Bind(from - kTraceSpan);
    const std::string record = ", epoch_us(started_at) AS us, ";
    const auto one = [&](const std::string& calls, const std::string& us, const std::string& on) {
        return "SELECT f.id, f.score, c.call_id, " + us + " AS us, false AS is_span FROM " +
               feedback + " AS f JOIN " + calls + " AS c ON " + on;
    };
    const auto direct = [&](const std::string& on) {
        return one(sources.calls, "epoch_us(c.started_at)", on + " WHERE c." + recent);
    };
    // The records that a joined call was made of, by what each was called.
    const auto records = [&](const std::string& columns, const std::string& pattern) {
        return "(SELECT call_id" + record + columns + "unnest(regexp_extract_all(joined, '" +
               pattern + "', 1)) AS record FROM " + sources.calls +
               " AS j WHERE joined IS NOT NULL AND " + recent + ")";
    };
    std::string text = direct("c.call_id = f.call_id");
    text += " UNION ALL " +
            one(records("", kRecordId), "c.us", "c.record = CAST(f.call_id AS VARCHAR)");
    text += " UNION ALL " + direct("c.provider_response_id = f.provider_response_id");
    text += " UNION ALL " + direct("c.session_id = f.session_id AND c.started_at <= f.created_at");
    text +=
        " UNION ALL SELECT f.id, f.score, c.call_id, epoch_us(c.started_at), "
        "coalesce(c.span_id = f.span_id, false) FROM " +
        feedback + " AS f JOIN " + sources.calls + " AS c ON c.trace_id = f.trace_id WHERE c." +
        recent;
    text += " UNION ALL SELECT f.id, f.score, c.call_id, c.us, true FROM " + feedback +
            " AS f JOIN " + records("trace_id, ", kRecordSpanId) +
            " AS c ON c.trace_id = f.trace_id AND c.record = f.span_id";
    return "(" + text + ")";
}

/// For which call each row of `feedback` counts. Columns: id, score, call_id. What would count for a call that began before
/// `from` may be left out.
std::string
AttributedSql(const std::string& feedback, Time from, const Sources& sources, Values& values) {
    const std::string with_last = "(SELECT *, max(us) OVER (PARTITION BY id) AS last_us FROM " +
                                  MatchesSql(feedback, from, sources, values) + ")";
    return "(SELECT id, score, call_id FROM " + with_last +
           " QUALIFY row_number() OVER (PARTITION BY id ORDER BY (is_span AND us >= last_us - " +
           std::to_string(kTraceSpan.count()) + ") DESC, us DESC, call_id DESC) = 1)";
}

std::string AboutSql(const FeedbackSubjects& about, Values& values) {
    std::string any = "(false";
    const auto or_one_of = [&](std::string_view column, const auto& ids) {
        if (!ids.empty()) {
            any += " OR " + std::string(column) + " IN (SELECT unnest(" + values.Bind(ids) + "))";
        }
    };
    or_one_of("call_id", about.call_ids);
    or_one_of("provider_response_id", about.provider_response_ids);
    or_one_of("trace_id", about.trace_ids);
    or_one_of("session_id", about.session_ids);
    return any + ")";
}

std::string SelectFeedback(const Sources& sources) {
    return "SELECT " + FeedbackColumnList() + " FROM " + sources.feedback + " AS f WHERE ";
}

}  // namespace

std::string FeedbackCount(FeedbackPart part) {
    return "fb_" + std::to_string(static_cast<int>(part));
}

std::string FeedbackCountsSql(Time from, const Sources& sources, Values& values) {
    return "(SELECT call_id AS fb_call, count(*) AS " + FeedbackCount(FeedbackPart::kAll) +
           ", count(*) FILTER (WHERE score > 0) AS " + FeedbackCount(FeedbackPart::kPositive) +
           ", count(*) FILTER (WHERE score <> 0) AS " + FeedbackCount(FeedbackPart::kRated) +
           " FROM " + AttributedSql(sources.feedback, from, sources, values) + " GROUP BY call_id)";
}

Sql ListFeedbackSql(const FeedbackQuery& query, const Sources& sources) {
    Values values;
    std::string where =
        "created_at >= " + values.Bind(query.from) + " AND created_at < " + values.Bind(query.to);
    if (!query.about.Empty()) {
        where += " AND " + AboutSql(query.about, values);
    }
    const auto and_is = [&](std::string_view column, std::string value) {
        if (!value.empty()) {
            where += " AND " + std::string(column) + " = " + values.Bind(std::move(value));
        }
    };
    and_is("name", query.name);
    and_is("\"user\"", query.user);
    and_is("source", std::string(query.source ? ToString(*query.source) : ""));
    if (query.before) {
        const std::string time = values.Bind(query.before->created_at);
        where += " AND (created_at < " + time + " OR (created_at = " + time + " AND id < " +
                 values.Bind(query.before->id) + "))";
    }
    const std::string limit = values.Bind(static_cast<std::int64_t>(query.limit));
    return {
        SelectFeedback(sources) + where + std::string(kNewestFirst) + " LIMIT " + limit,
        values.Take()};
}

Sql FeedbackNamingSql(const Call& call, const Sources& sources) {
    FeedbackSubjects about;
    about.call_ids = RecordIdsOf(call);
    about.call_ids.push_back(call.call_id);
    AddSubjects(call.provider_response_id, call.trace_id, call.session_id, about);
    Values values;
    std::string text = SelectFeedback(sources) + AboutSql(about, values) +
                       std::string(kNewestFirst) + " LIMIT " + values.Bind(kNamingMax);
    return {std::move(text), values.Take()};
}

Sql FeedbackOfCallSql(
    const Call& call,
    const std::vector<Feedback>& naming,
    const Sources& sources
) {
    Values values;
    std::vector<std::string> ids;
    for (const Feedback& feedback : naming) {
        ids.push_back(feedback.id);
    }
    const std::string named = "(SELECT * FROM " + sources.feedback +
                              " AS n WHERE id IN (SELECT unnest(" + values.Bind(std::move(ids)) +
                              ")))";
    const std::string attributed =
        AttributedSql(named, call.started_at.value_or(Time()), sources, values);
    std::string text = SelectFeedback(sources) + "id IN (SELECT id FROM " + attributed +
                       " WHERE call_id = " + values.Bind(call.call_id) + ")" +
                       std::string(kNewestFirst) + " LIMIT " +
                       values.Bind(static_cast<std::int64_t>(kFeedbackOfCallMax));
    return {std::move(text), values.Take()};
}

}  // namespace sightglass::store

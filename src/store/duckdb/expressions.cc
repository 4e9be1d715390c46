#include "store/duckdb/expressions.h"

#include "store/duckdb/schema.h"
#include "store/matching.h"

namespace sightglass::store {
namespace {

/// 1900-01-01: buckets are numbered from before it, so that division never rounds a negative
/// number.
constexpr std::int64_t kEarliestUs = -2'208'988'800'000'000;

constexpr std::string_view kInputParts[] = {
    "fresh_input_tokens",
    "cached_input_tokens",
    "cache_write_5m_tokens",
    "cache_write_30m_tokens",
    "cache_write_1h_tokens",
    "cache_write_12h_tokens"};

/// The sum of what is known; unknown where nothing is. An addition of NULL is NULL, hence the
/// coalesce around each part.
std::string KnownSum(std::span<const std::string> parts) {
    std::string any;
    std::string sum;
    for (const std::string& part : parts) {
        any += (any.empty() ? "coalesce(" : ", ") + part;
        sum += (sum.empty() ? "coalesce(" : " + coalesce(") + part + ", 0)";
    }
    return "CASE WHEN " + any + ") IS NOT NULL THEN " + sum + " END";
}

std::string InputTokensSql() {
    std::vector<std::string> parts;
    for (const std::string_view part : kInputParts) {
        parts.push_back(Quoted(part));
    }
    return KnownSum(parts);
}

std::string TotalTokensSql() {
    std::vector<std::string> parts;
    for (const std::string_view part : kInputParts) {
        parts.push_back(Quoted(part));
    }
    parts.push_back(Quoted("output_tokens"));
    return KnownSum(parts);
}

std::string IfGenerating(const std::string& value) {
    return "CASE WHEN stream AND output_tokens IS NOT NULL AND ended_at > first_token_at THEN " +
           value + " END";
}

std::string IncompleteSql() {
    std::string any;
    for (const Condition gap :
         {Condition::kInterrupted,
          Condition::kWithoutModel,
          Condition::kWithoutStatus,
          Condition::kWithoutDuration,
          Condition::kWithoutTokens}) {
        any += (any.empty() ? "(" : " OR ") + ConditionSql(gap);
    }
    return any + ")";
}

/// "a, b, c" of bound values.
template <typename Convert>
std::string BindAll(const std::vector<std::string>& texts, Values& values, Convert&& convert) {
    std::string list;
    for (const std::string& text : texts) {
        if (const std::optional<Bound> value = convert(text)) {
            list += (list.empty() ? "" : ", ") + values.Bind(*value);
        }
    }
    return list;
}

std::optional<Bound> AsNumber(const std::string& text) {
    const std::optional<Number> number = ParseNumber(text);
    if (!number) {
        return std::nullopt;
    }
    return number->index() == 0 ? Bound(std::get<0>(*number)) : Bound(std::get<1>(*number));
}

std::optional<Bound> AsText(const std::string& text) {
    return Bound(text);
}

/// One of the values equals; NULL where the column is.
std::string EqualsAnySql(const Filter& filter, const std::string& column, Values& values) {
    const std::string list = IsNumeric(filter) ? BindAll(filter.values, values, AsNumber)
                                               : BindAll(filter.values, values, AsText);
    return list.empty() ? "false" : column + " IN (" + list + ")";
}

std::string ContainsAnySql(const Filter& filter, const std::string& column, Values& values) {
    std::string any;
    const std::string text = IsNumeric(filter) ? "CAST(" + column + " AS VARCHAR)" : column;
    for (const std::string& part : filter.values) {
        any += (any.empty() ? "" : " OR ") +
               ("contains(lower(" + text + "), lower(" + values.Bind(part) + "))");
    }
    return any.empty() ? "false" : "(" + any + ")";
}

std::string RangeSql(const Filter& filter, const std::string& column, Values& values) {
    if (!IsNumeric(filter)) {
        return "false";
    }
    const std::string sign = filter.comparison == Comparison::kAtLeast ? " >= " : " <= ";
    std::string any;
    for (const std::string& text : filter.values) {
        if (const std::optional<Bound> bound = AsNumber(text)) {
            any += (any.empty() ? "" : " OR ") + column + sign + values.Bind(*bound);
        }
    }
    return any.empty() ? "false" : "(" + any + ")";
}

std::string FilterAloneSql(const Filter& filter, Values& values) {
    const std::string column = GroupSql(filter, values);
    switch (filter.comparison) {
        case Comparison::kIs:
            return EqualsAnySql(filter, column, values);
        case Comparison::kIsNot:
            return "NOT coalesce(" + EqualsAnySql(filter, column, values) + ", false)";
        case Comparison::kContains:
            return ContainsAnySql(filter, column, values);
        case Comparison::kAtLeast:
        case Comparison::kAtMost:
            return RangeSql(filter, column, values);
        case Comparison::kIsNull:
            return column + " IS NULL";
        case Comparison::kIsNotNull:
            return column + " IS NOT NULL";
    }
    return "false";
}

std::string FilterSql(const Filter& filter, Values& values) {
    std::string any = FilterAloneSql(filter, values);
    for (const Filter& other : filter.or_else) {
        any += " OR " + FilterSql(other, values);
    }
    return "(" + any + ")";
}

/// What is taken from µs since 1970 before they are divided into buckets.
std::int64_t BucketShift(Duration interval) {
    const std::int64_t origin = BucketOrigin(interval).time_since_epoch().count();
    const std::int64_t buckets_before = (origin - kEarliestUs) / interval.count() + 1;
    return origin - buckets_before * interval.count();
}

std::string OwnIds(const std::string& slice, const Sources& sources) {
    return "SELECT call_id AS content_id FROM " + sources.calls + " WHERE " + slice;
}

/// What was said in a joined call may be kept under the id of any of its records.
std::string IdsOfRecords(const std::string& slice, const Sources& sources) {
    return "SELECT call_id, TRY_CAST(unnest(regexp_extract_all(joined, "
           "'\"call_id\":\"([0-9a-f-]{36})\"', 1)) AS UUID) AS content_id FROM " +
           sources.calls + " WHERE joined IS NOT NULL AND " + slice;
}

}  // namespace

std::string Values::Bind(Bound value) {
    values_.push_back(std::move(value));
    return "$" + std::to_string(values_.size());
}

std::string QuantitySql(Quantity quantity) {
    switch (quantity) {
        case Quantity::kNone:
            break;
        case Quantity::kCostNanoUsd:
            return "cost_nano_usd";
        case Quantity::kInputTokens:
            return InputTokensSql();
        case Quantity::kCachedInputTokens:
            return "cached_input_tokens";
        case Quantity::kOutputTokens:
            return "output_tokens";
        case Quantity::kReasoningTokens:
            return "reasoning_tokens";
        case Quantity::kTotalTokens:
            return TotalTokensSql();
        case Quantity::kLatencyUs:
            return "latency_us";
        case Quantity::kTtftUs:
            return "ttft_us";
        case Quantity::kTpotUs:
            return "tpot_us";
        case Quantity::kGatewayUs:
            return "gateway_us";
        case Quantity::kGenerationUs:
            return IfGenerating("epoch_us(ended_at) - epoch_us(first_token_at)");
        case Quantity::kStreamedOutputTokens:
            return IfGenerating("output_tokens");
        case Quantity::kFreshInputTokens:
            return "fresh_input_tokens";
        case Quantity::kCacheWrite5mTokens:
            return "cache_write_5m_tokens";
        case Quantity::kCacheWrite30mTokens:
            return "cache_write_30m_tokens";
        case Quantity::kCacheWrite1hTokens:
            return "cache_write_1h_tokens";
        case Quantity::kCacheWrite12hTokens:
            return "cache_write_12h_tokens";
        case Quantity::kAudioInputTokens:
            return "audio_input_tokens";
        case Quantity::kAudioOutputTokens:
            return "audio_output_tokens";
        case Quantity::kImageInputTokens:
            return "image_input_tokens";
        case Quantity::kImageOutputTokens:
            return "image_output_tokens";
    }
    return "CAST(NULL AS BIGINT)";
}

std::string ConditionSql(Condition condition) {
    switch (condition) {
        case Condition::kAll:
            return "true";
        case Condition::kErrors:
            return "status IN ('error', 'interrupted')";
        case Condition::kRateLimited:
            return "error_type IN ('provider_rate_limited', 'policy_limited')";
        case Condition::kRepaired:
            return "repairs IS NOT NULL";
        case Condition::kUnpriced:
            return "cost_source = 'unpriced'";
        case Condition::kEstimated:
            return "token_source IN ('counted', 'estimated')";
        case Condition::kInterrupted:
            return "status = 'interrupted'";
        case Condition::kWithoutModel:
            return "model IS NULL";
        case Condition::kWithoutStatus:
            return "status IS NULL";
        case Condition::kWithoutDuration:
            return "latency_us IS NULL";
        case Condition::kWithoutTokens:
            return "(status = 'ok' AND coalesce(token_source, 'none') = 'none' AND operation IN "
                   "('chat', 'response', 'completion', 'embedding'))";
        case Condition::kIncomplete:
            return IncompleteSql();
        case Condition::kJoined:
            return "joined IS NOT NULL";
    }
    return "false";
}

std::string GroupSql(const Filter& dimension, Values& values) {
    if (dimension.quantity != Quantity::kNone) {
        return "(" + QuantitySql(dimension.quantity) + ")";
    }
    const Field* field = dimension.dimension.field;
    if (field == nullptr) {
        return "nullif(tags[" + values.Bind(dimension.tag) + "], '')";
    }
    if (std::holds_alternative<std::optional<bool> Call::*>(field->member)) {
        return "CAST(" + Quoted(field->name) + " AS VARCHAR)";
    }
    return Quoted(field->name);
}

std::string WhereSql(Time from, Time to, std::span<const Filter> filters, Values& values) {
    std::string where =
        "started_at >= " + values.Bind(from) + " AND started_at < " + values.Bind(to);
    for (const Filter& filter : filters) {
        where += " AND " + FilterSql(filter, values);
    }
    return where;
}

std::string BucketSql(Duration interval, Values& values) {
    return "(epoch_us(started_at) - " + values.Bind(BucketShift(interval)) + ") // " +
           values.Bind(std::int64_t{interval.count()});
}

std::string BucketStartSql(const std::string& bucket, Duration interval, Values& values) {
    return bucket + " * " + values.Bind(std::int64_t{interval.count()}) + " + " +
           values.Bind(BucketShift(interval));
}

std::string ContentIdsSql(const std::string& slice, const Sources& sources) {
    return "SELECT content_id FROM (" + OwnIds(slice, sources) +
           ") UNION ALL SELECT content_id FROM (" + IdsOfRecords(slice, sources) + ")";
}

std::string
TextSql(const std::string& text, const std::string& slice, const Sources& sources, Values& values) {
    const std::string part = "lower(" + values.Bind(text) + ")";
    std::string any = "contains(CAST(call_id AS VARCHAR), " + part + ")";
    for (const std::string_view column :
         {"provider_response_id",
          "provider_request_id",
          "trace_id",
          "session_id",
          "error_message"}) {
        any += " OR contains(lower(" + Quoted(column) + "), " + part + ")";
    }
    // The join keeps the search to the part of `contents` where the ids of the slice are.
    const auto told_by = [&](const std::string& ids) {
        const std::string of_slice = " c SEMI JOIN (" + ids + ") s ON c.call_id = s.content_id";
        std::string told =
            "(SELECT p.call_id FROM (SELECT c.call_id, unnest(list_concat(c.input, "
            "c.output)) AS id FROM " +
            sources.contents + of_slice + ") p SEMI JOIN (SELECT id FROM " + sources.texts +
            " t WHERE contains(lower(t.text), " + part + ")) t ON p.id = t.id";
        if (!sources.staged_contents.empty()) {
            told += " UNION ALL SELECT c.call_id FROM " + sources.staged_contents + of_slice +
                    " WHERE contains(lower(c.input), " + part + ") OR contains(lower(c.output), " +
                    part + ")";
        }
        return told + ")";
    };
    return "(" + any + " OR call_id IN " + told_by(OwnIds(slice, sources)) +
           " OR call_id IN (SELECT r.call_id FROM (" + IdsOfRecords(slice, sources) +
           ") r WHERE r.content_id IN " + told_by(IdsOfRecords(slice, sources)) + "))";
}

}  // namespace sightglass::store

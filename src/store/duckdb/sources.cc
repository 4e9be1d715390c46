#include "store/duckdb/sources.h"

#include "store/duckdb/schema.h"

namespace sightglass::store {
namespace {

/// A condition on the file's calls.
std::string KeptUpTo(std::uint64_t commits) {
    return std::string(kCommitColumn) + " <= " + std::to_string(commits);
}

/// A condition on the file's calls, after others.
std::string AndNotWithdrawn(const StagedRows& staged) {
    return staged.withdrawn_calls.empty()
               ? ""
               : " AND call_id NOT IN (SELECT call_id FROM " + WithdrawnCallsSql(staged) + ")";
}

}  // namespace

Sources SourcesWith(const StagedRows& staged, std::uint64_t commits) {
    Sources sources;
    std::string calls = "SELECT * FROM calls WHERE " + KeptUpTo(commits);
    if (!staged.withdrawn_calls.empty()) {
        // In two parts, so that only rows as young as those withdrawn are looked at closely.
        const std::string since = StartedSinceSql(staged.withdrawn_from_us);
        const std::string left = AndNotWithdrawn(staged);
        calls = since.empty() ? calls + left
                              : calls + " AND (" + since + ") IS NOT TRUE UNION ALL BY NAME " +
                                    calls + " AND " + since + left;
    }
    sources.calls =
        "(" + calls + " UNION ALL BY NAME SELECT * FROM " + StagedCallsSql(staged) + ")";
    if (!staged.contents.empty()) {
        sources.staged_contents = StagedContentsSql(staged);
        sources.contents =
            "(SELECT * FROM content.contents WHERE call_id NOT IN (SELECT call_id FROM " +
            sources.staged_contents + "))";
    }
    if (!staged.spans.empty()) {
        sources.spans =
            "(SELECT * FROM spans UNION ALL BY NAME SELECT * FROM " + StagedSpansSql(staged) + ")";
    }
    if (!staged.feedback.empty()) {
        const std::string said_now = StagedFeedbackSql(staged);
        sources.feedback = "(SELECT * FROM feedback WHERE id NOT IN (SELECT id FROM " + said_now +
                           ") UNION ALL BY NAME SELECT * FROM " + said_now + ")";
    }
    return sources;
}

Sources FileSources(const Sources& sources, const StagedRows& staged, std::uint64_t commits) {
    Sources file = sources;
    file.calls = Sources().calls;
    file.and_where = " AND " + KeptUpTo(commits) + AndNotWithdrawn(staged);
    return file;
}

}  // namespace sightglass::store

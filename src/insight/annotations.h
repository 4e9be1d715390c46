// What somebody wrote down that had changed: a deploy, another model, a new price. Charts mark it, and the case view
// (analytics/before_after.h) compares the days before it with those after it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "state/annotation_rows.h"

namespace sightglass::insight {

enum class AnnotationKind : std::uint8_t {
    kDeploy,
    kModelSwitch,
    kPriceChange,
    kPromptChange,
    kConfiguration,
    kIncident,
    kOther,
    kCount_
};

std::string_view ToString(AnnotationKind kind) noexcept;

/// Thread-safety: plain value.
struct Annotation {
    std::string id = {};
    Time at = {};
    AnnotationKind kind = AnnotationKind::kOther;
    std::string name = {};
    std::string text = {};                  ///< What there is to say of it; may be empty.
    std::vector<std::string> filters = {};  ///< Which calls it is about: "service:chat". None: all.
    Time created_at = {};
    Time changed_at = {};

    static constexpr std::size_t kNameBytesMax = 120;
    static constexpr std::size_t kTextBytesMax = 4'000;
    static constexpr std::size_t kFiltersMax = 10;
};

/// What a JSON object says of an annotation: at, kind, name, text, filters; what it does not say stays as in `base`.
/// kCorrupt where it is no JSON, kInvalidArgument where a member is unknown or not allowed, or there is no name.
/// Thread-safety: pure function.
Result<Annotation> ParseAnnotation(std::string_view body, Time now, Annotation base);

/// Thread-safety: safe for concurrent use.
class Annotations {
public:
    static constexpr std::size_t kPageMax = 1'000;

    /// Both must outlive it.
    Annotations(state::Database& database, const Clock& clock) : rows_(database), clock_(clock) {}

    /// Those of [from, to), the newest first, kPageMax at most.
    Result<std::vector<Annotation>> Between(Time from, Time to) const;

    /// kNotFound where there is none.
    Result<Annotation> Find(std::string_view id) const;

    /// Under a new id. It is kept with the entry of the audit log, or neither.
    Result<Annotation> Add(Annotation annotation, state::AuditEntry entry);

    /// In the place of the one of its id. kNotFound where there is none.
    Result<Annotation> Change(Annotation annotation, state::AuditEntry entry);
    Status Remove(std::string_view id, state::AuditEntry entry);

private:
    Result<Annotation> Put(Annotation annotation, state::AuditEntry entry);

    state::AnnotationRows rows_;
    const Clock& clock_;
    Guarded<UuidSource> ids_;
};

}  // namespace sightglass::insight

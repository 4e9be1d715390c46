#include "serve/user_names.h"

#include <utility>

#include "access/pseudonym.h"
#include "analytics/user_rows.h"
#include "call/catalogue.h"

namespace sightglass::serve {
namespace {

constexpr std::string_view kFilterName = "user:";

}  // namespace

Status UserNames::Learn() {
    SG_ASSIGN_OR_RETURN(const store::StoreStats stats, store_.GetStats());
    if (!stats.oldest || !stats.newest) {
        return {};
    }
    store::Plan plan = analytics::UserPlan({}, *stats.oldest, *stats.newest + Duration(1));
    plan.metrics = {FindMetric("calls")};
    plan.limit = kNamesMax;
    SG_ASSIGN_OR_RETURN(const store::Table table, store_.Select(plan));
    std::unordered_map<std::string, std::string> learnt;
    for (const auto& row : table.rows) {
        std::string name = analytics::TextOfCell(row[0]);
        std::string pseudonym = pseudonym_(name);
        learnt.emplace(std::move(pseudonym), std::move(name));
    }
    names_.With([&](auto& names) { names = std::move(learnt); });
    return {};
}

Result<std::string> UserNames::Find(std::string_view text) {
    if (!access::IsPseudonym(text) || !pseudonym_) {
        return std::string(text);
    }
    const auto known = [&]() -> std::optional<std::string> {
        return names_.With([&](const auto& names) -> std::optional<std::string> {
            const auto found = names.find(std::string(text));
            return found == names.end() ? std::nullopt : std::optional(found->second);
        });
    };
    if (auto name = known()) {
        return *std::move(name);
    }
    SG_TRY(Learn());
    if (auto name = known()) {
        return *std::move(name);
    }
    return Error{ErrorCode::kNotFound, "there is no such user"};
}

void UserNames::NameUsers(Parameters& parameters) {
    parameters.Rewrite(
        [this](std::string_view name, std::string_view value) -> std::optional<std::string> {
            std::string before;
            if (name == "filter") {
                const std::size_t negated = value.starts_with('-') ? 1 : 0;
                if (value.substr(negated, kFilterName.size()) != kFilterName) {
                    return std::nullopt;
                }
                // The backslash takes a name as it is, whatever it holds.
                before = std::string(value.substr(0, negated + kFilterName.size())) + '\\';
                value.remove_prefix(negated + kFilterName.size());
            } else if (name != "user") {
                return std::nullopt;
            }
            if (!access::IsPseudonym(value)) {
                return std::nullopt;
            }
            auto found = Find(value);
            return found.Ok() ? std::optional(before + *found) : std::nullopt;
        }
    );
}

}  // namespace sightglass::serve

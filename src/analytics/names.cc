#include "analytics/names.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace sightglass::analytics {
namespace {

constexpr std::size_t kQuotedBytesMax = 80;
constexpr std::size_t kComparedBytesMax = 64;
constexpr std::size_t kSuggestions = 5;

/// How many letters must be put in, left out or replaced to get from one name to the other.
std::size_t Distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (ToLower(a[i - 1]) == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

/// Smaller is closer; a name that holds the other, or is held by it, counts as half as far away.
std::size_t Remoteness(std::string_view wrong, std::string_view right) {
    const std::size_t distance = 2 * Distance(wrong, right);
    const bool holds = !wrong.empty() && (right.find(wrong) != std::string_view::npos ||
                                          wrong.find(right) != std::string_view::npos);
    return holds ? distance / 2 : distance;
}

/// Whether somebody may have meant it: it holds what was said, or a slip of the finger lies between them.
bool IsClose(std::string_view wrong, std::string_view right) {
    constexpr std::size_t kPartBytesMin = 3;
    const std::string_view compared = wrong.substr(0, kComparedBytesMax);
    const bool holds =
        (compared.size() >= kPartBytesMin && right.find(compared) != std::string_view::npos) ||
        (right.size() >= kPartBytesMin && compared.find(right) != std::string_view::npos);
    const std::size_t slips =
        compared.size() <= kPartBytesMin ? 1 : std::max<std::size_t>(2, compared.size() / 4);
    return holds || Distance(compared, right) <= slips;
}

}  // namespace

std::vector<std::string_view>
ByCloseness(std::string_view name, std::span<const std::string_view> names) {
    const std::string_view compared = name.substr(0, kComparedBytesMax);
    std::vector<std::pair<std::size_t, std::string_view>> ranked;
    ranked.reserve(names.size());
    for (const std::string_view right : names) {
        ranked.emplace_back(Remoteness(compared, right), right);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<std::string_view> sorted;
    sorted.reserve(ranked.size());
    for (const auto& [remoteness, right] : ranked) {
        sorted.push_back(right);
    }
    return sorted;
}

Error UnknownName(
    std::string_view parameter,
    std::string_view kind,
    std::string_view name,
    std::span<const std::string_view> names,
    std::vector<std::string_view>* allowed
) {
    std::vector<std::string_view> sorted = ByCloseness(name, names);
    std::string message = Quote(name) + " is not " + std::string(kind);
    const bool few = sorted.size() <= kSuggestions;
    std::size_t named = 0;
    for (const std::string_view one : sorted) {
        if (named < kSuggestions && (few || IsClose(name, one))) {
            message += (named > 0 ? ", " : few ? "; allowed: " : "; did you mean ");
            message += one;
            ++named;
        }
    }
    message += few ? "" : named > 0 ? "?" : "; /api/v1/catalogue has all names";
    if (allowed != nullptr) {
        *allowed = std::move(sorted);
    }
    return Refuse(parameter, message);
}

std::vector<std::string> SplitLists(const std::vector<std::string>& lists) {
    std::vector<std::string> elements;
    for (const std::string& list : lists) {
        for (const std::string_view element : Split(list, ',')) {
            const std::string_view trimmed = Trim(element);
            if (!trimmed.empty()) {
                elements.emplace_back(trimmed);
            }
        }
    }
    return elements;
}

Error Refuse(std::string_view parameter, std::string_view reason) {
    return Error{ErrorCode::kInvalidArgument, std::string(parameter) + ": " + std::string(reason)};
}

std::string Quote(std::string_view text) {
    const bool is_cut = text.size() > kQuotedBytesMax;
    return "'" + EscapeForDisplay(text.substr(0, kQuotedBytesMax)) + (is_cut ? "…'" : "'");
}

}  // namespace sightglass::analytics

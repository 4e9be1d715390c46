#include "analytics/causes.h"

#include <algorithm>
#include <cmath>

namespace sightglass::analytics {
namespace {

constexpr std::size_t kPairedDimensions = 4;
constexpr double kCostOfPair =
    0.05;  ///< Of the largest surprise: so much more than its parts a pair must tell.
constexpr double kMostOf = 0.8;          ///< From this part on, one contribution lies in another.
constexpr double kLeastSurprise = 0.02;  ///< Of the largest.

bool operator==(const GroupValue& a, const GroupValue& b) {
    return a.dimension == b.dimension && a.value == b.value;
}

/// Whether the two are the same calls, as far as can be told.
bool SaysTheSame(const Contribution& a, const Contribution& b) {
    return a.baseline_calls == b.baseline_calls && a.current_calls == b.current_calls &&
           a.contribution == b.contribution;
}

bool Has(const Contribution& cause, const GroupValue& part) {
    return std::any_of(cause.key.begin(), cause.key.end(), [&part](const GroupValue& own) {
        return own == part;
    });
}

/// Whether most of `whole` is `part`, in the same direction.
bool IsMostOf(const Contribution& part, const Contribution& whole) {
    return *part.contribution * *whole.contribution > 0 &&
           std::abs(*part.contribution) >= kMostOf * std::abs(*whole.contribution);
}

/// The contribution of calls that have both, where it was looked at; else null.
const Contribution*
FindBoth(const std::vector<Explained>& pairs, const GroupValue& one, const GroupValue& other) {
    for (const Explained& pair : pairs) {
        for (const Contribution& value : pair.values) {
            if (Has(value, one) && Has(value, other)) {
                return &value;
            }
        }
    }
    return nullptr;
}

/// Whether `cause`, which was told already, says what `later` would.
bool Covers(
    const Contribution& cause,
    const Contribution& later,
    const std::vector<Explained>& pairs
) {
    if (SaysTheSame(cause, later)) {
        return true;
    }
    const bool part_of_it = std::all_of(cause.key.begin(), cause.key.end(), [&](const auto& part) {
        return Has(later, part);
    });
    if (part_of_it) {
        return true;  // A pair of which one part was told.
    }
    const bool holds_it = std::all_of(later.key.begin(), later.key.end(), [&](const auto& part) {
        return Has(cause, part);
    });
    if (holds_it) {
        return IsMostOf(cause, later);
    }
    if (cause.key.size() == 1) {
        // Of a pair, what the cause has in common with each of its parts.
        return std::all_of(later.key.begin(), later.key.end(), [&](const GroupValue& part) {
            const Contribution* both = FindBoth(pairs, cause.key.front(), part);
            return both != nullptr && IsMostOf(*both, later);
        });
    }
    return std::any_of(later.key.begin(), later.key.end(), [&](const GroupValue& part) {
        return Has(cause, part);
    });
}

struct Candidate {
    const Contribution* contribution;
    double rank;
};

void Collect(
    const std::vector<Explained>& explained,
    double cost,
    std::vector<Candidate>& candidates
) {
    for (const Explained& of : explained) {
        for (const Contribution& value : of.values) {
            if (value.surprise > cost) {
                candidates.push_back({&value, value.surprise - cost});
            }
        }
    }
}

double LargestSurprise(const std::vector<Explained>& explained) {
    double largest = 0;
    for (const Explained& of : explained) {
        largest = std::max(largest, of.surprise);
    }
    return largest;
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> PairsOf(const std::vector<Explained>& dimensions) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
        if (dimensions[i].surprise > 0) {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return dimensions[a].surprise > dimensions[b].surprise;
    });
    std::vector<std::size_t> chosen;
    for (const std::size_t i : order) {
        const bool known = std::any_of(chosen.begin(), chosen.end(), [&](std::size_t other) {
            return SaysTheSame(dimensions[i].values.front(), dimensions[other].values.front());
        });
        if (!known && chosen.size() < kPairedDimensions) {
            chosen.push_back(i);
        }
    }
    std::sort(chosen.begin(), chosen.end());
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        for (std::size_t j = i + 1; j < chosen.size(); ++j) {
            pairs.emplace_back(chosen[i], chosen[j]);
        }
    }
    return pairs;
}

std::vector<Contribution> CausesOf(
    const std::vector<Explained>& dimensions,
    const std::vector<Explained>& pairs,
    std::size_t limit
) {
    std::vector<Candidate> candidates;
    Collect(dimensions, 0, candidates);
    Collect(pairs, kCostOfPair * LargestSurprise(pairs), candidates);
    std::stable_sort(
        candidates.begin(),
        candidates.end(),
        [](const Candidate& a, const Candidate& b) { return a.rank > b.rank; }
    );
    std::vector<Contribution> causes;
    std::vector<const Contribution*> passed_over;  // Others may say the same as they.
    for (const Candidate& candidate : candidates) {
        const Contribution& later = *candidate.contribution;
        const bool told =
            std::any_of(
                causes.begin(),
                causes.end(),
                [&](const Contribution& cause) { return Covers(cause, later, pairs); }
            ) ||
            std::any_of(passed_over.begin(), passed_over.end(), [&](const Contribution* other) {
                return SaysTheSame(*other, later);
            });
        if (causes.size() >= limit || candidate.rank < kLeastSurprise * candidates.front().rank) {
            break;
        }
        if (told) {
            passed_over.push_back(&later);
        } else {
            causes.push_back(later);
        }
    }
    return causes;
}

}  // namespace sightglass::analytics

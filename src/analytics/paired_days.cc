#include "analytics/paired_days.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

namespace sightglass::analytics {
namespace {

constexpr double kLikenessMax = 0.8;
constexpr double kTail = 0.025;  ///< On each side of the interval.

/// How alike neighbours are. A short series makes it look smaller than it is by (1 + 3 r) / n.
/// Source: Kendall, Biometrika 41 (1954) 403-404.
double LikenessOf(const std::vector<double>& influences) {
    const auto count = static_cast<double>(influences.size());
    double squares = 0;
    double products = 0;
    for (std::size_t i = 0; i < influences.size(); ++i) {
        squares += influences[i] * influences[i];
        products += i == 0 ? 0 : influences[i] * influences[i - 1];
    }
    if (squares <= 0) {
        return 0;
    }
    const double found = (products / squares + 1 / count) / (1 - 3 / count);
    return std::clamp(found, 0.0, kLikenessMax);
}

/// By how much likeness widens the variance of a mean of so many: the sum over all pairs of its powers.
double WideningOf(double likeness, std::size_t count) {
    const auto all = static_cast<double>(count);
    double sum = 1;
    double power = 1;
    for (std::size_t lag = 1; lag < count; ++lag) {
        power *= likeness;
        sum += 2 * (1 - static_cast<double>(lag) / all) * power;
    }
    return sum;
}

}  // namespace

std::optional<PairedDifference> CompareDays(std::span<const DayPair> pairs) {
    if (pairs.size() < kDayPairsMin) {
        return std::nullopt;
    }
    double weights = 0;
    double squared_weights = 0;
    double sum = 0;
    for (const DayPair& pair : pairs) {
        weights += pair.weight;
        squared_weights += pair.weight * pair.weight;
        sum += pair.weight * pair.difference;
    }
    PairedDifference answer;
    answer.days = pairs.size();
    answer.mean = sum / weights;
    std::vector<double> influences;
    double squares = 0;
    for (const DayPair& pair : pairs) {
        influences.push_back(pair.weight * (pair.difference - answer.mean));
        squares += influences.back() * influences.back();
    }
    // Days with little weight hardly count as days.
    const double effective = weights * weights / squared_weights;
    answer.likeness = LikenessOf(influences);
    const double widening = WideningOf(answer.likeness, pairs.size());
    // A likeness that is overestimated must not hide what is plain to see.
    const double degrees = std::max(0.5, 1 / widening) * (effective - 1);
    const double error = std::sqrt(squares * widening * effective / (effective - 1)) / weights;
    if (!(error > 0)) {  // All days differ by the same.
        answer.low = answer.high = answer.mean;
        answer.p = answer.mean == 0 ? 1 : 0;
        return answer;
    }
    const boost::math::students_t student(degrees);
    const double reach = boost::math::quantile(boost::math::complement(student, kTail)) * error;
    answer.low = answer.mean - reach;
    answer.high = answer.mean + reach;
    answer.p =
        2 * boost::math::cdf(boost::math::complement(student, std::abs(answer.mean) / error));
    return answer;
}

std::vector<double> HolmAdjusted(std::span<const double> p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [p](std::size_t a, std::size_t b) {
        return p[a] < p[b];
    });
    std::vector<double> adjusted(p.size());
    double largest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto left = static_cast<double>(p.size() - i);
        largest = std::max(largest, std::min(1.0, left * p[order[i]]));
        adjusted[order[i]] = largest;
    }
    return adjusted;
}

}  // namespace sightglass::analytics

#include "serve/prometheus/families.h"

#include <limits>

namespace sightglass::serve {
namespace {

prometheus::ClientMetric NewSeries(const Labels& labels) {
    prometheus::ClientMetric series;
    for (const auto& [name, value] : labels) {
        series.label.push_back({name, value});
    }
    return series;
}

}  // namespace

FamilyBuilder::FamilyBuilder(
    std::string_view name,
    std::string_view help,
    prometheus::MetricType type
) {
    family_.name = name;
    family_.help = help;
    family_.type = type;
}

FamilyBuilder& FamilyBuilder::Add(double value, const Labels& labels) {
    prometheus::ClientMetric series = NewSeries(labels);
    if (family_.type == prometheus::MetricType::Counter) {
        series.counter.value = value;
    } else {
        series.gauge.value = value;
    }
    family_.metric.push_back(std::move(series));
    return *this;
}

FamilyBuilder& FamilyBuilder::AddHistogram(
    const std::vector<double>& bounds,
    const std::vector<std::uint64_t>& counts,
    double sum,
    const Labels& labels
) {
    prometheus::ClientMetric series = NewSeries(labels);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        cumulative += counts[i];
        const double bound =
            i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
        series.histogram.bucket.push_back({cumulative, bound});
    }
    series.histogram.sample_count = cumulative;
    series.histogram.sample_sum = sum;
    family_.metric.push_back(std::move(series));
    return *this;
}

FamilyBuilder Counter(std::string_view name, std::string_view help) {
    return {name, help, prometheus::MetricType::Counter};
}

FamilyBuilder Gauge(std::string_view name, std::string_view help) {
    return {name, help, prometheus::MetricType::Gauge};
}

FamilyBuilder Histogram(std::string_view name, std::string_view help) {
    return {name, help, prometheus::MetricType::Histogram};
}

}  // namespace sightglass::serve

// Building metric families of prometheus-cpp's data model. Private to serve/prometheus.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

namespace sightglass::serve {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// One family, of one type.
class FamilyBuilder {
public:
    FamilyBuilder(std::string_view name, std::string_view help, prometheus::MetricType type);

    FamilyBuilder& Add(double value, const Labels& labels = {});

    FamilyBuilder& Add(std::uint64_t value, const Labels& labels = {}) {
        return Add(static_cast<double>(value), labels);
    }

    FamilyBuilder& Add(std::int64_t value, const Labels& labels = {}) {
        return Add(static_cast<double>(value), labels);
    }

    /// One series of a histogram. `counts` are of each bucket alone, the last one beyond every bound.
    FamilyBuilder& AddHistogram(
        const std::vector<double>& bounds,
        const std::vector<std::uint64_t>& counts,
        double sum,
        const Labels& labels
    );

    prometheus::MetricFamily Take() { return std::move(family_); }

private:
    prometheus::MetricFamily family_;
};

FamilyBuilder Counter(std::string_view name, std::string_view help);
FamilyBuilder Gauge(std::string_view name, std::string_view help);
FamilyBuilder Histogram(std::string_view name, std::string_view help);

using Families = std::vector<prometheus::MetricFamily>;

}  // namespace sightglass::serve

// Building metric families, and writing them as Prometheus and OpenMetrics have them. Private to serve/prometheus.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace sightglass::serve {

using Labels = std::vector<std::pair<std::string, std::string>>;

enum class FamilyType : std::uint8_t { kCounter, kGauge, kHistogram };

/// A call behind a bucket. Thread-safety: plain value.
struct ExemplarText {
    Labels labels;  ///< None: there is no exemplar.
    double value = 0;
    Time at;
};

/// Thread-safety: plain value.
struct Sample {
    Labels labels;
    double value = 0;
};

/// `counts` are of each bucket alone, the last one beyond every bound; `exemplars` are none or as many.
/// Thread-safety: plain value.
struct HistogramSample {
    Labels labels;
    std::vector<double> bounds;
    std::vector<std::uint64_t> counts;
    double sum = 0;
    std::vector<ExemplarText> exemplars = {};
};

/// A counter's name ends in _total.
/// Thread-safety: plain value.
struct Family {
    std::string name;
    std::string help;
    FamilyType type = FamilyType::kGauge;
    std::vector<Sample> samples;
    std::vector<HistogramSample> histograms;
};

/// One family, of one type.
/// Thread-safety: one thread at a time.
class FamilyBuilder {
public:
    FamilyBuilder(std::string_view name, std::string_view help, FamilyType type);

    FamilyBuilder& Add(double value, Labels labels = {});

    FamilyBuilder& Add(std::uint64_t value, Labels labels = {}) {
        return Add(static_cast<double>(value), std::move(labels));
    }

    FamilyBuilder& Add(std::int64_t value, Labels labels = {}) {
        return Add(static_cast<double>(value), std::move(labels));
    }

    FamilyBuilder& AddHistogram(HistogramSample sample);

    Family Take() { return std::move(family_); }

private:
    Family family_;
};

FamilyBuilder Counter(std::string_view name, std::string_view help);
FamilyBuilder Gauge(std::string_view name, std::string_view help);
FamilyBuilder Histogram(std::string_view name, std::string_view help);

using Families = std::vector<Family>;

enum class Exposition : std::uint8_t {
    kText,         ///< Prometheus' text format 0.0.4: without exemplars.
    kOpenMetrics,  ///< OpenMetrics 1.0.0.
};

std::string Expose(const Families& families, Exposition format);

}  // namespace sightglass::serve

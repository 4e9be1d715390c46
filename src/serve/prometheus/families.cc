#include "serve/prometheus/families.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sightglass::serve {
namespace {

constexpr std::string_view kTotal = "_total";

void AppendNumber(std::string& out, double value) {
    if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
        return;
    }
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    std::array<char, 40> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    out.append(text.data(), end.ptr);
}

/// Quotes, backslashes and ends of lines cannot end a value. Help texts need no quotes escaped, and bear it.
void AppendEscaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c == '\\' || c == '"' ? "\\" : "";
            out += c;
        }
    }
}

/// "a="1",b="2"", without braces. What is not known is left out.
std::string LabelsText(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        if (value.empty()) {
            continue;
        }
        out += out.empty() ? "" : ",";
        out += name;
        out += "=\"";
        AppendEscaped(out, value);
        out += '"';
    }
    return out;
}

/// A bound as a label: OpenMetrics wants a point in it, and knows no integers there.
std::string BoundText(double bound, Exposition format) {
    std::string text;
    AppendNumber(text, bound);
    if (format == Exposition::kOpenMetrics && text.find_first_of(".enI") == std::string::npos) {
        text += ".0";
    }
    return text;
}

class Writer {
public:
    explicit Writer(Exposition format) : format_(format) {}

    void Write(const Family& family);

    std::string Take() {
        if (format_ == Exposition::kOpenMetrics) {
            out_ += "# EOF\n";
        }
        return std::move(out_);
    }

private:
    void WriteHead(const Family& family);
    void WriteHistogram(const std::string& name, const HistogramSample& sample);
    void WriteExemplar(const ExemplarText& exemplar);

    void BeginLine(std::string_view name, std::string_view suffix, const std::string& labels) {
        out_ += name;
        out_ += suffix;
        if (!labels.empty()) {
            out_ += '{';
            out_ += labels;
            out_ += '}';
        }
        out_ += ' ';
    }

    void EndLine(double value) {
        AppendNumber(out_, value);
        out_ += '\n';
    }

    const Exposition format_;
    std::string out_;
};

void Writer::WriteHead(const Family& family) {
    constexpr std::array<std::string_view, 3> kTypes{"counter", "gauge", "histogram"};
    std::string_view name = family.name;
    if (format_ == Exposition::kOpenMetrics && family.type == FamilyType::kCounter &&
        name.ends_with(kTotal)) {
        name.remove_suffix(kTotal.size());
    }
    out_ += "# HELP ";
    out_ += name;
    out_ += ' ';
    AppendEscaped(out_, family.help);
    out_ += "\n# TYPE ";
    out_ += name;
    out_ += ' ';
    out_ += kTypes.at(static_cast<std::size_t>(family.type));
    out_ += '\n';
}

void Writer::WriteExemplar(const ExemplarText& exemplar) {
    out_ += " # {";
    out_ += LabelsText(exemplar.labels);
    out_ += "} ";
    AppendNumber(out_, exemplar.value);
    out_ += ' ';
    AppendNumber(out_, static_cast<double>(ToMicros(exemplar.at)) / 1e6);
}

void Writer::WriteHistogram(const std::string& name, const HistogramSample& sample) {
    const std::string labels = LabelsText(sample.labels);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < sample.counts.size(); ++i) {
        cumulative += sample.counts[i];
        const double bound = i < sample.bounds.size() ? sample.bounds[i] : HUGE_VAL;
        std::string bucket = labels;
        bucket += labels.empty() ? "le=\"" : ",le=\"";
        bucket += BoundText(bound, format_) + '"';
        BeginLine(name, "_bucket", bucket);
        AppendNumber(out_, static_cast<double>(cumulative));
        if (format_ == Exposition::kOpenMetrics && i < sample.exemplars.size() &&
            !sample.exemplars[i].labels.empty()) {
            WriteExemplar(sample.exemplars[i]);
        }
        out_ += '\n';
    }
    BeginLine(name, "_count", labels);
    EndLine(static_cast<double>(cumulative));
    BeginLine(name, "_sum", labels);
    EndLine(sample.sum);
}

void Writer::Write(const Family& family) {
    WriteHead(family);
    for (const Sample& sample : family.samples) {
        BeginLine(family.name, "", LabelsText(sample.labels));
        EndLine(sample.value);
    }
    for (const HistogramSample& sample : family.histograms) {
        WriteHistogram(family.name, sample);
    }
}

}  // namespace

FamilyBuilder::FamilyBuilder(std::string_view name, std::string_view help, FamilyType type) {
    family_.name = name;
    family_.help = help;
    family_.type = type;
}

FamilyBuilder& FamilyBuilder::Add(double value, Labels labels) {
    family_.samples.push_back({std::move(labels), value});
    return *this;
}

FamilyBuilder& FamilyBuilder::AddHistogram(HistogramSample sample) {
    family_.histograms.push_back(std::move(sample));
    return *this;
}

FamilyBuilder Counter(std::string_view name, std::string_view help) {
    return {name, help, FamilyType::kCounter};
}

FamilyBuilder Gauge(std::string_view name, std::string_view help) {
    return {name, help, FamilyType::kGauge};
}

FamilyBuilder Histogram(std::string_view name, std::string_view help) {
    return {name, help, FamilyType::kHistogram};
}

std::string Expose(const Families& families, Exposition format) {
    Writer writer(format);
    for (const Family& family : families) {
        writer.Write(family);
    }
    return writer.Take();
}

}  // namespace sightglass::serve

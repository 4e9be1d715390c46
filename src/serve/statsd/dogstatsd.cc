#include "serve/statsd/dogstatsd.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace sightglass::serve {
namespace {

using live::CallerLabels;
using live::CallerSeries;

/// Packs lines into datagrams.
class Packer {
public:
    void Add(std::string_view name, double value, char type, std::string_view tags) {
        const std::string line = fmt::format("{}:{}|{}{}", name, value, type, tags);
        if (line.size() > DogStatsD::kDatagramBytesMax) {
            return;  // Labels that are this long are nobody's on purpose.
        }
        const bool fits =
            !all_.empty() && all_.back().size() + 1 + line.size() <= DogStatsD::kDatagramBytesMax;
        if (fits) {
            all_.back().append("\n").append(line);
        } else {
            all_.push_back(line);
        }
    }

    void Count(std::string_view name, std::uint64_t value, std::string_view tags) {
        if (value > 0) {
            Add(name, static_cast<double>(value), 'c', tags);
        }
    }

    std::vector<std::string> Take() { return std::move(all_); }

private:
    std::vector<std::string> all_;
};

/// Writes "|#a:b,c:d". What would end a tag or a line becomes an underscore.
class Tags {
public:
    Tags& Add(std::string_view name, std::string_view value) {
        if (value.empty()) {
            return *this;
        }
        text_.append(text_.empty() ? "|#" : ",").append(name).append(":");
        for (const char c : value) {
            const bool ends =
                c == ',' || c == '|' || c == '#' || static_cast<unsigned char>(c) <= ' ';
            text_ += ends ? '_' : c;
        }
        return *this;
    }

    const std::string& Text() const noexcept { return text_; }

private:
    std::string text_;
};

bool IsOpenAi(std::string_view provider) noexcept {
    return provider == "openai" || provider == "azure";
}

Tags ServiceTags(const CallerLabels& labels) {
    return Tags().Add("env", labels.environment).Add("service", labels.service);
}

std::string LibraryTags(const CallerLabels& labels) {
    return ServiceTags(labels)
        .Add("openai.request.model", labels.model_requested)
        .Add("openai.request.endpoint", labels.endpoint)
        .Add("organization", labels.organization)
        .Add("openai.user.api_key", labels.api_key_label)
        .Text();
}

std::string UsageTags(const CallerLabels& labels) {
    return ServiceTags(labels)
        .Add("model", labels.model)
        .Add("project_id", labels.project)
        .Add("api_key_id", labels.api_key)
        .Text();
}

/// The part of a usage metric's name that says what kind of work it was; empty where there is none.
std::string_view KindOf(std::string_view operation) noexcept {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kKinds{
        {{"chat", "completions"},
         {"response", "completions"},
         {"completion", "completions"},
         {"embedding", "embeddings"},
         {"moderation", "moderations"},
         {"image", "images"},
         {"speech", "audio_speeches"},
         {"transcription", "audio_transcriptions"}}};
    const auto* const found = std::ranges::find_if(kKinds, [operation](const auto& kind) {
        return kind.first == operation;
    });
    return found == kKinds.end() ? std::string_view() : found->second;
}

std::string KeyOf(const CallerLabels& labels) {
    return LibraryTags(labels) + UsageTags(labels) + '|' + labels.operation + '|' +
           labels.error_type + '|' + labels.http_status + '|' + labels.upstream;
}

ToldUse UseOf(const CallerSeries& series) noexcept {
    return {
        series.calls,
        series.input_tokens,
        series.cached_input_tokens,
        series.output_tokens,
        series.latency.count,
        series.latency.sum};
}

/// Two sets of labels that read the same once they are tags add up.
void AddTo(ToldUse& sum, const ToldUse& more) noexcept {
    sum.calls += more.calls;
    sum.input_tokens += more.input_tokens;
    sum.cached_input_tokens += more.cached_input_tokens;
    sum.output_tokens += more.output_tokens;
    sum.timed += more.timed;
    sum.seconds += more.seconds;
}

void TellLibrary(const CallerLabels& labels, const ToldUse& fresh, Packer& out) {
    const std::string tags = LibraryTags(labels);
    constexpr double kNanosPerSecond = 1e9;
    if (fresh.timed > 0) {
        const double mean = fresh.seconds / static_cast<double>(fresh.timed);
        out.Add("openai.request.duration", mean * kNanosPerSecond, 'g', tags);
    }
    out.Count("openai.request.error", labels.error_type.empty() ? 0 : fresh.calls, tags);
    out.Count("openai.tokens.prompt", fresh.input_tokens, tags);
    out.Count("openai.tokens.completion", fresh.output_tokens, tags);
    out.Count("openai.tokens.total", fresh.input_tokens + fresh.output_tokens, tags);
}

void TellUsage(const CallerLabels& labels, const ToldUse& fresh, Packer& out) {
    const std::string tags = UsageTags(labels);
    out.Count("openai.api.usage.n_requests", fresh.calls, tags);
    out.Count("openai.api.usage.n_context_tokens_total", fresh.input_tokens, tags);
    out.Count("openai.api.usage.n_generated_tokens_total", fresh.output_tokens, tags);
    const std::string_view kind = KindOf(labels.operation);
    if (kind.empty()) {
        return;
    }
    const std::string prefix = fmt::format("openai.{}.", kind);
    out.Count(prefix + "num_model_requests", fresh.calls, tags);
    if (kind == "completions" || kind == "embeddings" || kind == "moderations") {
        out.Count(prefix + "input_tokens", fresh.input_tokens, tags);
    }
    if (kind == "completions") {
        out.Count(prefix + "output_tokens", fresh.output_tokens, tags);
        out.Count(prefix + "input_cached_tokens", fresh.cached_input_tokens, tags);
    }
}

void TellLimits(const live::Headroom& headroom, Packer& out) {
    const std::string tags = Tags()
                                 .Add("openai.request.model", headroom.model)
                                 .Add("organization", headroom.organization)
                                 .Text();
    const auto tell = [&](std::string_view name, const OptionalInt& value) {
        if (value) {
            out.Add(name, static_cast<double>(*value), 'g', tags);
        }
    };
    tell("openai.ratelimit.requests", headroom.limit_requests);
    tell("openai.ratelimit.tokens", headroom.limit_tokens);
    // Its metadata has one order of the words, its own boards and monitors ask for the other.
    tell("openai.organization.ratelimit.requests.remaining", headroom.remaining_requests);
    tell("openai.organization.ratelimit.tokens.remaining", headroom.remaining_tokens);
    tell("openai.ratelimit.remaining.requests", headroom.remaining_requests);
    tell("openai.ratelimit.remaining.tokens", headroom.remaining_tokens);
}

}  // namespace

std::vector<std::string> DogStatsD::Tell(const live::TotalsSnapshot& totals) {
    std::map<std::string, std::pair<const CallerSeries*, ToldUse>> now;
    for (const CallerSeries& series : totals.callers) {
        if (IsOpenAi(series.labels.provider)) {
            auto& [one, use] = now[KeyOf(series.labels)];
            one = &series;
            AddTo(use, UseOf(series));
        }
    }
    Packer out;
    for (const auto& [key, entry] : now) {
        const auto& [series, use] = entry;
        ToldUse& told = told_[key];
        const ToldUse fresh{
            use.calls - told.calls,
            use.input_tokens - told.input_tokens,
            use.cached_input_tokens - told.cached_input_tokens,
            use.output_tokens - told.output_tokens,
            use.timed - told.timed,
            use.seconds - told.seconds};
        told = use;
        if (fresh.calls > 0) {
            TellLibrary(series->labels, fresh, out);
            TellUsage(series->labels, fresh, out);
        }
    }
    for (const live::Headroom& headroom : totals.headroom) {
        if (IsOpenAi(headroom.provider)) {
            TellLimits(headroom, out);
        }
    }
    return out.Take();
}

}  // namespace sightglass::serve

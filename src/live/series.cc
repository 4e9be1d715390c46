#include "live/series.h"

#include <algorithm>
#include <functional>
#include <list>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/mutex.h"
#include "call/enums.h"

namespace sightglass::live {
namespace {

constexpr std::size_t kCallsPerLock = 512;
constexpr std::string_view kOther = "other";

/// A label set that views a Call, so that looking one up copies nothing.
struct LabelsView {
    explicit LabelsView(const Call& call)
        : texts{
              call.provider,
              call.upstream,
              call.operation ? ToString(*call.operation) : "",
              call.model,
              call.service,
              call.team,
              call.status ? ToString(*call.status) : "",
              call.error_type ? ToString(*call.error_type) : ""} {}

    explicit LabelsView(const Labels& labels)
        : texts{
              labels.provider,
              labels.upstream,
              labels.operation,
              labels.model,
              labels.service,
              labels.team,
              labels.status,
              labels.error_type} {}

    Labels Copy() const {
        Labels labels;
        std::size_t i = 0;
        for (std::string* text :
             {&labels.provider,
              &labels.upstream,
              &labels.operation,
              &labels.model,
              &labels.service,
              &labels.team,
              &labels.status,
              &labels.error_type}) {
            *text = texts[i++];
        }
        return labels;
    }

    friend bool operator==(const LabelsView&, const LabelsView&) = default;

    std::array<std::string_view, 8> texts;
};

std::size_t HashTexts(std::span<const std::string_view> texts) noexcept {
    std::size_t hash = 0;
    for (const std::string_view text : texts) {
        hash = (hash ^ std::hash<std::string_view>{}(text)) * 0x9E3779B97F4A7C15ULL;
    }
    return hash;
}

struct LabelsHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name.

    std::size_t operator()(const LabelsView& labels) const noexcept {
        return HashTexts(labels.texts);
    }

    std::size_t operator()(const Labels& labels) const noexcept {
        return (*this)(LabelsView(labels));
    }
};

struct LabelsEqual {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name.

    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const noexcept {
        return LabelsView(a) == LabelsView(b);
    }

    bool operator()(const LabelsView& a, const Labels& b) const noexcept {
        return a == LabelsView(b);
    }

    bool operator()(const Labels& a, const LabelsView& b) const noexcept {
        return LabelsView(a) == b;
    }
};

void AddKnown(std::uint64_t& total, const OptionalInt& part) noexcept {
    total += static_cast<std::uint64_t>(std::max<std::int64_t>(0, part.value_or(0)));
}

void AddTo(Series& series, const Call& call) {
    ++series.calls;
    AddKnown(series.input_tokens, call.InputTokens());
    AddKnown(series.cached_input_tokens, call.cached_input_tokens);
    for (const OptionalInt& part :
         {call.cache_write_5m_tokens,
          call.cache_write_30m_tokens,
          call.cache_write_1h_tokens,
          call.cache_write_12h_tokens}) {
        AddKnown(series.cache_write_tokens, part);
    }
    AddKnown(series.output_tokens, call.output_tokens);
    AddKnown(series.reasoning_tokens, call.reasoning_tokens);
    series.cost += call.cost.value_or(Money{});
}

bool TellsHeadroom(const Call& call) noexcept {
    return call.remaining_requests || call.remaining_tokens;
}

/// The last `bound` headrooms heard of.
class HeadroomList {
public:
    void Add(const Call& call) {
        std::string key = call.provider + '\n' + call.organization + '\n' + call.model + '\n' +
                          (call.upstream_key.empty() ? call.api_key : call.upstream_key);
        const auto found = by_key_.find(key);
        if (found != by_key_.end()) {
            list_.splice(list_.begin(), list_, found->second);
        } else {
            if (list_.size() >= RunningTotals::kHeadroomMax) {
                by_key_.erase(list_.back().first);
                list_.pop_back();
            }
            list_.emplace_front(key, Headroom{});
            by_key_.emplace(std::move(key), list_.begin());
        }
        Fill(list_.front().second, call);
    }

    std::vector<Headroom> Copy() const {
        std::vector<Headroom> all;
        all.reserve(list_.size());
        for (const auto& [key, headroom] : list_) {
            all.push_back(headroom);
        }
        return all;
    }

private:
    static void Fill(Headroom& headroom, const Call& call) {
        headroom.provider = call.provider;
        headroom.organization = call.organization;
        headroom.model = call.model;
        headroom.api_key = call.upstream_key.empty() ? call.api_key : std::string();
        headroom.upstream_key = call.upstream_key;
        headroom.at = call.ended_at.value_or(call.started_at.value_or(Time{}));
        headroom.limit_requests = call.limit_requests;
        headroom.remaining_requests = call.remaining_requests;
        headroom.limit_tokens = call.limit_tokens;
        headroom.remaining_tokens = call.remaining_tokens;
        headroom.reset_requests_us = call.reset_requests_us;
        headroom.reset_tokens_us = call.reset_tokens_us;
        headroom.use.Add(
            headroom.at,
            call.InputTokens().value_or(0) + call.output_tokens.value_or(0)
        );
    }

    using List = std::list<std::pair<std::string, Headroom>>;

    List list_;  // Newest first.
    std::unordered_map<std::string, List::iterator> by_key_;
};

struct Totals {
    Series& Find(const Call& call) {
        const LabelsView view(call);
        const auto found = by_labels.find(view);
        if (found != by_labels.end()) {
            return found->second;
        }
        Labels labels = view.Copy();
        if (by_labels.size() >= RunningTotals::kSeriesMax - 1) {
            for (std::string* text :
                 {&labels.provider,
                  &labels.upstream,
                  &labels.operation,
                  &labels.model,
                  &labels.service,
                  &labels.team,
                  &labels.status,
                  &labels.error_type}) {
                *text = kOther;
            }
        }
        return by_labels[std::move(labels)];
    }

    std::unordered_map<Labels, Series, LabelsHash, LabelsEqual> by_labels;
    Distributions distributions;
    HeadroomList headroom;
    std::optional<CallerTotals> callers;
};

}  // namespace

struct RunningTotals::State {
    Guarded<Totals> totals;
};

RunningTotals::RunningTotals() : state_(std::make_unique<State>()) {}

RunningTotals::~RunningTotals() = default;

void RunningTotals::CountCallers() {
    state_->totals.With([](Totals& totals) { totals.callers.emplace(); });
}

void RunningTotals::Add(std::span<const Call> calls) {
    while (!calls.empty()) {
        const std::span<const Call> some = calls.first(std::min(calls.size(), kCallsPerLock));
        state_->totals.With([&](Totals& totals) {
            for (const Call& call : some) {
                AddTo(totals.Find(call), call);
                totals.distributions.Add(call);
                if (totals.callers) {
                    totals.callers->Add(call);
                }
                if (TellsHeadroom(call)) {
                    totals.headroom.Add(call);
                }
            }
        });
        calls = calls.subspan(some.size());
    }
}

TotalsSnapshot RunningTotals::Snapshot() const {
    return state_->totals.With([](const Totals& totals) {
        TotalsSnapshot snapshot;
        snapshot.series.reserve(totals.by_labels.size());
        for (const auto& [labels, series] : totals.by_labels) {
            snapshot.series.push_back(series);
            snapshot.series.back().labels = labels;
        }
        snapshot.distributions = totals.distributions.Copy();
        snapshot.overheads = totals.distributions.CopyOverheads();
        snapshot.headroom = totals.headroom.Copy();
        if (totals.callers) {
            snapshot.callers = totals.callers->Copy();
        }
        return snapshot;
    });
}

std::vector<Headroom> RunningTotals::Headrooms() const {
    return state_->totals.With([](const Totals& totals) { return totals.headroom.Copy(); });
}

}  // namespace sightglass::live

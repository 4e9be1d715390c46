#include "serve/api/live.h"

#include <algorithm>
#include <utility>

#include "codec/json_writer.h"
#include "serve/api/call_json.h"
#include "store/matching.h"

namespace sightglass::serve {
namespace {

constexpr std::size_t kRecentCalls = 20;
constexpr std::size_t kRecentSeconds = 60;
/// A watcher with more than this waiting gets summaries only, until it has caught up.
constexpr std::size_t kSlowBytes = 256U << 10;
constexpr Duration kPingInterval = std::chrono::seconds(15);
constexpr std::string_view kGreeting = "retry: 2000\n\n";
constexpr std::string_view kPing = ": ping\n\n";

void WriteMilliseconds(codec::JsonWriter& json, const std::optional<std::int64_t>& us) {
    if (us) {
        json.Double(static_cast<double>(*us) * 1e-3);
    } else {
        json.Null();
    }
}

void WriteSummary(codec::JsonWriter& json, const live::Second& second, std::uint64_t left_out) {
    json.BeginObject();
    json.Key("at").String(FormatTime(second.at));
    json.Key("calls").Int(second.calls);
    json.Key("errors").Int(second.errors);
    json.Key("input_tokens").Int(second.input_tokens);
    json.Key("output_tokens").Int(second.output_tokens);
    json.Key("cost_usd").Raw(FormatUsd(Money::FromNanoUsd(second.cost_nano_usd)));
    json.Key("in_flight").Int(second.in_flight);
    json.Key("latency_p50_ms");
    WriteMilliseconds(json, second.latency_p50_us);
    json.Key("latency_p95_ms");
    WriteMilliseconds(json, second.latency_p95_us);
    json.Key("left_out").Int(static_cast<std::int64_t>(left_out));
    json.EndObject();
}

std::string Event(std::string_view name, std::string_view data) {
    std::string event = "event: ";
    event += name;
    event += "\ndata: ";
    event += data;
    event += "\n\n";
    return event;
}

/// One summary event a second; what was left out is told with the last of them.
std::string SummaryEvents(const std::vector<live::Second>& seconds, std::uint64_t left_out) {
    std::string events;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        codec::JsonWriter json;
        WriteSummary(json, seconds[i], i + 1 == seconds.size() ? left_out : 0);
        events += Event("summary", json.text());
    }
    return events;
}

std::string HistoryEvent(const std::deque<live::Second>& seconds) {
    codec::JsonWriter json;
    json.BeginArray();
    for (const live::Second& second : seconds) {
        WriteSummary(json, second, 0);
    }
    json.EndArray();
    return Event("history", json.text());
}

template <typename T>
void KeepLast(std::deque<T>& items, std::size_t count) {
    while (items.size() > count) {
        items.pop_front();
    }
}

}  // namespace

struct LiveFeed::Watcher {
    std::shared_ptr<net::HttpStream> stream;
    std::vector<store::Filter> filters;
    std::uint64_t missed = 0;  ///< Calls it was too slow for, since its last summary.
    std::int64_t silent_ticks = 0;
};

struct LiveFeed::Encoded {
    std::shared_ptr<const Call> call;
    std::string event;
};

LiveFeed::LiveFeed(const live::Live& live, Duration tick, std::size_t watchers_max)
    : live_(live),
      watchers_max_(watchers_max),
      ticks_per_ping_(std::max<std::int64_t>(1, kPingInterval / tick)) {}

LiveFeed::~LiveFeed() = default;

bool LiveFeed::HasRoom() const noexcept {
    return watchers_.size() < watchers_max_;
}

void LiveFeed::Pull() {
    live::Update update = live_.Since(cursor_);
    cursor_ = update.next_cursor;
    new_calls_.clear();
    for (std::shared_ptr<const Call>& call : update.calls) {
        codec::JsonWriter json;
        json.BeginObject();
        WriteCallMembers(json, *call, CallShape::kSummary);
        json.EndObject();
        new_calls_.push_back(Encoded{std::move(call), Event("call", json.text())});
    }
    new_seconds_ = std::move(update.seconds);
    left_out_ += update.left_out;
    new_left_out_ = left_out_;
    if (!new_seconds_.empty()) {
        left_out_ = 0;
    }
    recent_calls_.insert(recent_calls_.end(), new_calls_.begin(), new_calls_.end());
    recent_seconds_.insert(recent_seconds_.end(), new_seconds_.begin(), new_seconds_.end());
    KeepLast(recent_calls_, kRecentCalls);
    KeepLast(recent_seconds_, kRecentSeconds);
}

std::string LiveFeed::CallEvents(const Watcher& watcher, const std::deque<Encoded>& calls) const {
    std::string events;
    for (const Encoded& encoded : calls) {
        if (store::MatchesAll(watcher.filters, *encoded.call)) {
            events += encoded.event;
        }
    }
    return events;
}

void LiveFeed::Add(std::shared_ptr<net::HttpStream> stream, std::vector<store::Filter> filters) {
    if (watchers_.empty()) {
        // Nobody watched: what live remembers is newer than what was sent last.
        cursor_ = 0;
        left_out_ = 0;
        recent_calls_.clear();
        recent_seconds_.clear();
        Pull();
        left_out_ = 0;
    } else {
        Tick();
    }
    auto watcher = std::make_unique<Watcher>();
    watcher->stream = std::move(stream);
    watcher->filters = std::move(filters);
    Welcome(*watcher);
    watchers_.push_back(std::move(watcher));
}

void LiveFeed::Welcome(Watcher& watcher) {
    auto events = std::make_shared<std::string>(kGreeting);
    *events += HistoryEvent(recent_seconds_);
    *events += CallEvents(watcher, recent_calls_);
    watcher.stream->Write(std::move(events));
}

void LiveFeed::Tick() {
    DropGone();
    if (watchers_.empty()) {
        return;
    }
    Pull();
    new_events_ = nullptr;
    for (const auto& watcher : watchers_) {
        Send(*watcher);
    }
}

std::shared_ptr<const std::string> LiveFeed::EventsFor(const Watcher& watcher, bool with_calls) {
    if (with_calls && watcher.filters.empty() && watcher.missed == 0) {
        if (!new_events_) {
            new_events_ = std::make_shared<std::string>(
                CallEvents(watcher, new_calls_) + SummaryEvents(new_seconds_, new_left_out_)
            );
        }
        return new_events_;
    }
    std::string events = with_calls ? CallEvents(watcher, new_calls_) : std::string();
    events += SummaryEvents(new_seconds_, new_left_out_ + watcher.missed);
    return std::make_shared<std::string>(std::move(events));
}

void LiveFeed::Send(Watcher& watcher) {
    const auto wanted = static_cast<std::uint64_t>(std::count_if(
        new_calls_.begin(),
        new_calls_.end(),
        [&watcher](const Encoded& encoded) {
            return store::MatchesAll(watcher.filters, *encoded.call);
        }
    ));
    const bool slow = watcher.stream->QueuedBytes() > kSlowBytes;
    watcher.missed += slow ? wanted : 0;
    auto events = EventsFor(watcher, !slow);
    if (events->empty()) {
        if (++watcher.silent_ticks >= ticks_per_ping_) {
            watcher.silent_ticks = 0;
            watcher.stream->Write(std::make_shared<std::string>(kPing));
        }
        return;
    }
    watcher.silent_ticks = 0;
    if (!watcher.stream->Write(std::move(events))) {
        watcher.missed += (slow ? 0 : wanted) + (new_seconds_.empty() ? 0 : new_left_out_);
    } else if (!new_seconds_.empty()) {
        watcher.missed = 0;
    }
}

void LiveFeed::DropGone() {
    std::erase_if(watchers_, [](const auto& watcher) { return watcher->stream->Gone(); });
}

}  // namespace sightglass::serve

// For tests and fuzzing: everything that an export request holds, read as the receiver reads it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dialect/traces/span_reader.h"

namespace sightglass::dialect::traces {

/// Thread-safety: one thread at a time.
class CollectedSpans final : public OtlpSink {
public:
    struct Item {
        SpanRole role = SpanRole::kNone;
        Call call;
        SpanContent content;
        std::string thing;
    };

    void BeginResource(std::span<const Attribute> attributes) override {
        reader_.BeginResource(attributes);
    }

    void BeginScope(const ScopeView& scope) override { reader_.BeginScope(scope); }

    void OnSpan(const SpanView& span) override {
        Item item;
        if (!span.place.IsValid()) {
            ++invalid;
            return;
        }
        item.role = reader_.Read(span, received_at, item.call, &item.content);
        item.thing = reader_.NamedThing();
        items.push_back(std::move(item));
    }

    void OnLog(const LogView& log) override {
        SpanContent content;
        std::string_view name = log.event_name;
        for (const Attribute& attribute : log.attributes) {
            if (name.empty() && attribute.key == "event.name") {
                name = attribute.value.Text();
            }
        }
        ReadEventContent(name, log.attributes, log.body, content);
        logs.emplace_back(log.place, std::move(content));
    }

    void OnMetric(std::string_view, std::size_t points) override { data_points += points; }

    std::vector<Call> Calls() const {
        std::vector<Call> calls;
        for (const Item& item : items) {
            if (item.role == SpanRole::kCall) {
                calls.push_back(item.call);
            }
        }
        return calls;
    }

    Time received_at = TimeFromMicros(1'795'305'700'000'000);
    std::vector<Item> items;
    std::vector<std::pair<SpanPlace, SpanContent>> logs;
    std::size_t data_points = 0;
    std::size_t invalid = 0;

private:
    SpanReader reader_;
};

}  // namespace sightglass::dialect::traces

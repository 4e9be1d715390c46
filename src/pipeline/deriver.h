// The work of derive on one exchange: its text is decoded, counted where the provider did not count, and hashed for finding the
// conversation that it belongs to, and told what it is for. The text itself goes nowhere from here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/published.h"
#include "classify/scenarios.h"
#include "codec/json.h"
#include "pipeline/derived.h"
#include "pipeline/exchange.h"
#include "pipeline/message_hash.h"
#include "pipeline/request_tokens.h"

namespace sightglass::pipeline {

/// What scenarios are told by; it is replaced when own ones change.
using PublishedScenarios = access::Published<classify::ScenarioModel>;

/// Keeps its parser and its encoders.
/// Thread-safety: one thread at a time.
class Deriver {
public:
    /// Without `scenarios`, which must outlive this, it is not told what exchanges are for.
    explicit Deriver(const MessageHasher& hasher, const PublishedScenarios* scenarios = nullptr)
        : hasher_(hasher) {
        if (scenarios != nullptr) {
            scenarios_.emplace(*scenarios);
        }
    }

    /// Nothing that an exchange holds makes it fail: what cannot be read is left unknown. In a hurry, what it is for is left
    /// unknown too: that takes four times as long as the rest.
    Derived Derive(const ExchangeView& exchange, bool in_hurry = false);

private:
    std::vector<RequestMessage> ReadAnswer(const ExchangeView& exchange);
    void TellScenario(const RequestMessages& request, Derived& derived);

    const MessageHasher& hasher_;
    RequestCounter counter_;
    codec::JsonParser parser_;
    std::string decoded_;
    std::optional<access::Reader<classify::ScenarioModel>> scenarios_;
    classify::ScenarioModel::Scratch scratch_;
    std::string asked_;
    std::vector<std::string> reasoning_;  ///< Of the answer at hand: counted, and not repeated.
    bool answer_whole_ = true;
};

}  // namespace sightglass::pipeline

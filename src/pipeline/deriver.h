// The work of derive on one exchange: its text is decoded, counted where the provider did not count, and hashed for finding the
// conversation that it belongs to. The text itself goes nowhere from here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"
#include "pipeline/derived.h"
#include "pipeline/exchange.h"
#include "pipeline/message_hash.h"
#include "pipeline/request_tokens.h"

namespace sightglass::pipeline {

/// Keeps its parser and its encoders.
/// Thread-safety: one thread at a time.
class Deriver {
public:
    explicit Deriver(const MessageHasher& hasher) : hasher_(hasher) {}

    /// Nothing that an exchange holds makes it fail: what cannot be read is left unknown.
    Derived Derive(const ExchangeView& exchange);

private:
    std::vector<RequestMessage> ReadAnswer(const ExchangeView& exchange);

    const MessageHasher& hasher_;
    RequestCounter counter_;
    codec::JsonParser parser_;
    std::string decoded_;
    std::vector<std::string> reasoning_;  ///< Of the answer at hand: counted, and not repeated.
    bool answer_whole_ = true;
};

}  // namespace sightglass::pipeline

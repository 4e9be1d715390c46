// One user's session with a service, from the application's side: what it sends next, and what it
// makes of the answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/demo/cast.h"
#include "app/demo/generation.h"
#include "app/demo/random.h"
#include "codec/json_writer.h"

namespace sightglass::demo {

/// A request as an SDK would write it.
struct OutgoingRequest {
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;  ///< Without Host and Content-Length.
    std::string body;
    bool stream = false;
};

/// What came back.
struct Heard {
    std::string text;
    std::vector<ToolCall> tool_calls;
};

/// Thread-safety: one thread at a time.
class Conversation {
public:
    Conversation(const ServiceProfile& service, Random& random);

    /// With that model, whichever the service would choose.
    Conversation(const ServiceProfile& service, const ModelProfile& model, Random& random);

    /// How many turns the user has in mind.
    std::int64_t Turns() const noexcept { return turns_; }

    const std::string& SessionId() const noexcept { return session_id_; }

    const std::string& User() const noexcept { return user_; }

    /// The next request: a new question, or the results of the tools that the answer before asked
    /// for.
    OutgoingRequest Next(Random& random);

    /// Puts the answer into the history that goes with the next request.
    void Learn(const Heard& heard);

    /// The request's headers with another `authorization` and `x-stainless-retry-count`.
    static void MarkRetry(OutgoingRequest& request, int retry);
    static void UseRevokedKey(OutgoingRequest& request);

private:
    void Ask(Random& random);
    std::string Body(Random& random) const;
    void WriteOffers(codec::JsonWriter& json) const;
    void WriteMetadata(codec::JsonWriter& json) const;
    std::string EmbeddingBody(Random& random) const;
    std::vector<std::pair<std::string, std::string>> Headers() const;
    void AppendAttribution(std::vector<std::pair<std::string, std::string>>& headers) const;

    const ServiceProfile& service_;
    const ModelProfile& model_;
    Language language_;
    std::string user_;
    std::string session_id_;
    std::int64_t turns_ = 1;
    bool offers_tools_ = false;
    bool tool_results_pending_ = false;
    std::vector<std::string> messages_;  ///< JSON, in the form of the service's operation.
    std::string last_question_;
};

/// Reads a whole answer's body, or a stream's events. What cannot be read is not heard.
/// Thread-safety: pure functions.
Heard ReadAnswer(Operation operation, std::string_view body);
Heard ReadStream(Operation operation, std::string_view events);

}  // namespace sightglass::demo

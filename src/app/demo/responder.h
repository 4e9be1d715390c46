// The simulated provider without its sockets: takes a request, decides what happens to it, and says
// what goes out when.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/demo/cast.h"
#include "app/demo/faults.h"
#include "app/demo/generation.h"
#include "app/demo/incidents.h"
#include "app/demo/prompt.h"
#include "app/demo/rate_limits.h"
#include "app/demo/reply.h"
#include "base/time.h"
#include "codec/json.h"

namespace sightglass::demo {

struct ResponderOptions {
    std::uint64_t seed = 1;
    FaultRates faults;
    LiveIncidents incidents;  ///< Guests are spared.
};

struct ProviderRequest {
    std::string_view method;
    std::string_view target;         ///< Path and query.
    std::string_view authorization;  ///< Header, as sent.
    std::string_view accept_encoding;
    std::string_view body;
};

/// Answers as OpenAI's API would. The n-th request gets the same answer from the same seed; only
/// times are new. Thread-safety: one thread at a time.
class Responder {
public:
    explicit Responder(const ResponderOptions& options);

    Reply Respond(const ProviderRequest& request, Time now);

private:
    /// Who sends a request, by its key.
    struct Caller {
        std::string_view organization;
        std::string_view project;
    };

    /// A request that asks for something to be generated.
    struct Task {
        Operation operation = Operation::kChat;
        codec::JsonValue json;
        const ModelProfile* model = nullptr;
        std::string model_name;  ///< What the answer says.
        bool stream = false;
        Prompt prompt;
        std::int64_t output_tokens_max = 0;  ///< 0: none.
        Fault fault = Fault::kNone;
    };

    std::optional<Caller> FindCaller(std::string_view authorization) const;
    Reply ListModels(std::string_view path) const;
    Reply
    RunTask(Operation operation, const ProviderRequest& request, const Caller& caller, Time now);
    /// Fills `task` from the body, or says what is wrong with it.
    std::optional<Reply> ReadTask(std::string_view body, Task& task);
    /// The error answer, where the task's fault is one.
    static std::optional<Reply>
    Refuse(const Task& task, const Caller& caller, const LimitCheck& check, Random& random);
    static Generation
    Generate(const Task& task, std::int64_t known_tokens, Time now, Random& random);
    /// Fills in text or tool calls and the finish reason; returns how many visible tokens that is.
    static std::int64_t Compose(const Task& task, Generation& generation, Random& random);
    static Reply Play(const Task& task, const Generation& generation, Random& random);
    static Reply Embed(const Task& task, Random& random);
    std::optional<Incident> IncidentAt(const Task& task, const Caller& caller, Time now) const;

    ResponderOptions options_;
    std::map<std::string, Caller, std::less<>> callers_;  ///< By key.
    ModelProfile
        guest_model_;  ///< Plays models that real applications ask for and the cast does not have.
    std::optional<Time> started_at_;
    std::uint64_t requests_ = 0;
    codec::JsonParser parser_;
    RateLimits limits_;
    PromptCache cache_;
};

}  // namespace sightglass::demo

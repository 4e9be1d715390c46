// The calls of a slot of ten minutes in the past, as the gateway would have recorded them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/key_fingerprint.h"
#include "app/demo/cast.h"
#include "app/demo/faults.h"
#include "app/demo/incidents.h"
#include "app/demo/opinion.h"
#include "app/demo/random.h"
#include "base/time.h"
#include "call/call.h"

namespace sightglass::demo {

inline constexpr Duration kHistorySlot = std::chrono::minutes(10);
inline constexpr double kUsualCallsPerS = 0.17;

struct HistoryOptions {
    Time now;  ///< Where the past ends. Incidents lie at fixed distances before it.
    std::uint64_t seed = 1;
    double calls_per_s = kUsualCallsPerS;  ///< Average of the week: about 100,000 calls.
    std::string upstream = "openai";
    Duration chat_history = std::chrono::weeks(1);  ///< How far back the chat bot's calls go; those
                                                    ///< of all others go back a week.
    std::optional<Time> changed_at =
        {};  ///< Until then the chat bot was slow; nothing: it never was.
};

/// How long before the end of the past the chat bot was given another model: six whole days lie between.
inline constexpr Duration kSinceChange = std::chrono::hours(6 * 24 + 23);

/// Which service that was, and what it had before.
inline constexpr std::string_view kSlowService = "support-chat";
inline constexpr std::string_view kSlowModel = "gpt-5.5";

/// Makes up calls. A slot's calls depend on the seed, the slot and `now` alone.
/// Thread-safety: one thread at a time.
class History {
public:
    History(const HistoryOptions& options, const access::Fingerprinter& fingerprinter);

    /// Appends the calls of the sessions and the incidents that begin in the slot, in no order and without call_id.
    /// Later ones lie in later slots; none has ended after `now`. What users say of their sessions is appended to
    /// `opinions`.
    void AppendSlot(Time slot, std::vector<Call>& calls, std::vector<Opinion>& opinions) const;

private:
    /// One service with what is worked out once.
    struct Cast {
        const ServiceProfile* profile = nullptr;
        access::KeyFingerprint key;
        access::KeyFingerprint revoked_key;
        std::string user_agent;
        std::string request_headers;
    };

    /// What the calls of a conversation have in common.
    struct Session {
        const Cast* cast = nullptr;
        const ModelProfile* model = nullptr;
        std::string user;
        std::string id;
        std::int64_t turns = 1;
        double slowness = 1;              ///< How much longer than usual its answers take.
        std::int64_t known_tokens = 0;    ///< In the provider's prompt cache.
        std::int64_t context_tokens = 0;  ///< Of instructions and turns so far.
    };

    Session BeginSession(const Cast& cast, Time start, Random& random) const;
    /// Returns what its user says of it.
    std::optional<Opinion>
    AppendSession(const Cast& cast, Time start, Random& random, std::vector<Call>& calls) const;
    /// A call and its repeats, as client libraries make them. Returns when the last of them ended.
    Time AppendTurn(
        Session& session,
        std::int64_t turn,
        Time at,
        Random& random,
        std::vector<Call>& calls
    ) const;
    Call Describe(const Session& session, std::int64_t turn, Time at, Random& random) const;
    void Fail(
        Call& call,
        const Session& session,
        Fault fault,
        std::int64_t input_tokens,
        Random& random
    ) const;
    void Answer(
        Call& call,
        Session& session,
        Fault fault,
        std::int64_t input_tokens,
        Random& random
    ) const;
    void End(Call& call, Duration latency, Random& random) const;
    void RecordLimits(Call& call, Random& random) const;
    FaultRates RatesAt(Time at, const Session& session) const;
    /// Of the planted ones; nothing where there is none or it is about others.
    std::optional<Incident>
    IncidentAt(Time at, std::string_view organization, std::string_view model) const;

    // history_incidents.cc
    void AppendIncident(const PlantedIncident& planted, std::vector<Call>& calls) const;
    void AppendLoop(const PlantedIncident& planted, std::vector<Call>& calls) const;
    void AppendStranger(const PlantedIncident& planted, std::vector<Call>& calls) const;

    HistoryOptions options_;
    access::Fingerprinter fingerprinter_;
    std::array<PlantedIncident, kIncidents> incidents_;
    double weights_total_ = 0;
    std::vector<Cast> casts_;
};

}  // namespace sightglass::demo

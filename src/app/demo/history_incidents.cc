// What the planted incidents of the past week add to it: requests that no user of the cast has made.
#include <algorithm>

#include "app/demo/history.h"
#include "app/demo/recorded_call.h"

namespace sightglass::demo {

namespace {

using std::chrono::milliseconds;

// At the usual density of the week; with fewer calls in it there are fewer of these too.
constexpr double kLoopCallsPerS = 0.25;
constexpr double kKeysPerS = 0.6;

Duration Pause(double per_s, double calls_per_s, Random& random) {
    const double mean_s = kUsualCallsPerS / (per_s * calls_per_s);
    return Duration(static_cast<std::int64_t>(mean_s * (0.7 + 0.6 * random.Unit()) * 1e6));
}

}  // namespace

void History::AppendIncident(const PlantedIncident& planted, std::vector<Call>& calls) const {
    if (planted.incident == Incident::kLoop) {
        AppendLoop(planted, calls);
    } else if (planted.incident == Incident::kStrangeKeys) {
        AppendStranger(planted, calls);
    }
}

// An editor that nobody sits at sends the same conversation again and again, with something new in its first line, so that
// nothing of it is cached.
void History::AppendLoop(const PlantedIncident& planted, std::vector<Call>& calls) const {
    constexpr std::int64_t kContextTokens = 14'000;
    constexpr std::int64_t kTurn = 14;
    const auto cast = std::find_if(casts_.begin(), casts_.end(), [](const Cast& one) {
        return one.profile->name == kLoopingService;
    });
    Random random(Mix(options_.seed, HashText("loop")));
    Session session = BeginSession(*cast, planted.from, random);
    session.model = FindModel(kLoopingModel);
    for (Time at = planted.from; at < planted.to;
         at += Pause(kLoopCallsPerS, options_.calls_per_s, random)) {
        session.context_tokens = kContextTokens;
        session.known_tokens = 0;
        Call call = Describe(session, kTurn, at, random);
        Answer(call, session, Fault::kNone, kContextTokens, random);
        calls.push_back(std::move(call));
    }
}

// A list of keys that somebody found, none of them valid any more.
void History::AppendStranger(const PlantedIncident& planted, std::vector<Call>& calls) const {
    Random random(Mix(options_.seed, HashText("stranger")));
    for (Time at = planted.from; at < planted.to;
         at += Pause(kKeysPerS, options_.calls_per_s, random)) {
        const std::string key = StrangeKey(random.Next() % kStrangeKeys);
        const access::KeyFingerprint known_as = fingerprinter_.Of(key);
        ErrorSubject subject;
        subject.key = key;
        const ErrorAnswer answer = *DescribeError(Fault::kBadKey, subject);
        Call call;
        call.source = Source::kGateway;
        call.started_at = at;
        call.provider = "openai";
        call.upstream = options_.upstream;
        call.api_key = known_as.fingerprint;
        call.api_key_label = known_as.label;
        call.client_ip = kStrangerIp;
        call.user_agent = kStrangerAgent;
        call.sdk = "python-requests 2.32.3";
        call.operation = Operation::kChat;
        call.method = "POST";
        call.endpoint = EndpointOf(Operation::kChat);
        call.model_requested = kStrangerModel;
        call.params = R"({"max_tokens":1,"messages":1})";
        call.request_bytes = 96;
        call.request_headers = "content-type: application/json\nuser-agent: ";
        call.request_headers += kStrangerAgent;
        call.status = CallStatus::kError;
        call.http_status = answer.http_status;
        call.error_type = answer.error_type;
        call.error_code = answer.code;
        call.error_message = answer.message;
        call.response_bytes = static_cast<std::int64_t>(answer.message.size()) + 110;
        call.token_source = TokenSource::kNone;
        End(call, milliseconds(random.Between(35, 160)), random);
        calls.push_back(std::move(call));
    }
}

}  // namespace sightglass::demo

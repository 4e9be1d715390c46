// Who plays in the demo: models with their speed and limits, and the services of a company that
// calls them, with their teams, keys, users, habits and hours. The past week and the live traffic
// share it, so that one continues the other.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "app/demo/prose.h"
#include "app/demo/random.h"
#include "base/time.h"
#include "call/enums.h"

namespace sightglass::demo {

/// How one model behaves. Times are medians of log-normal distributions.
struct ModelProfile {
    std::string_view name = "";       ///< As requested.
    std::string_view served_as = "";  ///< As answered: some names stand for a dated version.
    double first_token_ms = 0;        ///< For a short input.
    double spread = 0;                ///< Sigma of the logarithm.
    double tokens_per_s = 0;
    double reasoning_share = 0;  ///< Of output tokens, on average; 0: it does not reason.
    bool charges_cache_writes = false;
    std::int64_t requests_per_min = 0;  ///< Limits of one organization.
    std::int64_t tokens_per_min = 0;
};

/// What a client library says of itself.
struct SdkProfile {
    std::string_view name = "";  ///< As Sightglass records it: "openai-python 2.31.0".
    std::string_view user_agent = "";
    std::string_view language = "";
    std::string_view package_version = "";
    std::string_view runtime = "";
    std::string_view runtime_version = "";
};

/// How a service says who is calling.
enum class Attribution : std::uint8_t {
    kSightglassHeaders,  ///< x-sightglass-*
    kBodyMetadata,       ///< user and metadata of the request body
    kHelicone,           ///< Helicone-User-Id, Helicone-Session-Id, Helicone-Property-*
};

/// When a service is busy. All hours are UTC.
enum class Rhythm : std::uint8_t {
    kOffice,    ///< 7 to 17, Monday to Friday.
    kConsumer,  ///< Rises from the morning to the evening, also at weekends.
    kNight,     ///< A batch that runs from 1 to 4.
    kSteady,
};

struct ModelChoice {
    std::string_view model = "";
    double weight = 0;
};

/// One application of the company.
struct ServiceProfile {
    std::string_view name = "";
    std::string_view team = "";
    std::string_view environment = "";
    std::string_view organization = "";
    std::string_view project = "";
    std::string_view client_ip = "";
    Operation operation = Operation::kChat;
    bool stream = false;
    std::array<ModelChoice, 3> models;
    Attribution attribution = Attribution::kSightglassHeaders;
    int sdk = 0;  ///< Index into Sdks().
    Rhythm rhythm = Rhythm::kSteady;
    double weight = 0;      ///< Share of all requests.
    double turns_mean = 1;  ///< Of a session; 1: single calls without a session.
    int users = 0;          ///< How many there are; 0: calls name no user.
    std::string_view user_prefix = "";
    Topic topic = Topic::kCare;
    std::array<double, static_cast<std::size_t>(Language::kCount)>
        languages{};                ///< Weights, in order of Language.
    std::string_view feature = "";  ///< Value of the tag `feature`.
    std::int64_t instruction_tokens = 0;
    double input_tokens = 0;  ///< Median of what is added a turn.
    double output_tokens = 0;
    double tools_share = 0;  ///< Requests that offer tools.
};

std::span<const ModelProfile> Models() noexcept;
std::span<const ServiceProfile> Services() noexcept;
std::span<const SdkProfile> Sdks() noexcept;

/// By requested or served name; null where there is none.
const ModelProfile* FindModel(std::string_view name) noexcept;

/// The path of an operation's requests, "/v1/responses".
std::string_view EndpointOf(Operation operation) noexcept;

/// The provider key of a service: of the shape that OpenAI gives, made from the name, valid nowhere
/// else.
std::string KeyOf(const ServiceProfile& service);

/// A key of the same shape that the provider no longer takes.
std::string RevokedKey(std::string_view key);

/// A key that the simulated provider takes from anyone, for trying out a real application.
inline constexpr std::string_view kGuestKey = "sk-demo";

std::string UserOf(const ServiceProfile& service, std::size_t number);

/// How busy a service is at that time, in proportion to its average over a week.
double Busyness(Rhythm rhythm, Time time) noexcept;

/// Tokens and times of one answer.
struct Performance {
    std::int64_t output_tokens = 0;     ///< Reasoning included.
    std::int64_t reasoning_tokens = 0;  ///< Come before the first visible token.
    Duration first_token{};
    Duration total{};
};

/// Draws how long a model takes for an answer of `visible_tokens` to `input_tokens`.
Performance Perform(
    const ModelProfile& model,
    std::int64_t input_tokens,
    std::int64_t visible_tokens,
    Random& random
);

const ModelProfile& ChooseModel(const ServiceProfile& service, Random& random);
Language ChooseLanguage(const ServiceProfile& service, Random& random);

}  // namespace sightglass::demo

#include "app/demo/cast.h"

#include <algorithm>
#include <cmath>

namespace sightglass::demo {

namespace {

constexpr ModelProfile kModels[] = {
    // name, served as, first token ms, spread, tokens/s, reasoning, cache writes, requests/min,
    // tokens/min
    {"gpt-6-astra", "gpt-6-astra", 1900, 0.45, 52, 0.55, true, 120, 500'000},
    {"gpt-6-sol", "gpt-6-sol", 980, 0.40, 88, 0.35, true, 600, 2'000'000},
    {"gpt-6-luna", "gpt-6-luna", 310, 0.32, 165, 0, true, 5'000, 8'000'000},
    {"gpt-5.6-terra", "gpt-5.6-terra", 640, 0.36, 105, 0.15, true, 2'000, 4'000'000},
    {"gpt-5.6-luna", "gpt-5.6-luna", 350, 0.34, 150, 0, true, 5'000, 6'000'000},
    {"gpt-5.5", "gpt-5.5-2026-04-23", 1250, 0.42, 64, 0.40, false, 400, 1'000'000},
    {"gpt-5.4-mini", "gpt-5.4-mini-2026-03-17", 420, 0.34, 135, 0.10, false, 2'000, 4'000'000},
    {"gpt-5.4-nano", "gpt-5.4-nano-2026-03-17", 260, 0.30, 190, 0, false, 5'000, 6'000'000},
    {"gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", 460, 0.36, 92, 0, false, 2'000, 2'000'000},
    {"o4-mini", "o4-mini-2025-04-16", 1500, 0.50, 80, 0.60, false, 300, 600'000},
    {"gpt-3.5-turbo-instruct", "gpt-3.5-turbo-instruct", 380, 0.30, 98, 0, false, 300, 200'000},
    {"text-embedding-3-small", "text-embedding-3-small", 85, 0.28, 0, 0, false, 5'000, 5'000'000},
    {"text-embedding-3-large", "text-embedding-3-large", 140, 0.30, 0, 0, false, 3'000, 5'000'000},
};

constexpr SdkProfile kSdks[] = {
    {"openai-python 2.31.0", "OpenAI/Python 2.31.0", "python", "2.31.0", "CPython", "3.12.7"},
    {"openai-python 2.31.0", "AsyncOpenAI/Python 2.31.0", "python", "2.31.0", "CPython", "3.12.7"},
    {"openai-js 7.57.0", "OpenAI/JS 7.57.0", "js", "7.57.0", "node", "v22.11.0"},
    {"openai-python 1.109.1", "OpenAI/Python 1.109.1", "python", "1.109.1", "CPython", "3.11.9"},
    {"openai-go 3.12.0", "OpenAI/Go 3.12.0", "go", "3.12.0", "go", "go1.24.2"},
};

constexpr ServiceProfile kServices[] = {
    {.name = "support-chat",
     .team = "customer-care",
     .environment = "production",
     .organization = "northwind-retail",
     .project = "proj_customer_care",
     .client_ip = "127.0.10.11",
     .operation = Operation::kChat,
     .stream = true,
     .models = {{{"gpt-5.6-terra", 0.7}, {"gpt-5.4-mini", 0.3}, {}}},
     .attribution = Attribution::kSightglassHeaders,
     .sdk = 2,
     .rhythm = Rhythm::kConsumer,
     .weight = 24,
     .turns_mean = 4,
     .users = 900,
     .user_prefix = "customer-",
     .topic = Topic::kCare,
     .languages = {4, 3, 2, 1, 1, 1, 0.4},
     .feature = "chat",
     .instruction_tokens = 1900,
     .input_tokens = 45,
     .output_tokens = 130,
     .tools_share = 0.35},
    {.name = "ticket-triage",
     .team = "customer-care",
     .environment = "production",
     .organization = "northwind-retail",
     .project = "proj_customer_care",
     .client_ip = "127.0.10.12",
     .operation = Operation::kChat,
     .models = {{{"gpt-5.4-nano", 0.9}, {"gpt-5.4-mini", 0.1}, {}}},
     .attribution = Attribution::kSightglassHeaders,
     .sdk = 1,
     .rhythm = Rhythm::kConsumer,
     .weight = 16,
     .topic = Topic::kData,
     .languages = {3, 3, 2, 1, 1, 1, 0.5},
     .feature = "triage",
     .instruction_tokens = 1150,
     .input_tokens = 210,
     .output_tokens = 9},
    {.name = "product-search",
     .team = "search",
     .environment = "production",
     .organization = "northwind-retail",
     .project = "proj_storefront",
     .client_ip = "127.0.10.21",
     .operation = Operation::kEmbedding,
     .models = {{{"text-embedding-3-small", 1}, {}, {}}},
     .attribution = Attribution::kHelicone,
     .sdk = 4,
     .rhythm = Rhythm::kConsumer,
     .weight = 20,
     .users = 2500,
     .user_prefix = "visitor-",
     .topic = Topic::kShop,
     .languages = {4, 3, 2, 1, 1, 1, 0.4},
     .feature = "semantic-search",
     .input_tokens = 14},
    {.name = "shopping-assistant",
     .team = "search",
     .environment = "production",
     .organization = "northwind-retail",
     .project = "proj_storefront",
     .client_ip = "127.0.10.22",
     .operation = Operation::kResponse,
     .stream = true,
     .models = {{{"gpt-6-luna", 0.8}, {"gpt-6-sol", 0.2}, {}}},
     .attribution = Attribution::kHelicone,
     .sdk = 2,
     .rhythm = Rhythm::kConsumer,
     .weight = 13,
     .turns_mean = 3,
     .users = 1400,
     .user_prefix = "visitor-",
     .topic = Topic::kShop,
     .languages = {4, 3, 2, 1, 1, 1, 0.4},
     .feature = "assistant",
     .instruction_tokens = 1500,
     .input_tokens = 35,
     .output_tokens = 160,
     .tools_share = 0.5},
    {.name = "ide-assistant",
     .team = "engineering",
     .environment = "internal",
     .organization = "northwind-labs",
     .project = "proj_developer_tools",
     .client_ip = "127.0.10.31",
     .operation = Operation::kChat,
     .stream = true,
     .models = {{{"gpt-6-sol", 0.6}, {"gpt-5.6-terra", 0.3}, {"gpt-6-astra", 0.1}}},
     .attribution = Attribution::kBodyMetadata,
     .sdk = 2,
     .rhythm = Rhythm::kOffice,
     .weight = 9,
     .turns_mean = 6,
     .users = 64,
     .user_prefix = "dev-",
     .topic = Topic::kCode,
     .languages = {1},
     .feature = "ide",
     .instruction_tokens = 2600,
     .input_tokens = 480,
     .output_tokens = 340,
     .tools_share = 0.6},
    {.name = "code-review",
     .team = "engineering",
     .environment = "ci",
     .organization = "northwind-labs",
     .project = "proj_developer_tools",
     .client_ip = "127.0.10.32",
     .operation = Operation::kResponse,
     .models = {{{"gpt-6-sol", 0.7}, {"o4-mini", 0.3}, {}}},
     .attribution = Attribution::kBodyMetadata,
     .sdk = 1,
     .rhythm = Rhythm::kOffice,
     .weight = 4,
     .users = 64,
     .user_prefix = "dev-",
     .topic = Topic::kCode,
     .languages = {1},
     .feature = "review",
     .instruction_tokens = 1300,
     .input_tokens = 2900,
     .output_tokens = 420,
     .tools_share = 0.2},
    {.name = "copywriter",
     .team = "marketing",
     .environment = "production",
     .organization = "northwind-retail",
     .project = "proj_content",
     .client_ip = "127.0.10.41",
     .operation = Operation::kChat,
     .stream = true,
     .models = {{{"gpt-5.6-luna", 0.75}, {"gpt-5.5", 0.25}, {}}},
     .attribution = Attribution::kBodyMetadata,
     .sdk = 0,
     .rhythm = Rhythm::kOffice,
     .weight = 5,
     .turns_mean = 3,
     .users = 38,
     .user_prefix = "editor-",
     .topic = Topic::kWriting,
     .languages = {3, 3, 2, 2, 1, 1, 0},
     .feature = "drafts",
     .instruction_tokens = 700,
     .input_tokens = 160,
     .output_tokens = 380},
    {.name = "invoice-reader",
     .team = "finance",
     .environment = "production",
     .organization = "northwind-retail",
     .project = "proj_back_office",
     .client_ip = "127.0.10.51",
     .operation = Operation::kChat,
     .models = {{{"gpt-4.1-mini", 0.6}, {"gpt-5.4-mini", 0.4}, {}}},
     .attribution = Attribution::kSightglassHeaders,
     .sdk = 3,
     .rhythm = Rhythm::kOffice,
     .weight = 5,
     .topic = Topic::kData,
     .languages = {2, 2, 1, 1, 1, 0, 0},
     .feature = "extraction",
     .instruction_tokens = 600,
     .input_tokens = 1300,
     .output_tokens = 22,
     .tools_share = 1},
    {.name = "report-builder",
     .team = "finance",
     .environment = "production",
     .organization = "northwind-retail",
     .project = "proj_back_office",
     .client_ip = "127.0.10.52",
     .operation = Operation::kResponse,
     .models = {{{"gpt-6-astra", 0.8}, {"gpt-5.5", 0.2}, {}}},
     .attribution = Attribution::kSightglassHeaders,
     .sdk = 1,
     .rhythm = Rhythm::kOffice,
     .weight = 1.2,
     .users = 12,
     .user_prefix = "analyst-",
     .topic = Topic::kData,
     .languages = {1},
     .feature = "reports",
     .instruction_tokens = 1100,
     .input_tokens = 5200,
     .output_tokens = 700},
    {.name = "catalogue-indexer",
     .team = "search",
     .environment = "batch",
     .organization = "northwind-retail",
     .project = "proj_storefront",
     .client_ip = "127.0.10.23",
     .operation = Operation::kEmbedding,
     .models = {{{"text-embedding-3-large", 1}, {}, {}}},
     .attribution = Attribution::kSightglassHeaders,
     .sdk = 1,
     .rhythm = Rhythm::kNight,
     .weight = 6,
     .topic = Topic::kShop,
     .languages = {1, 1},
     .feature = "indexing",
     .input_tokens = 560},
    {.name = "prompt-lab",
     .team = "research",
     .environment = "staging",
     .organization = "northwind-labs",
     .project = "proj_research",
     .client_ip = "127.0.10.61",
     .operation = Operation::kCompletion,
     .models = {{{"gpt-3.5-turbo-instruct", 1}, {}, {}}},
     .attribution = Attribution::kBodyMetadata,
     .sdk = 3,
     .rhythm = Rhythm::kOffice,
     .weight = 1.5,
     .users = 9,
     .user_prefix = "researcher-",
     .topic = Topic::kWriting,
     .languages = {1},
     .feature = "experiments",
     .input_tokens = 220,
     .output_tokens = 180},
};

// So that each rhythm is 1 on average over a week; a unit test adds them up.
constexpr double kOfficeScale = 3.815;
constexpr double kConsumerScale = 1.191;
constexpr double kNightScale = 7.175;

double Bump(double hour, double centre, double width) noexcept {
    double distance = std::fabs(hour - centre);
    distance = std::min(distance, 24 - distance);
    return std::exp(-0.5 * distance * distance / (width * width));
}

}  // namespace

std::span<const ModelProfile> Models() noexcept {
    return kModels;
}

std::span<const ServiceProfile> Services() noexcept {
    return kServices;
}

std::span<const SdkProfile> Sdks() noexcept {
    return kSdks;
}

const ModelProfile* FindModel(std::string_view name) noexcept {
    for (const ModelProfile& model : kModels) {
        if (model.name == name || model.served_as == name) {
            return &model;
        }
    }
    return nullptr;
}

std::string_view EndpointOf(Operation operation) noexcept {
    switch (operation) {
        case Operation::kResponse:
            return "/v1/responses";
        case Operation::kCompletion:
            return "/v1/completions";
        case Operation::kEmbedding:
            return "/v1/embeddings";
        default:
            return "/v1/chat/completions";
    }
}

std::string KeyOf(const ServiceProfile& service) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    constexpr int kHalf = 74;
    Random random(Mix(HashText(service.team), HashText(service.name)));
    std::string key = "sk-proj-";
    for (int half = 0; half < 2; ++half) {
        for (int i = 0; i < kHalf; ++i) {
            key += kAlphabet[static_cast<std::size_t>(random.Next() % kAlphabet.size())];
        }
        if (half == 0) {
            key += "T3BlbkFJ";  // Stands in the middle of every such key.
        }
    }
    return key;
}

std::string RevokedKey(std::string_view key) {
    constexpr std::string_view kStart = "sk-proj-revoked";
    return std::string(kStart) + std::string(key.substr(kStart.size()));
}

std::string UserOf(const ServiceProfile& service, std::size_t number) {
    // Neighbouring users do not have neighbouring numbers.
    const std::uint64_t id = 1000 + Mix(HashText(service.user_prefix), number) % 90'000;
    return std::string(service.user_prefix) + std::to_string(id);
}

double Busyness(Rhythm rhythm, Time time) noexcept {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const double hour = std::chrono::duration<double, std::ratio<3600>>(time - day).count();
    const std::chrono::weekday weekday{day};
    const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
    switch (rhythm) {
        case Rhythm::kOffice:
            return kOfficeScale * (weekend ? 0.06 : 1) *
                   (0.02 + 0.9 * Bump(hour, 9.8, 1.9) + 0.85 * Bump(hour, 14.2, 1.8));
        case Rhythm::kConsumer:
            return kConsumerScale * (weekend ? 1.2 : 1) *
                   (0.22 + 0.75 * Bump(hour, 11.5, 3) + 1.25 * Bump(hour, 19.2, 2.6));
        case Rhythm::kNight:
            return kNightScale * (0.02 + Bump(hour, 2.4, 0.8) * (weekend ? 0.5 : 1.8));
        case Rhythm::kSteady:
            return 1;
    }
    return 1;
}

Performance Perform(
    const ModelProfile& model,
    std::int64_t input_tokens,
    std::int64_t visible_tokens,
    Random& random
) {
    Performance result;
    result.output_tokens = visible_tokens;
    // Reading the input takes its time too.
    const double reading_ms = static_cast<double>(input_tokens) / 60;
    double first_ms = random.LogNormal(model.first_token_ms, model.spread) + reading_ms;
    if (model.reasoning_share > 0 && visible_tokens > 0) {
        const double share = model.reasoning_share / (1 - model.reasoning_share);
        const double tokens = random.LogNormal(share * static_cast<double>(visible_tokens), 0.6);
        result.reasoning_tokens =
            static_cast<std::int64_t>(tokens / 64) * 64;  // Reported in steps of 64.
        result.output_tokens += result.reasoning_tokens;
    }
    double total_ms = first_ms;
    if (model.tokens_per_s > 0) {
        const double ms_per_token = 1000 / random.LogNormal(model.tokens_per_s, 0.18);
        first_ms += static_cast<double>(result.reasoning_tokens) * ms_per_token /
                    2;  // Not written out, so faster.
        total_ms = first_ms + static_cast<double>(visible_tokens) * ms_per_token;
    }
    result.first_token = Duration(static_cast<std::int64_t>(first_ms * 1000));
    result.total = Duration(static_cast<std::int64_t>(total_ms * 1000));
    return result;
}

const ModelProfile& ChooseModel(const ServiceProfile& service, Random& random) {
    std::array<double, 3> weights{};
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] = service.models[i].weight;
    }
    return *FindModel(service.models[random.Weighted(weights)].model);
}

Language ChooseLanguage(const ServiceProfile& service, Random& random) {
    return static_cast<Language>(random.Weighted(service.languages));
}

}  // namespace sightglass::demo

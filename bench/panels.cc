// How long the dashboard's panels take over a store of many calls, from rollups and from calls alone.
//
//   bench_panels CALLS [DAYS [DIRECTORY]]
//
// Fills a store with calls of DAYS days, 90 unless told (200 keys, 20 models, 50 services, 50,000 users), sums it up,
// asks what each page asks, and prints a line a question and a JSON object at the end.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "call/catalogue.h"
#include "store/duckdb/duckdb_store.h"

namespace {

using namespace sightglass;
using std::chrono::hours;
using SteadyClock = std::chrono::steady_clock;

constexpr Time kEnd = TimeFromMicros(1'790'000'000'000'000);
constexpr std::int64_t kBatchCalls = 20'480;
constexpr int kAskedTimes = 7;

double SecondsSince(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// Calls in the shapes of real traffic: a service has its keys, its team and a few models; a user
/// comes again, as often as Zipf says; sessions have some turns; days are busier than nights.
class Traffic {
public:
    Traffic(std::int64_t calls, int days) : calls_(calls), days_(days) {}

    std::vector<Call> Next(std::int64_t first) {
        std::vector<Call> calls;
        for (std::int64_t i = first; i < std::min(first + kBatchCalls, calls_); ++i) {
            calls.push_back(CallAt(TimeOf(i)));
        }
        return calls;
    }

private:
    std::int64_t Below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(random_);
    }

    /// Small numbers far more often than large ones.
    std::int64_t Zipf(std::int64_t bound) {
        const double draw = std::uniform_real_distribution<double>(0, 1)(random_);
        return std::min(
            static_cast<std::int64_t>(std::pow(static_cast<double>(bound + 1), draw)) - 1,
            bound - 1
        );
    }

    Time TimeOf(std::int64_t number) const {
        const double share = static_cast<double>(number) / static_cast<double>(calls_);
        const double days = share * days_;
        const double hour = (days - std::floor(days)) * 24;
        const double into = hour - 3.0 * std::sin(hour / 24 * 2 * 3.14159265) * 0.9;
        return kEnd - hours(24) * days_ +
               Duration(static_cast<std::int64_t>((std::floor(days) * 24 + into) * 3.6e9));
    }

    void Fill(Call& call) {
        const std::int64_t service = Zipf(50);
        const std::int64_t model = (service * 7 + Zipf(4)) % 20;
        call.provider = model % 3 == 0 ? "anthropic" : model % 3 == 1 ? "openai" : "gemini";
        call.upstream = call.provider;
        call.model = "model-" + std::to_string(model) + "-2026-01-01";
        call.model_requested = "model-" + std::to_string(model);
        call.organization = service % 5 == 0 ? "org-research" : "org-product";
        call.project = "proj_" + std::to_string(service % 12);
        call.team = "team-" + std::to_string(service % 9);
        call.service = "service-" + std::to_string(service);
        call.environment = Below(8) == 0 ? "staging" : "production";
        const std::int64_t key = service * 4 + Zipf(4);
        call.api_key = std::string(28, 'a') + std::to_string(1'000 + key);
        call.api_key_label = "sk-proj-...k" + std::to_string(1'000 + key);
        call.user = "user-" + std::to_string(Zipf(50'000)) + "@example.com";
        call.session_id = "session-" + std::to_string(session_ += Below(4) == 0 ? 1 : 0);
        call.operation = model == 19 ? Operation::kEmbedding : Operation::kChat;
        call.scenario = "scenario-" + std::to_string(service % 10);
        call.language = Below(4) == 0 ? "nl" : "en";
    }

    void FillUsage(Call& call) {
        call.fresh_input_tokens = 50 + Zipf(8'000);
        call.cached_input_tokens = Below(3) == 0 ? Below(4'000) : 0;
        call.output_tokens = 1 + Zipf(2'000);
        call.reasoning_tokens = 0;
        call.token_source = TokenSource::kProvider;
        call.usage = R"({"prompt_tokens":)" + std::to_string(*call.fresh_input_tokens) +
                     R"(,"completion_tokens":)" + std::to_string(*call.output_tokens) + "}";
        const std::int64_t input = *call.fresh_input_tokens * 2'500;
        const std::int64_t output = *call.output_tokens * 10'000;
        call.input_cost = Money::FromNanoUsd(input);
        call.output_cost = Money::FromNanoUsd(output);
        call.cost = Money::FromNanoUsd(input + output);
        call.price_id = call.provider + "/" + call.model_requested + "@2026-01-01";
        call.cost_source = CostSource::kPriced;
    }

    void FillTimes(Call& call, Time at) {
        call.started_at = at;
        const auto latency_us =
            static_cast<std::int64_t>(std::lognormal_distribution<double>(14.2, 0.8)(random_));
        call.latency_us = latency_us;
        call.ttft_us = latency_us / 5 + Below(1 + latency_us / 10);
        call.first_token_at = at + Duration(*call.ttft_us);
        call.ended_at = at + Duration(latency_us);
        call.tpot_us = (latency_us - *call.ttft_us) / *call.output_tokens;
        call.gateway_us = 40 + Zipf(400);
        call.stream = Below(2) == 0;
    }

    Call CallAt(Time at) {
        Call call;
        call.call_id = ids_.Next(at);
        call.source = Source::kGateway;
        call.provider_response_id = "chatcmpl-" + std::to_string(random_());
        call.provider_request_id = "req_" + std::to_string(random_());
        Fill(call);
        FillUsage(call);
        FillTimes(call, at);
        call.method = "POST";
        call.endpoint = "/v1/chat/completions";
        call.client_ip = "10.0.0." + std::to_string(Below(250));
        call.user_agent = "OpenAI/JS 4.77.0";
        call.status = Below(50) == 0 ? CallStatus::kError : CallStatus::kOk;
        call.http_status = call.status == CallStatus::kOk ? 200 : 429;
        if (call.status == CallStatus::kError) {
            call.error_type =
                Below(2) == 0 ? ErrorType::kProviderRateLimited : ErrorType::kProviderServerError;
        }
        call.finish_reason = "stop";
        call.request_bytes = 500 + Zipf(20'000);
        call.response_bytes = 300 + Zipf(8'000);
        return call;
    }

    std::int64_t calls_;
    int days_;
    std::int64_t session_ = 0;
    std::mt19937_64 random_{7};
    UuidSource ids_{7};
};

struct Question {
    std::string name;
    std::vector<std::string> metrics;
    std::vector<std::string> group_by = {};
    int days = 1;
    Duration interval{};
    std::string filter = "";  ///< "status=error".
    std::string order = "";
    std::size_t limit = 10'000;
};

const std::vector<std::string> kKpis = {
    "calls",
    "calls_per_min",
    "errors",
    "error_rate",
    "cost_usd",
    "cost_per_call_usd",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "latency_p50_ms",
    "latency_p95_ms",
    "users",
    "keys"};
const std::vector<std::string> kSeries = {
    "calls",
    "error_rate",
    "cost_usd",
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "total_tokens",
    "latency_p50_ms",
    "latency_p95_ms",
    "ttft_p50_ms",
    "users"};
const std::vector<std::string> kBreakdown = {
    "calls",
    "total_tokens",
    "cost_usd",
    "error_rate",
    "latency_p50_ms",
    "latency_p95_ms",
    "input_tokens",
    "output_tokens"};
const std::vector<std::string> kPerformance = {
    "calls",
    "errors",
    "error_rate",
    "rate_limited",
    "latency_p50_ms",
    "latency_p95_ms",
    "latency_p99_ms",
    "ttft_p50_ms",
    "ttft_p95_ms",
    "tpot_p50_ms",
    "tpot_p95_ms",
    "output_tokens_per_s"};
const std::vector<std::string> kKeyUse =
    {"calls", "cost_usd", "users", "error_rate", "rate_limited", "total_tokens"};

/// The width that the API's `auto` chooses.
Duration AutoInterval(int days) {
    return days <= 1    ? Duration(std::chrono::minutes(15))
           : days <= 5  ? Duration(hours(1))
           : days <= 7  ? Duration(hours(2))
           : days <= 30 ? Duration(hours(6))
                        : Duration(hours(24));
}

std::vector<Question> Questions(int days_max) {
    std::vector<Question> all;
    for (const int days : {1, 7, 30, 90}) {
        if (days > days_max) {
            break;
        }
        const std::string span = " " + std::to_string(days) + "d";
        const Duration interval = AutoInterval(days);
        all.push_back({"overview: figures" + span, kKpis, {}, days});
        all.push_back({"overview: series" + span, kSeries, {}, days, interval});
        for (const char* by : {"model", "service", "organization", "api_key", "user"}) {
            const bool is_key = std::string(by) == "api_key";
            std::vector<std::string> columns = {by};
            if (is_key) {
                columns.emplace_back("api_key_label");
            }
            all.push_back(
                {"overview: by " + std::string(by) + span,
                 kBreakdown,
                 columns,
                 days,
                 {},
                 "",
                 "calls",
                 20}
            );
            all.push_back(
                {"cost: by " + std::string(by) + span,
                 {"cost_usd"},
                 columns,
                 days,
                 {},
                 "",
                 "cost_usd",
                 20}
            );
            all.push_back(
                {"cost: series by " + std::string(by) + span,
                 {"calls", "cost_usd"},
                 {by},
                 days,
                 interval}
            );
        }
        all.push_back(
            {"overview: errors by type" + span,
             {"errors"},
             {"error_type"},
             days,
             {},
             "status=error"}
        );
        all.push_back({"performance: figures" + span, kPerformance, {}, days});
        all.push_back(
            {"performance: by model" + span, kPerformance, {"model"}, days, {}, "", "calls", 20}
        );
        all.push_back(
            {"performance: p95 by model over time" + span,
             {"latency_p95_ms", "ttft_p95_ms"},
             {"model"},
             days,
             interval}
        );
        all.push_back(
            {"keys: use" + span, kKeyUse, {"api_key", "api_key_label"}, days, {}, "", "calls", 200}
        );
        all.push_back({"scenarios: mix" + span, {"calls"}, {"scenario"}, days, interval});
        all.push_back({"cost: forecast, peak hours" + span, {"cost_usd"}, {}, days, hours(1)});
        all.push_back(
            {"users: days" + span,
             {"calls", "errors", "cost_usd"},
             {"user"},
             days,
             hours(24),
             "",
             "",
             1'000'000}
        );
    }
    return all;
}

store::Plan PlanOf(const Question& question, Duration back) {
    store::Plan plan;
    plan.to = kEnd - back;
    plan.from = plan.to - hours(24) * question.days;
    for (const std::string& name : question.metrics) {
        plan.metrics.push_back(FindMetric(name));
    }
    for (const std::string& name : question.group_by) {
        store::Filter by;
        by.dimension.field = FindField(name);
        plan.group_by.push_back(by);
    }
    if (question.interval.count() > 0) {
        plan.interval = question.interval;
    }
    if (const std::size_t at = question.filter.find('='); at != std::string::npos) {
        store::Filter filter;
        filter.dimension.field = FindField(question.filter.substr(0, at));
        filter.values = {question.filter.substr(at + 1)};
        plan.filters.push_back(filter);
    }
    if (!question.order.empty()) {
        plan.order_by = {{question.order, true}};
    }
    plan.limit = question.limit;
    return plan;
}

struct Took {
    double p50 = 0;
    double max = 0;
    std::string source;
};

[[noreturn]] void Fail(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

Took Ask(const store::Store& store, const Question& question, int times) {
    std::vector<double> took;
    Took answer;
    for (int i = 0; i <= times; ++i) {
        const store::Plan plan = PlanOf(question, std::chrono::seconds(17 * (i + 1)));
        const auto start = SteadyClock::now();
        const Result<store::Table> table = store.Select(plan);
        if (!table.Ok()) {
            Fail(question.name + ": " + table.error().message);
        }
        if (i > 0) {  // The first one warms up.
            took.push_back(1e3 * SecondsSince(start));
        }
        answer.source = table->source.rollup.empty() ? "calls" : table->source.rollup;
    }
    std::sort(took.begin(), took.end());
    answer.p50 = took[took.size() / 2];
    answer.max = took.back();
    return answer;
}

std::unique_ptr<store::Store>
MustOpen(const std::filesystem::path& file, bool rollups, int rest_s = 0) {
    store::DuckDbOptions options;
    options.rollups = rollups;
    options.rollup_rest = Duration(std::chrono::seconds(rest_s));
    Result<std::unique_ptr<store::Store>> opened = store::OpenDuckDb(file, options);
    if (!opened.Ok()) {
        Fail(opened.error().message);
    }
    return std::move(*opened);
}

/// Seconds that it took. With `tends`, sums are made meanwhile, a part a batch.
double Load(store::Store& store, std::int64_t calls, int days, bool tends) {
    Traffic traffic(calls, days);
    double took = 0;
    for (std::int64_t first = 0; first < calls; first += kBatchCalls) {
        store::Batch batch;
        batch.calls = traffic.Next(first);
        batch.ids_are_new = true;
        batch.positions = {{1, static_cast<std::uint64_t>(first + 1)}};
        const auto start = SteadyClock::now();
        if (store.StageRoom() < batch.calls.size() && !store.Keep().Ok()) {
            Fail("not kept");
        }
        if (!store.Stage(batch).Ok() || (tends && !store.Tend().Ok())) {
            Fail("not staged");
        }
        took += SecondsSince(start);
    }
    const auto start = SteadyClock::now();
    if (!store.Keep().Ok()) {
        Fail("not kept");
    }
    return took + SecondsSince(start);
}

double TendAll(store::Store& store) {
    const auto start = SteadyClock::now();
    double longest = 0;
    for (;;) {
        const auto step = SteadyClock::now();
        const Result<bool> more = store.Tend();
        if (!more.Ok()) {
            Fail(more.error().message);
        }
        longest = std::max(longest, SecondsSince(step));
        if (!*more) {
            break;
        }
    }
    std::printf("longest part of summing up: %.3f s\n", longest);
    return SecondsSince(start);
}

double Quantile(std::vector<double> values, double quantile) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(quantile * static_cast<double>(values.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const std::int64_t calls = argc > 1 ? std::atoll(argv[1]) : 2'000'000;
    const int days = argc > 2 ? std::atoi(argv[2]) : 90;
    const std::filesystem::path directory =
        argc > 3 ? argv[3] : std::filesystem::temp_directory_path() / "sightglass_panels";
    std::filesystem::create_directories(directory);
    const std::filesystem::path file = directory / "calls.duckdb";
    const auto number = static_cast<double>(calls);
    double loaded = 0;
    double summed = 0;
    std::uint64_t plain_bytes = 0;
    if (!std::filesystem::exists(file)) {
        loaded = Load(*MustOpen(file, false), calls, days, false);
        plain_bytes = std::filesystem::file_size(file);
        summed = TendAll(*MustOpen(file, true));
        std::filesystem::remove(directory / "tended.duckdb");
        const double both =
            Load(*MustOpen(directory / "tended.duckdb", true, 1), calls, days, true);
        std::filesystem::remove(directory / "tended.duckdb");
        std::printf(
            "store: %.0f calls/s, with sums meanwhile %.0f, summing up %.0f\n",
            number / loaded,
            number / both,
            number / summed
        );
    }
    const std::uint64_t bytes = std::filesystem::file_size(file);
    std::printf(
        "bytes a call: %.1f, without rollups %.1f\n",
        static_cast<double>(bytes) / number,
        static_cast<double>(plain_bytes) / number
    );
    std::vector<double> p50s[2];
    std::vector<double> all[2];
    std::vector<Took> of[2];
    for (const bool rollups : {true, false}) {
        const auto store = MustOpen(file, rollups);
        for (const Question& question : Questions(days)) {
            const Took took = Ask(*store, question, rollups ? kAskedTimes : 2);
            of[rollups ? 0 : 1].push_back(took);
            p50s[rollups ? 0 : 1].push_back(took.p50);
            all[rollups ? 0 : 1].push_back(took.max);
        }
    }
    std::printf(
        "%-45s %9s %9s %9s %7s  %s\n",
        "question, ms",
        "p50",
        "max",
        "calls",
        "ratio",
        "from"
    );
    const std::vector<Question> questions = Questions(days);
    for (std::size_t i = 0; i < questions.size(); ++i) {
        std::printf(
            "%-45s %9.1f %9.1f %9.1f %7.1f  %s\n",
            questions[i].name.c_str(),
            of[0][i].p50,
            of[0][i].max,
            of[1][i].p50,
            of[1][i].p50 / of[0][i].p50,
            of[0][i].source.c_str()
        );
    }
    std::printf(
        R"({"calls":%lld,"p50_ms":%.1f,"p95_ms":%.1f,"max_ms":%.1f,"calls_alone_p50_ms":%.1f,)"
        R"("calls_alone_p95_ms":%.1f,"bytes_per_call":%.1f})"
        "\n",
        static_cast<long long>(calls),
        Quantile(p50s[0], 0.5),
        Quantile(p50s[0], 0.95),
        Quantile(all[0], 1.0),
        Quantile(p50s[1], 0.5),
        Quantile(p50s[1], 0.95),
        static_cast<double>(bytes) / number
    );
    return 0;
}

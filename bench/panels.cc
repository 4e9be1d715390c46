// How long the dashboard's panels take over a store of many calls, from rollups and from calls alone.
//
//   bench_panels CALLS [DAYS [DIRECTORY]]
//
// Fills a store with calls of DAYS days, 90 unless told (200 keys, 20 models, 50 services, 50,000 users), sums it up,
// asks what each page asks, and prints a line a question and a JSON object at the end.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/panel_traffic.h"
#include "call/catalogue.h"
#include "store/duckdb/duckdb_store.h"

namespace {

using namespace sightglass;
using bench::kBatchCalls;
using bench::kEnd;
using bench::Traffic;
using std::chrono::hours;
using SteadyClock = std::chrono::steady_clock;

constexpr int kAskedTimes = 7;

double SecondsSince(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

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

/// What pages ask of each group.
void AddGrouped(int days, std::vector<Question>& all) {
    const std::string span = " " + std::to_string(days) + "d";
    const Duration interval = AutoInterval(days);
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
        AddGrouped(days, all);
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

/// Asks from rollups, then from calls alone, and prints what it took.
void AskAll(
    const std::filesystem::path& file,
    std::int64_t calls,
    int days,
    double bytes_per_call
) {
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
        bytes_per_call
    );
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
    AskAll(file, calls, days, static_cast<double>(bytes) / number);
    return 0;
}

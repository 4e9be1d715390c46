// Answers from rollups beside those that plain SQL gives of the calls themselves, after whatever may
// happen to calls.
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "base/test_directory.h"
#include "sketch/distinct_count.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/erase_user.h"
#include "store/duckdb/rollup_pieces.h"
#include "store/duckdb/rollup_sets.h"
#include "store/duckdb/sample_calls.h"
#include "store/duckdb/sample_plans.h"

namespace sightglass::store {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Time kStart = TimeFromMicros(1'790'000'000'000'000);  // 2026-09-21T14:13:20Z
constexpr Duration kSpan = hours(24 * 4);

DuckDbOptions With(bool rollups) {
    DuckDbOptions options;
    options.rollups = rollups;
    options.rollup_calls_min = 0;
    options.rollup_rest = Duration(0);
    return options;
}

std::unique_ptr<Store> MustOpen(const Path& file, bool rollups) {
    Result<std::unique_ptr<Store>> opened = OpenDuckDb(file, With(rollups));
    EXPECT_TRUE(opened.Ok()) << opened.error().message;
    return std::move(*opened);
}

/// Two stores with the same calls, one of which answers from rollups.
class RollupTest : public testing::Test {
protected:
    RollupTest() { Open(); }

    ~RollupTest() override {
        summed_.reset();
        plain_.reset();
    }

    void Open() {
        summed_.reset();
        plain_.reset();
        summed_ = MustOpen(directory_ / "summed", true);
        plain_ = MustOpen(directory_ / "plain", false);
    }

    void Commit(const Batch& batch) {
        ASSERT_TRUE(summed_->Commit(batch).Ok());
        ASSERT_TRUE(plain_->Commit(batch).Ok());
    }

    void Stage(const Batch& batch) {
        ASSERT_TRUE(summed_->Stage(batch).Ok());
        ASSERT_TRUE(plain_->Stage(batch).Ok());
    }

    void TendAll() {
        for (;;) {
            const Result<bool> more = summed_->Tend();
            ASSERT_TRUE(more.Ok()) << more.error().message;
            if (!*more) {
                return;
            }
        }
    }

    const TestDirectory directory_;
    std::unique_ptr<Store> summed_;
    std::unique_ptr<Store> plain_;
};

bool IsNear(double got, double wanted, double error) {
    return std::abs(got - wanted) <= error * std::max(std::abs(wanted), 1e-9);
}

/// How far off an answer may be: quantiles by 1 % or a microsecond, many names by four standard
/// errors.
bool AreAlike(const Cell& got, const Cell& wanted, const Metric& metric) {
    if (got == wanted) {
        return true;
    }
    const auto* const x = std::get_if<double>(&got);
    const auto* const y = std::get_if<double>(&wanted);
    if (metric.aggregate == Aggregate::kDistinct) {
        const auto* const counted = std::get_if<std::int64_t>(&got);
        const auto* const there = std::get_if<std::int64_t>(&wanted);
        return counted != nullptr && there != nullptr &&
               *there > static_cast<std::int64_t>(sketch::DistinctCount::kExactMax) &&
               IsNear(
                   static_cast<double>(*counted),
                   static_cast<double>(*there),
                   4 * sketch::DistinctCount::kStandardError
               );
    }
    if (x == nullptr || y == nullptr) {
        return false;
    }
    if (metric.aggregate == Aggregate::kQuantile) {
        return IsNear(*x, *y, 0.0101) || std::abs(*x - *y) * metric.divisor <= 1.01;
    }
    return IsNear(*x, *y, 1e-9);
}

std::string Show(const Cell& cell) {
    struct Shower {
        std::string operator()(std::monostate) const { return "null"; }

        std::string operator()(std::int64_t value) const { return std::to_string(value); }

        std::string operator()(double value) const { return std::to_string(value) + "d"; }

        std::string operator()(const std::string& value) const { return "'" + value + "'"; }

        std::string operator()(Time value) const { return FormatTime(value); }
    };

    return std::visit(Shower{}, cell);
}

std::string Show(const Plan& plan) {
    std::string text = FormatTime(plan.from) + " to " + FormatTime(plan.to) + " by";
    for (const Filter& by : plan.group_by) {
        text += " " + std::string(by.dimension.field->name);
    }
    for (const Filter& filter : plan.filters) {
        text += " where " + std::string(filter.dimension.field->name);
    }
    return text + " each " +
           std::to_string(plan.interval ? plan.interval->count() / 3'600'000'000 : 0) + " h";
}

/// Asks both; what the answer was read from.
Provenance ExpectAlike(const Store& summed, const Store& plain, const Plan& plan) {
    const Result<Table> got = summed.Select(plan);
    const Result<Table> wanted = plain.Select(plan);
    EXPECT_TRUE(got.Ok()) << got.error().message << "\n" << Show(plan);
    EXPECT_TRUE(wanted.Ok());
    if (!got.Ok() || !wanted.Ok()) {
        return {};
    }
    EXPECT_EQ(got->rows.size(), wanted->rows.size()) << Show(plan);
    const std::size_t keys = got->columns.size() - plan.metrics.size();
    for (std::size_t i = 0; i < std::min(got->rows.size(), wanted->rows.size()); ++i) {
        for (std::size_t c = 0; c < got->columns.size(); ++c) {
            const Cell& a = got->rows[i][c];
            const Cell& b = wanted->rows[i][c];
            const bool alike = c < keys ? a == b : AreAlike(a, b, *plan.metrics[c - keys]);
            EXPECT_TRUE(alike) << Show(plan) << "\nrow " << i << ", " << got->columns[c].name
                               << ": " << Show(a) << ", of calls " << Show(b);
            if (!alike) {
                return {};
            }
        }
    }
    EXPECT_TRUE(wanted->source.rollup.empty());
    return got->source;
}

/// Every metric that parts can be had of.
std::vector<const Metric*> AllMetrics(const RollupSet& set) {
    std::vector<const Metric*> metrics;
    for (const Metric& metric : Metrics()) {
        Plan plan;
        plan.metrics = {&metric};
        for (const std::string_view dimension : set.dimensions) {
            plan.group_by.push_back(MakeFilter(std::string(dimension), Comparison::kIs, {}));
        }
        if (const RollupSet* const found = FindRollup(plan); found != nullptr) {
            metrics.push_back(&metric);
        }
    }
    return metrics;
}

/// A question that the set can answer, about some of the time.
Plan PlanFor(Samples& samples, const RollupSet& set) {
    static const std::vector<Duration> kIntervals =
        {minutes(30), hours(1), hours(3), hours(24), hours(24 * 7)};
    Plan plan;
    plan.from = kStart - hours(2) + Duration(samples.Below(kSpan.count()));
    plan.to = plan.from + Duration(1 + samples.Below(kSpan.count()));
    if (samples.OneIn(3)) {
        plan.from = BucketOf(plan.from, Grain::kDay);
        plan.to = BucketOf(plan.to, Grain::kDay) + hours(24);
    }
    if (samples.OneIn(2)) {
        plan.interval = samples.OneOf(kIntervals);
    }
    for (const std::string_view dimension : set.dimensions) {
        const std::string name(dimension);
        if (samples.OneIn(2)) {
            plan.group_by.push_back(MakeFilter(name, Comparison::kIs, {}));
        }
        if (samples.OneIn(4)) {
            plan.filters.push_back(MakeFilter(
                name,
                samples.OneIn(3) ? Comparison::kIsNotNull : Comparison::kIs,
                {"w1", "w2", "ok", "chat"}
            ));
        }
    }
    plan.metrics = AllMetrics(set);
    return plan;
}

/// All sets, all their metrics. Returns how much was read from rollups.
Duration ExpectAllAlike(const Store& summed, const Store& plain, Samples& samples, int times) {
    Duration from_rollups{};
    for (const RollupSet& set : RollupSets()) {
        for (int i = 0; i < times && !testing::Test::HasFailure(); ++i) {
            const Provenance source = ExpectAlike(summed, plain, PlanFor(samples, set));
            from_rollups += source.days + source.hours;
        }
    }
    return from_rollups;
}

/// New calls, some of which are new versions of earlier ones, or take their place.
Batch WildBatch(Samples& samples, std::vector<Call>& known, std::int64_t calls) {
    Batch batch;
    for (std::int64_t i = 0; i < calls; ++i) {
        Call call = samples.WildCall(kStart, kSpan);
        if (!known.empty() && samples.OneIn(6)) {
            Call& old =
                known[static_cast<std::size_t>(samples.Below(static_cast<std::int64_t>(known.size())
                ))];
            if (samples.OneIn(2)) {
                batch.withdrawn.push_back({old.call_id, old.started_at});
                old = call;
            } else {
                call.call_id = old.call_id;
                old = call;
            }
        } else {
            known.push_back(call);
        }
        batch.calls.push_back(std::move(call));
    }
    return batch;
}

TEST_F(RollupTest, AnswersAsTheCallsDoWhateverHappensToThem) {
    Samples samples(11);
    std::vector<Call> known;
    Duration from_rollups{};
    for (int round = 0; round < 8 && !HasFailure(); ++round) {
        Commit(WildBatch(samples, known, 300));
        if (round % 2 == 0) {
            TendAll();
        } else {
            for (int i = 0; i < 40; ++i) {
                ASSERT_TRUE(summed_->Tend().Ok());
            }
        }
        from_rollups += ExpectAllAlike(*summed_, *plain_, samples, 4);
        Stage(WildBatch(samples, known, 20));
        from_rollups += ExpectAllAlike(*summed_, *plain_, samples, 2);
        if (round == 5) {
            Open();  // What was staged and not kept is gone from both.
            known.clear();
        }
    }
    EXPECT_GT(from_rollups, hours(24 * 30));
}

TEST_F(RollupTest, SumsAgainWhatAnErasedUserTouched) {
    Samples samples(12);
    std::vector<Call> known;
    Commit(WildBatch(samples, known, 400));
    TendAll();
    summed_.reset();
    plain_.reset();
    ASSERT_TRUE(EraseUser(directory_ / "summed", "w1", kGroupRows).Ok());
    ASSERT_TRUE(EraseUser(directory_ / "plain", "w1", kGroupRows).Ok());
    Open();
    ExpectAllAlike(*summed_, *plain_, samples, 3);
    TendAll();
    EXPECT_GT(ExpectAllAlike(*summed_, *plain_, samples, 3), hours(1));
}

TEST_F(RollupTest, ReadsFromTheCoarsestThatIsExact) {
    Samples samples(13);
    Batch batch;
    for (Time at = kStart; at < kStart + kSpan; at += minutes(7)) {
        batch.calls.push_back(samples.TrafficCall(at));
    }
    Commit(batch);
    Plan plan;
    plan.metrics = {FindMetric("calls"), FindMetric("latency_p95_ms"), FindMetric("users")};
    plan.from = kStart + minutes(1);
    plan.to = kStart + kSpan;
    EXPECT_EQ(ExpectAlike(*summed_, *plain_, plan).rollup, "");
    TendAll();
    Provenance source = ExpectAlike(*summed_, *plain_, plan);
    EXPECT_EQ(source.rollup, "organization");
    EXPECT_EQ(source.days, hours(24 * 3));
    EXPECT_EQ(source.days + source.hours + source.calls, plan.to - plan.from);
    EXPECT_LT(source.calls, hours(2));
    plan.interval = hours(1);
    plan.group_by = {MakeFilter("model", Comparison::kIs, {})};
    source = ExpectAlike(*summed_, *plain_, plan);
    EXPECT_EQ(source.rollup, "model");
    EXPECT_EQ(source.days, Duration(0));
    EXPECT_GT(source.hours, hours(24 * 3));
    plan.interval = minutes(30);
    EXPECT_EQ(ExpectAlike(*summed_, *plain_, plan).rollup, "");
    plan.interval = hours(24);
    plan.group_by.push_back(MakeFilter("user", Comparison::kIs, {}));
    EXPECT_EQ(ExpectAlike(*summed_, *plain_, plan).rollup, "");
}

TEST_F(RollupTest, TellsTheRestApartByCallsAndSumsItUpOtherwise) {
    Samples samples(14);
    Batch batch;
    for (int i = 0; i < 5'000; ++i) {  // More than an hour's 1,000 projects.
        Call call = samples.TrafficCall(kStart + std::chrono::milliseconds(i));
        call.project = "p" + std::to_string(samples.Below(3'000));
        batch.calls.push_back(std::move(call));
    }
    batch.calls.push_back(samples.TrafficCall(kStart + kSpan));
    Commit(batch);
    TendAll();
    Plan plan;
    plan.metrics = {FindMetric("calls"), FindMetric("cost_usd"), FindMetric("latency_p50_ms")};
    plan.from = BucketOf(kStart, Grain::kDay);
    plan.to = plan.from + hours(24);
    EXPECT_EQ(ExpectAlike(*summed_, *plain_, plan).rollup, "organization");
    plan.group_by = {MakeFilter("project", Comparison::kIs, {})};
    const Provenance source = ExpectAlike(*summed_, *plain_, plan);
    EXPECT_EQ(source.calls, hours(1)) << "the hour that has a rest";
}

/// In a child that is killed: commits, sums and never ends.
[[noreturn]] void WorkUntilKilled(const Path& file, unsigned seed) {
    Samples samples(seed);
    std::vector<Call> known;
    const Result<std::unique_ptr<Store>> store = OpenDuckDb(file, With(true));
    while (store.Ok()) {
        static_cast<void>((*store)->Commit(WildBatch(samples, known, 50)));
        for (int i = 0; i < 6; ++i) {
            static_cast<void>((*store)->Tend());
        }
    }
    _exit(1);
}

TEST_F(RollupTest, AnswersAsTheCallsDoAfterAKillAtAnyTime) {
    const Path file = directory_ / "killed";
    Samples samples(15);
    for (unsigned round = 0; round < 5; ++round) {
        const pid_t child = fork();
        if (child == 0) {
            WorkUntilKilled(file, round + 1);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(400 + samples.Below(400)));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        std::vector<Plan> plans;
        std::vector<Table> from_rollups;
        {
            const auto store = MustOpen(file, true);
            for (const RollupSet& set : RollupSets()) {
                plans.push_back(PlanFor(samples, set));
                from_rollups.push_back(*store->Select(plans.back()));
            }
        }
        const auto store = MustOpen(file, false);
        for (std::size_t i = 0; i < plans.size(); ++i) {
            const Table wanted = *store->Select(plans[i]);
            ASSERT_EQ(from_rollups[i].rows.size(), wanted.rows.size()) << Show(plans[i]);
            const std::size_t keys = wanted.columns.size() - plans[i].metrics.size();
            for (std::size_t row = 0; row < wanted.rows.size(); ++row) {
                for (std::size_t c = keys; c < wanted.columns.size(); ++c) {
                    ASSERT_TRUE(AreAlike(
                        from_rollups[i].rows[row][c],
                        wanted.rows[row][c],
                        *plans[i].metrics[c - keys]
                    )) << Show(plans[i]);
                }
            }
        }
    }
}

}  // namespace
}  // namespace sightglass::store

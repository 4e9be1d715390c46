#include "app/demo/agents.h"

#include <algorithm>
#include <cmath>

namespace sightglass::demo {

namespace {

using K = StepKind;

constexpr StepProfile kReturnsDesk[] = {
    {.depth = 0, .kind = K::kAgent, .name = "returns-desk"},
    {.depth = 1, .kind = K::kGuardrail, .name = "personal_data", .median_ms = 14},
    {.depth = 1, .name = "gpt-5.6-terra", .input_tokens = 1400, .output_tokens = 90},
    {.depth = 1, .kind = K::kSearch, .name = "return-policies", .median_ms = 130},
    {.depth = 1,
     .kind = K::kTool,
     .name = "look_up_order",
     .median_ms = 240,
     .fail_share = 0.06,
     .error = "order service: 503, no healthy upstream"},
    {.depth = 1, .name = "gpt-5.6-terra", .input_tokens = 2700, .output_tokens = 170},
    {.depth = 1, .kind = K::kAgent, .name = "refund-clerk", .chance = 0.4},
    {.depth = 2, .name = "gpt-5.4-mini", .input_tokens = 900, .output_tokens = 60},
    {.depth = 2,
     .kind = K::kTool,
     .name = "create_refund",
     .median_ms = 620,
     .fail_share = 0.05,
     .error = "payment gateway: timed out after 2 s"},
    {.depth = 1, .kind = K::kCheck, .name = "answer_is_grounded", .chance = 0.6},
    {.depth = 2, .name = "gpt-5.4-nano", .input_tokens = 1900, .output_tokens = 12},
};

constexpr StepProfile kMarketScout[] = {
    {.depth = 0, .kind = K::kWorkflow, .name = "competitor report"},
    {.depth = 1, .name = "claude-opus-5", .input_tokens = 2200, .output_tokens = 420},
    {.depth = 1, .kind = K::kAgent, .name = "price-watcher"},
    {.depth = 2, .kind = K::kSearch, .name = "web_search", .median_ms = 780},
    {.depth = 2,
     .kind = K::kTool,
     .name = "fetch_page",
     .median_ms = 1400,
     .fail_share = 0.14,
     .error = "fetch_page: 403 Forbidden"},
    {.depth = 2, .name = "claude-sonnet-5", .input_tokens = 6800, .output_tokens = 380},
    {.depth = 1, .kind = K::kAgent, .name = "review-reader", .chance = 0.8},
    {.depth = 2, .kind = K::kSearch, .name = "web_search", .median_ms = 810},
    {.depth = 2,
     .kind = K::kTool,
     .name = "fetch_page",
     .median_ms = 1500,
     .fail_share = 0.14,
     .error = "fetch_page: timed out after 10 s"},
    {.depth = 2, .name = "claude-sonnet-5", .input_tokens = 9100, .output_tokens = 520},
    {.depth = 1, .name = "claude-opus-5", .input_tokens = 7600, .output_tokens = 1100},
    {.depth = 1, .kind = K::kCheck, .name = "figures_have_sources"},
    {.depth = 2, .name = "claude-sonnet-5", .input_tokens = 3400, .output_tokens = 120},
};

constexpr StepProfile kLedgerAnalyst[] = {
    {.depth = 0, .kind = K::kAgent, .name = "ledger-analyst"},
    {.depth = 1, .name = "gpt-6-sol", .input_tokens = 3100, .output_tokens = 240},
    {.depth = 1,
     .kind = K::kTool,
     .name = "run_sql",
     .median_ms = 900,
     .fail_share = 0.18,
     .error = "column \"net_amount\" does not exist"},
    {.depth = 1, .name = "gpt-6-sol", .input_tokens = 5200, .output_tokens = 310},
    {.depth = 1, .kind = K::kTool, .name = "run_sql", .median_ms = 1300, .chance = 0.5},
    {.depth = 1, .kind = K::kTool, .name = "draw_chart", .median_ms = 350, .chance = 0.6},
    {.depth = 1,
     .name = "gpt-6-sol",
     .input_tokens = 6400,
     .output_tokens = 560,
     .fail_share = 0.03,
     .error = "rate_limit_exceeded"},
};

constexpr AgentProfile kAgents[] = {
    {.service = "returns-desk",
     .environment = "production",
     .provider = "openai",
     .user_prefix = "customer-",
     .users = 900,
     .rhythm = Rhythm::kConsumer,
     .runs_a_day = 34,
     .topic = Topic::kCare,
     .languages = {4, 3, 2, 1, 1, 1, 0.4},
     .tokens_per_s = 105,
     .first_token_ms = 640,
     .steps = kReturnsDesk},
    {.service = "market-scout",
     .environment = "production",
     .provider = "anthropic",
     .user_prefix = "editor-",
     .users = 38,
     .rhythm = Rhythm::kOffice,
     .runs_a_day = 8,
     .topic = Topic::kWriting,
     .languages = {3, 1},
     .tokens_per_s = 72,
     .first_token_ms = 1100,
     .steps = kMarketScout},
    {.service = "ledger-analyst",
     .environment = "internal",
     .provider = "openai",
     .user_prefix = "analyst-",
     .users = 12,
     .rhythm = Rhythm::kOffice,
     .runs_a_day = 12,
     .topic = Topic::kData,
     .languages = {2, 1},
     .tokens_per_s = 88,
     .first_token_ms = 980,
     .steps = kLedgerAnalyst},
};

constexpr Duration kSlot = std::chrono::hours(1);

Duration Millis(double ms) {
    return Duration(static_cast<std::int64_t>(ms * 1000));
}

std::string HexId(std::size_t digits, Random& random) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string id;
    while (id.size() < digits) {
        id += kDigits[static_cast<std::size_t>(random.Next() % kDigits.size())];
    }
    return id;
}

/// Lets a run take its steps one after the other.
class Runner {
public:
    Runner(const AgentProfile& agent, Time start, Random& random)
        : agent_(agent), at_(start), random_(random), language_(ChooseFrom(agent, random)) {
        run_.agent = &agent;
        run_.trace_id = HexId(32, random);
        ServiceProfile service;
        service.user_prefix = agent.user_prefix;
        run_.user = UserOf(service, random.Popular(static_cast<std::size_t>(agent.users)));
    }

    Run Take() {
        TakeFrom(0, "");
        return std::move(run_);
    }

private:
    static Language ChooseFrom(const AgentProfile& agent, Random& random) {
        return static_cast<Language>(random.Weighted(agent.languages));
    }

    std::size_t EndOf(std::size_t place) const {
        std::size_t end = place + 1;
        while (end < agent_.steps.size() && agent_.steps[end].depth > agent_.steps[place].depth) {
            ++end;
        }
        return end;
    }

    /// The step at `place` and all that is in it.
    void TakeFrom(std::size_t place, const std::string& parent) {
        const StepProfile& profile = agent_.steps[place];
        if (random_.Chance(profile.fail_share)) {
            const std::size_t failed = Begin(profile, parent);
            run_.steps[failed].error = profile.error;
            End(failed);
        }
        const std::size_t number = Begin(profile, parent);
        const std::string span_id = run_.steps[number].span_id;
        const std::size_t end = EndOf(place);
        for (std::size_t inner = place + 1; inner < end; inner = EndOf(inner)) {
            if (random_.Chance(agent_.steps[inner].chance)) {
                TakeFrom(inner, span_id);
            }
        }
        End(number);
    }

    std::size_t Begin(const StepProfile& profile, const std::string& parent) {
        at_ += Millis(random_.LogNormal(4, 0.6));  // What the application does in between.
        Step step;
        step.profile = &profile;
        step.span_id = HexId(16, random_);
        step.parent_span_id = parent;
        step.started_at = at_;
        run_.steps.push_back(std::move(step));
        return run_.steps.size() - 1;
    }

    void End(std::size_t number) {
        Step& step = run_.steps[number];
        const StepProfile& profile = *step.profile;
        if (profile.kind == StepKind::kCall) {
            Call(step);
        } else if (profile.median_ms > 0) {
            at_ += Millis(random_.LogNormal(profile.median_ms, 0.45));
        }
        step.ended_at = at_;
    }

    void Call(Step& step) {
        const StepProfile& profile = *step.profile;
        if (!step.error.empty()) {
            at_ += Millis(random_.LogNormal(90, 0.3));
            return;
        }
        step.input_tokens =
            static_cast<std::int64_t>(random_.LogNormal(profile.input_tokens, 0.35));
        step.output_tokens =
            static_cast<std::int64_t>(random_.LogNormal(profile.output_tokens, 0.45)) + 1;
        step.cached_tokens = random_.Chance(0.7) ? step.input_tokens / 2 / 128 * 128 : 0;
        const double writing_ms = 1000 * static_cast<double>(step.output_tokens) /
                                  random_.LogNormal(agent_.tokens_per_s, 0.2);
        at_ += Millis(random_.LogNormal(agent_.first_token_ms, 0.4) + writing_ms);
        step.response_id =
            (agent_.provider == "anthropic" ? "msg_01" : "chatcmpl-") + HexId(22, random_);
        step.question = Question(language_, agent_.topic, random_);
        constexpr std::int64_t kShownTokens = 220;
        const auto tokens = static_cast<std::size_t>(std::min(step.output_tokens, kShownTokens));
        step.answer = Answer(language_, agent_.topic, tokens, random_);
    }

    const AgentProfile& agent_;
    Time at_;
    Random& random_;
    Language language_;
    Run run_;
};

/// The runs of the agent that begin within the hour.
void AppendSlot(const AgentProfile& agent, Time slot, std::uint64_t seed, std::vector<Run>& runs) {
    const auto number = static_cast<std::uint64_t>(slot.time_since_epoch() / kSlot);
    Random random(Mix(Mix(seed, HashText(agent.service)), number));
    const double mean = agent.runs_a_day / 24 * Busyness(agent.rhythm, slot + kSlot / 2);
    for (std::int64_t left = random.Poisson(mean); left > 0; --left) {
        runs.push_back(MakeRun(agent, slot + Millis(random.Unit() * 3'600'000), random));
    }
}

}  // namespace

std::span<const AgentProfile> Agents() noexcept {
    return kAgents;
}

Run MakeRun(const AgentProfile& agent, Time start, Random& random) {
    Run run = Runner(agent, start, random).Take();
    // Now and then an agent gives up.
    if (random.Chance(0.03)) {
        run.steps.front().error = "the agent stopped after too many attempts";
    }
    return run;
}

std::vector<Run> RunsBetween(Time from, Time to, std::uint64_t seed) {
    std::vector<Run> runs;
    const Time first(from.time_since_epoch() / kSlot * kSlot);
    for (const AgentProfile& agent : kAgents) {
        for (Time slot = first; slot < to; slot += kSlot) {
            AppendSlot(agent, slot, seed, runs);
        }
    }
    std::erase_if(runs, [from, to](const Run& run) {
        return run.StartedAt() < from || run.EndedAt() >= to;
    });
    std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
        return a.StartedAt() < b.StartedAt();
    });
    return runs;
}

}  // namespace sightglass::demo

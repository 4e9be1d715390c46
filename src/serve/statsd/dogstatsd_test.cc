#include "serve/statsd/dogstatsd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace sightglass::serve {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class DogStatsDTest : public ::testing::Test {
protected:
    DogStatsDTest() { totals_.CountCallers(); }

    void Add(const Call& call) { totals_.Add({&call, 1}); }

    std::vector<std::string> Lines() {
        std::vector<std::string> lines;
        for (const std::string& datagram : statsd_.Tell(totals_.Snapshot())) {
            EXPECT_LE(datagram.size(), DogStatsD::kDatagramBytesMax);
            for (const std::string_view line : Split(datagram, '\n')) {
                lines.emplace_back(line);
            }
        }
        return lines;
    }

    static Call Chat() {
        Call call;
        call.provider = "openai";
        call.operation = Operation::kChat;
        call.model_requested = "gpt-4o";
        call.model = "gpt-4o-2024-08-06";
        call.service = "bot";
        call.fresh_input_tokens = 10;
        call.output_tokens = 5;
        call.latency_us = 2'000'000;
        return call;
    }

    live::RunningTotals totals_;
    DogStatsD statsd_;
};

TEST_F(DogStatsDTest, TellsEachCallOnceUnderAllNames) {
    Add(Chat());
    Add(Chat());
    const std::string library = "|c|#service:bot,openai.request.model:gpt-4o";
    const std::string usage = "|c|#service:bot,model:gpt-4o-2024-08-06";
    const auto lines = Lines();
    EXPECT_THAT(lines, Contains("openai.tokens.prompt:20" + library));
    EXPECT_THAT(lines, Contains("openai.tokens.completion:10" + library));
    EXPECT_THAT(lines, Contains("openai.tokens.total:30" + library));
    EXPECT_THAT(lines, Contains(StartsWith("openai.request.duration:2000000000|g|")));
    EXPECT_THAT(lines, Contains("openai.api.usage.n_requests:2" + usage));
    EXPECT_THAT(lines, Contains("openai.completions.num_model_requests:2" + usage));
    EXPECT_THAT(lines, Contains("openai.completions.input_tokens:20" + usage));
    EXPECT_THAT(lines, Not(Contains(StartsWith("openai.request.error"))));
    EXPECT_THAT(Lines(), IsEmpty()) << "nothing is new";
    Add(Chat());
    EXPECT_THAT(Lines(), Contains("openai.tokens.total:15" + library));
}

TEST_F(DogStatsDTest, OtherProvidersAreNotOpenAi) {
    Call call = Chat();
    call.provider = "anthropic";
    Add(call);
    EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(DogStatsDTest, ErrorsAndLimitsAreTold) {
    Call call = Chat();
    call.error_type = ErrorType::kProviderRateLimited;
    call.organization = "org-1";
    call.limit_requests = 100;
    call.remaining_requests = 7;
    Add(call);
    const auto lines = Lines();
    EXPECT_THAT(lines, Contains(StartsWith("openai.request.error:1|c|")));
    EXPECT_THAT(lines, Contains(StartsWith("openai.ratelimit.requests:100|g|")));
    EXPECT_THAT(
        lines,
        Contains("openai.organization.ratelimit.requests.remaining:7|g|"
                 "#openai.request.model:gpt-4o-2024-08-06,organization:org-1")
    );
    EXPECT_THAT(lines, Contains(StartsWith("openai.ratelimit.remaining.requests:7|g|")));
}

TEST_F(DogStatsDTest, LabelsCannotMakeTagsOrLines) {
    Call call = Chat();
    call.service = "a,b|c#d\nopenai.tokens.prompt:9|c";
    Add(call);
    for (const std::string& line : Lines()) {
        EXPECT_THAT(line, AllOf(StartsWith("openai."), HasSubstr("service:a_b_c_d_openai.tokens")));
    }
    call.service = std::string(4000, 'x');
    Add(call);
    EXPECT_THAT(Lines(), IsEmpty()) << "too long for a datagram";
}

TEST_F(DogStatsDTest, ManyCallersArePackedAndBounded) {
    for (int i = 0; i < 5000; ++i) {
        Call call = Chat();
        call.service = "service-" + std::to_string(i);
        Add(call);
    }
    std::size_t calls = 0;
    std::size_t labels = 0;
    for (const std::string& line : Lines()) {
        if (line.starts_with("openai.api.usage.n_requests:")) {
            calls += std::stoul(line.substr(line.find(':') + 1));
            ++labels;
        }
    }
    // What went to "other" is of no provider that is told.
    EXPECT_EQ(labels, live::CallerTotals::kSeriesMax - 1);
    EXPECT_EQ(calls, labels);
}

}  // namespace
}  // namespace sightglass::serve

// Lines of a question as an attacker would send them: whatever is accepted can be asked, and the rest is refused in words.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "analytics/call_list.h"
#include "analytics/question.h"
#include "base/text.h"
#include "store/memory.h"

namespace {

using sightglass::analytics::CallListText;
using sightglass::analytics::DistributionText;
using sightglass::analytics::QuestionText;

constexpr sightglass::Time kNow = sightglass::TimeFromMicros(1'790'006'400'000'000);

void Require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

const sightglass::store::Store& SmallStore() {
    static const auto* const kStore = [] {
        auto* store =
            sightglass::store::NewMemoryStore().release();  // Lives as long as the program.
        sightglass::store::Batch batch;
        sightglass::UuidSource ids(1);
        for (int i = 0; i < 3; ++i) {
            sightglass::Call call;
            call.started_at = kNow - std::chrono::minutes(i + 1);
            call.call_id = ids.Next(*call.started_at);
            call.model = "gpt-4o";
            call.latency_us = i;
            call.tags = {{"feature", "chat"}};
            batch.calls.push_back(call);
        }
        Require(store->Commit(batch).Ok());
        return store;
    }();
    return *kStore;
}

/// Whether accepted or refused, an error says something.
template <typename Result>
bool Accepted(const Result& result) {
    Require(result.Ok() || !result.error().message.empty());
    return result.Ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> lines;
    for (const std::string_view line : sightglass::Split(input, '\n')) {
        lines.emplace_back(line);
    }
    lines.resize(std::max<std::size_t>(lines.size(), 8));
    const std::vector<std::string> filters(lines.begin() + 7, lines.end());

    const QuestionText text{
        {lines[0]},
        {lines[1]},
        lines[2],
        lines[3],
        lines[4],
        filters,
        {},
        {lines[5]},
        sightglass::ParseInt(lines[6])};
    std::vector<std::string_view> allowed;
    if (const auto question = ParseQuestion(text, kNow, &allowed); Accepted(question)) {
        Require(Ask(*question, SmallStore()).Ok());
    }
    const DistributionText distribution{lines[0], lines[2], lines[3], lines[4], filters, {}};
    if (const auto question = ParseDistribution(distribution, kNow, &allowed); Accepted(question)) {
        Require(Ask(*question, SmallStore()).Ok());
    }
    const CallListText
        list{lines[3], lines[4], filters, {}, lines[1], sightglass::ParseInt(lines[6]), lines[5]};
    if (const auto query = ParseCallList(list, kNow, &allowed); Accepted(query)) {
        Require(sightglass::analytics::ListCalls(*query, SmallStore()).Ok());
    }
    return 0;
}

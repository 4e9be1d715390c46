#include "serve/api/trace_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::serve {
namespace {

using testing::ElementsAre;

constexpr Time kStart = TimeFromMicros(1'795'305'687'000'000);

class TraceTreeTest : public testing::Test {
protected:
    /// Parts begin in the order in which they are added.
    void AddSpan(const std::string& id, const std::string& parent) {
        Span span;
        span.span_id = id;
        span.parent_span_id = parent;
        span.source = Source::kOtlp;
        span.started_at = Next();
        trace_.spans.push_back(span);
    }

    Call& AddCall(const std::string& id, const std::string& parent, Source source = Source::kOtlp) {
        Call call;
        call.span_id = id;
        call.parent_span_id = parent;
        call.source = source;
        call.started_at = Next();
        trace_.calls.push_back(call);
        return trace_.calls.back();
    }

    Time Next() { return kStart + Duration(++parts_); }

    /// Each node's span id, as deep as it stands.
    std::vector<std::string> Tree() {
        std::vector<std::string> lines;
        nodes_ = MakeTree(trace_);
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            const TraceNode& node = nodes_[i];
            EXPECT_TRUE(!node.parent || *node.parent < i);
            const std::string& id = node.call != nullptr ? node.call->span_id : node.span->span_id;
            lines.push_back(std::string(node.depth, '.') + id);
        }
        return lines;
    }

    store::Trace trace_;
    std::vector<TraceNode> nodes_;
    int parts_ = 0;
};

TEST_F(TraceTreeTest, PutsEachPartBelowItsParentInTheOrderOfTheirStarts) {
    AddSpan("agent", "");
    AddCall("first", "agent");
    AddSpan("tool", "agent");
    AddCall("within", "tool");
    AddCall("second", "agent");
    EXPECT_THAT(Tree(), ElementsAre("agent", ".first", ".tool", "..within", ".second"));
}

TEST_F(TraceTreeTest, PutsWhatHasNoParentHereAtTheTop) {
    AddCall("call", "left-out");
    AddSpan("tool", "lost");
    EXPECT_THAT(Tree(), ElementsAre("call", "tool"));
}

TEST_F(TraceTreeTest, PutsAJoinedCallWhereItsOutermostRecordStood) {
    AddSpan("chain", "");
    AddCall("inner", "outer").joined =
        R"([{"source":"gateway","span_id":"inner"},{"source":"otlp","span_id":"inner","parent_span_id":"outer"},)"
        R"({"source":"otlp","span_id":"outer","parent_span_id":"chain"}])";
    AddSpan("tool", "outer");
    EXPECT_THAT(Tree(), ElementsAre("chain", ".inner", "..tool"));
    EXPECT_THAT(nodes_[1].sources, ElementsAre("gateway", "otlp"));
}

TEST_F(TraceTreeTest, PutsWhatTheGatewayAloneSawIntoTheSpanOfItsCaller) {
    AddSpan("agent", "");
    AddCall("agent", "", Source::kGateway);
    EXPECT_THAT(Tree(), ElementsAre("agent", ".agent"));
}

TEST_F(TraceTreeTest, BreaksCirclesAtTheirEarliestPart) {
    AddSpan("a", "c");
    AddSpan("b", "a");
    AddSpan("c", "b");
    AddSpan("own", "own");
    EXPECT_THAT(Tree(), ElementsAre("own", "a", ".b", "..c"));
}

TEST_F(TraceTreeTest, TakesEachPartOnceWhereIdsRepeat) {
    AddSpan("a", "");
    AddSpan("a", "");
    AddCall("b", "a");
    EXPECT_THAT(Tree(), ElementsAre("a", ".b", "a"));
}

TEST_F(TraceTreeTest, IsAsDeepAsItIs) {
    AddSpan("0", "");
    constexpr int kDeep = 3'000;
    for (int i = 1; i < kDeep; ++i) {
        AddSpan(std::to_string(i), std::to_string(i - 1));
    }
    Tree();
    EXPECT_EQ(nodes_.back().depth, static_cast<std::size_t>(kDeep - 1));
}

}  // namespace
}  // namespace sightglass::serve

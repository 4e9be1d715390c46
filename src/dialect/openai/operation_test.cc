#include "dialect/openai/operation.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sightglass::dialect::openai {
namespace {

TEST(OperationTest, IsToldByMethodAndEndOfPath) {
    const std::vector<std::pair<std::string, Operation>> posted = {
        {"/v1/chat/completions", Operation::kChat},
        {"/chat/completions", Operation::kChat},
        {"/v1/chat/completions/", Operation::kChat},
        {"/openai/deployments/x/chat/completions?api-version=2024-02-01", Operation::kChat},
        {"/v1/responses", Operation::kResponse},
        {"/v1/responses?beta=true", Operation::kResponse},
        {"/v1/responses/compact", Operation::kResponse},
        {"/v1/decisions", Operation::kResponse},
        {"/v1/responses/input_tokens", Operation::kOther},
        {"/v1/responses/resp_1/cancel", Operation::kOther},
        {"/v1/completions", Operation::kCompletion},
        {"/v1/embeddings", Operation::kEmbedding},
        {"/v1/images/generations", Operation::kImage},
        {"/v1/images/edits", Operation::kImage},
        {"/v1/images/variations", Operation::kImage},
        {"/v1/audio/speech", Operation::kSpeech},
        {"/v1/audio/transcriptions", Operation::kTranscription},
        {"/v1/audio/translations", Operation::kTranscription},
        {"/v1/moderations", Operation::kModeration},
        {"/v1/rerank", Operation::kRerank},
        {"/v1/batches", Operation::kBatch},
        {"/v1/batches/batch_1/cancel", Operation::kOther},
        {"/v1/files", Operation::kOther},
        {"/v1/realtime/client_secrets", Operation::kRealtime},
        {"/v1/realtime/calls/rtc_1/accept", Operation::kRealtime},
        {"/v1/live/sessions", Operation::kRealtime},
        {"/v1/messages", Operation::kOther},
        {"", Operation::kOther},
        {"/", Operation::kOther},
        {"?", Operation::kOther},
    };
    for (const auto& [path, operation] : posted) {
        EXPECT_EQ(OperationOf("POST", path), operation) << path;
    }
    EXPECT_EQ(OperationOf("GET", "/v1/chat/completions"), Operation::kOther)
        << "a list of stored ones";
    EXPECT_EQ(OperationOf("GET", "/v1/responses/resp_1"), Operation::kOther);
    EXPECT_EQ(OperationOf("GET", "/v1/responses"), Operation::kResponse) << "its WebSocket";
    EXPECT_EQ(OperationOf("GET", "/v1/realtime?model=gpt-realtime"), Operation::kRealtime);
    EXPECT_EQ(OperationOf("DELETE", "/v1/responses"), Operation::kOther);
}

TEST(OperationTest, EndpointsHoldNoIdsAndNoQuery) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"/v1/chat/completions?key=secret", "/v1/chat/completions"},
        {"/v1/chat/completions/chatcmpl-1/messages", "/v1/chat/completions/{id}/messages"},
        {"/v1/responses/resp_1", "/v1/responses/{id}"},
        {"/v1/responses/resp_1/input_items", "/v1/responses/{id}/input_items"},
        {"/v1/responses/compact", "/v1/responses/compact"},
        {"/v1/responses/input_tokens", "/v1/responses/input_tokens"},
        {"/v1/files/file-1/content", "/v1/files/{id}/content"},
        {"/v1/batches/batch_1/cancel", "/v1/batches/{id}/cancel"},
        {"/v1/threads/thread_1/runs/run_1/steps/step_1", "/v1/threads/{id}/runs/{id}/steps/{id}"},
        {"/v1/threads/runs", "/v1/threads/runs"},
        {"/v1/models/gpt-4o", "/v1/models/gpt-4o"},
        {"/v1/vector_stores/vs_1/search#x", "/v1/vector_stores/{id}/search"},
        {"/v1/responses/", "/v1/responses/"},
        {"chat/completions", "chat/completions"},
        {"/", "/"},
        {"", ""},
        {"/a\xFF", "/a\xEF\xBF\xBD"},
    };
    for (const auto& [path, endpoint] : cases) {
        EXPECT_EQ(EndpointOf(path), endpoint);
    }
    EXPECT_EQ(EndpointOf("/" + std::string(5000, 'x')).size(), 256U);
}

TEST(OperationTest, ModelsNamedByThePath) {
    EXPECT_EQ(
        DeploymentOf("/openai/deployments/prod-chat/chat/completions?a=/deployments/x"),
        "prod-chat"
    );
    EXPECT_EQ(DeploymentOf("/v1/chat/completions?x=/deployments/y"), "");
    EXPECT_EQ(QueryParameter("/v1/realtime?a=b&model=gpt-realtime&c", "model"), "gpt-realtime");
    EXPECT_EQ(QueryParameter("/v1/realtime?models=x&model", "model"), "");
    EXPECT_EQ(QueryParameter("/v1/realtime", "model"), "");
}

}  // namespace
}  // namespace sightglass::dialect::openai

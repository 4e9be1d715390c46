#include "app/demo/trouble.h"

#include <algorithm>
#include <string>

#include "app/demo/cast.h"
#include "app/demo/incidents.h"

namespace sightglass::demo {

TroubleRequest LoopingRequest(Random& random) {
    const auto service =
        std::find_if(Services().begin(), Services().end(), [](const ServiceProfile& one) {
            return one.name == kLoopingService;
        });
    Conversation conversation(*service, *FindModel(kLoopingModel), random);
    return {.request = conversation.Next(random), .client_ip = service->client_ip};
}

TroubleRequest StrangeRequest(Random& random) {
    OutgoingRequest request;
    request.target = EndpointOf(Operation::kChat);
    request.headers = {
        {"authorization", "Bearer " + StrangeKey(random.Next() % kStrangeKeys)},
        {"content-type", "application/json"},
        {"user-agent", std::string(kStrangerAgent)},
    };
    request.body = R"({"model":")" + std::string(kStrangerModel) +
                   R"(","messages":[{"role":"user","content":"hi"}],"max_tokens":1})";
    return {.request = std::move(request), .client_ip = kStrangerIp};
}

}  // namespace sightglass::demo

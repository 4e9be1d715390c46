#include "app/background_order.h"

#include <chrono>
#include <thread>

#include "codec/json.h"

namespace sightglass::app {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(100);

}  // namespace

Result<std::string>
CarryOut(Connection& connection, const std::string& target, const std::string& order) {
    SG_ASSIGN_OR_RETURN(std::string answer, connection.Change("POST", target, order));
    codec::JsonParser parser;
    for (;;) {
        SG_ASSIGN_OR_RETURN(const codec::JsonValue report, parser.Parse(answer));
        const auto state = report.Get("state").String().value_or("");
        if (state == "failed") {
            return Error{
                ErrorCode::kInternal,
                std::string(report.Get("error").String().value_or(""))};
        }
        if (state != "running") {
            return answer;
        }
        std::this_thread::sleep_for(kPoll);
        SG_ASSIGN_OR_RETURN(answer, connection.Get(target));
    }
}

}  // namespace sightglass::app

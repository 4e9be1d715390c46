#include "app/import_progress.h"

#include <chrono>
#include <string>
#include <thread>

#include "codec/json.h"

namespace sightglass::app {

Result<ImportProgress> GetProgress(Connection& connection) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const std::string text, connection.Get("/api/v1/status"));
    SG_ASSIGN_OR_RETURN(const codec::JsonValue status, parser.Parse(text));
    const codec::JsonValue pipeline = status.Get("pipeline");
    const auto lag_s = pipeline.Get("lag_s").Double();
    const auto known = pipeline.Get("duplicate_records").Int();
    if (!lag_s || !known) {
        return Error{ErrorCode::kInternal, "the server does not say how far it is"};
    }
    return ImportProgress{*lag_s, *known};
}

Result<ImportProgress> AwaitCounted(Connection& connection) {
    using SteadyClock = std::chrono::steady_clock;
    constexpr auto kPatience = std::chrono::minutes(10);
    constexpr auto kPause = std::chrono::milliseconds(20);
    const auto sent = SteadyClock::now();
    while (SteadyClock::now() - sent < kPatience) {
        const std::chrono::duration<double> asked_after = SteadyClock::now() - sent;
        SG_ASSIGN_OR_RETURN(const ImportProgress progress, GetProgress(connection));
        if (progress.lag_s == 0 || progress.lag_s < asked_after.count()) {
            return progress;  // What still waits came later than what was sent.
        }
        std::this_thread::sleep_for(kPause);
    }
    return Error{
        ErrorCode::kUnavailable,
        "what was read is on disk, and the server has not counted it yet; see sightglass status"};
}

}  // namespace sightglass::app

// Whatever comes as a monitor, a silence, a route or a kept state: read or refused, and what was read is
// written so that it is read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alert/alert_text.h"
#include "alert/monitor.h"
#include "alert/prometheus_rules.h"
#include "alert/silence.h"
#include "alert/state_machine.h"

namespace {

void Require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightglass::alert;  // NOLINT(google-build-using-namespace): one function.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text.
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const sightglass::Time now{std::chrono::seconds(1'700'000'000)};
    Monitor base;
    base.id = "m";
    base.name = "M";
    base.metric = "calls";
    if (const auto monitor = ParseMonitor(text, base); monitor.Ok()) {
        const auto again = ParseMonitor(ToJson(*monitor));
        Require(again.Ok() && again->id == monitor->id && again->window == monitor->window);
        static_cast<void>(PrometheusRules({*monitor}));
        AlertState state;
        state.group = {"a", "b"};
        static_cast<void>(MessageOf(*monitor, state));
    }
    if (const auto silence = ParseSilence(text, now); silence.Ok()) {
        Require(ParseKeptSilence(ToJson(*silence)).Ok());
    }
    if (const auto routes = ParseRoutes(text); routes.Ok()) {
        Require(ParseRoutes(ToJson(*routes)).value() == *routes);
    }
    if (const auto state = ParseAlertState(text); state.Ok()) {
        Require(ParseAlertState(ToJson(*state)).Ok());
    }
    return 0;
}

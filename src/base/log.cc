#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/text.h"

namespace sightglass {
namespace {

spdlog::logger& Logger() {
    static const std::shared_ptr<spdlog::logger> logger = [] {
        auto made =
            std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *logger;
}

spdlog::level::level_enum LevelOf(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::kDebug:
            return spdlog::level::debug;
        case LogLevel::kInfo:
            return spdlog::level::info;
        case LogLevel::kWarn:
            return spdlog::level::warn;
        case LogLevel::kError:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

}  // namespace

void SetLogLevel(LogLevel level) noexcept {
    Logger().set_level(LevelOf(level));
}

void Log(LogLevel level, std::string_view area, std::string_view message) {
    spdlog::logger& logger = Logger();
    if (logger.should_log(LevelOf(level))) {
        logger.log(LevelOf(level), "{}: {}", area, EscapeForDisplay(message));
    }
}

}  // namespace sightglass

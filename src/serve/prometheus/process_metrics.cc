#include "serve/prometheus/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/files.h"
#include "base/text.h"

namespace sightglass::serve {
namespace {

/// Field `index` (from 0) of a line of numbers.
std::optional<std::int64_t> NumberAt(std::string_view line, std::size_t index) {
    const auto words = Split(Trim(line), ' ');
    return index < words.size() ? ParseInt(words[index]) : std::nullopt;
}

void AddTimes(Families& families) {
    const auto stat = ReadFile("/proc/self/stat");
    const auto uptime = ReadFile("/proc/stat");
    const double ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    if (!stat.Ok() || ticks_per_second <= 0) {
        return;
    }
    // The program's name stands in parentheses and may hold anything; what follows it is numbers. See proc(5).
    const std::string_view after_name = std::string_view(*stat).substr(stat->rfind(')') + 2);
    const auto user = NumberAt(after_name, 11);
    const auto system = NumberAt(after_name, 12);
    const auto started = NumberAt(after_name, 19);
    if (user && system) {
        const double seconds = static_cast<double>(*user + *system) / ticks_per_second;
        families.push_back(
            Counter("process_cpu_seconds_total", "Processor time used, user and system.")
                .Add(seconds)
                .Take()
        );
    }
    const std::size_t at = uptime.Ok() ? uptime->find("btime ") : std::string::npos;
    if (started && at != std::string::npos) {
        const std::size_t end = uptime->find('\n', at);
        const auto booted = ParseInt(std::string_view(*uptime).substr(at + 6, end - at - 6));
        const double seconds = static_cast<double>(booted.value_or(0)) +
                               static_cast<double>(*started) / ticks_per_second;
        families.push_back(
            Gauge("process_start_time_seconds", "When the process started, unix time.")
                .Add(seconds)
                .Take()
        );
    }
}

void AddMemory(Families& families) {
    const auto statm = ReadFile("/proc/self/statm");
    const std::int64_t page_bytes = ::sysconf(_SC_PAGESIZE);
    if (!statm.Ok()) {
        return;
    }
    if (const auto pages = NumberAt(*statm, 0)) {
        families.push_back(Gauge("process_virtual_memory_bytes", "Address space used.")
                               .Add(*pages * page_bytes)
                               .Take());
    }
    if (const auto pages = NumberAt(*statm, 1)) {
        families.push_back(
            Gauge("process_resident_memory_bytes", "Memory held.").Add(*pages * page_bytes).Take()
        );
    }
}

void AddFileDescriptors(Families& families) {
    std::error_code error;
    std::int64_t open = 0;
    for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
         !error && entry != end;
         entry.increment(error)) {
        ++open;
    }
    families.push_back(Gauge("process_open_fds", "Open file descriptors.").Add(open).Take());
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        families.push_back(Gauge("process_max_fds", "File descriptors that may be open.")
                               .Add(static_cast<std::uint64_t>(limit.rlim_cur))
                               .Take());
    }
}

}  // namespace

void AddProcessMetrics(Families& families) {
    AddTimes(families);
    AddMemory(families);
    AddFileDescriptors(families);
}

}  // namespace sightglass::serve

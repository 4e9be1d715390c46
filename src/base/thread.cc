#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace sightglass {
namespace {

constexpr int kBackgroundNice = 10;                 ///< More than the thread that starts it.
constexpr std::uint64_t kServingSliceNs = 100'000;  ///< The least that Linux takes.

void LowerPriority() noexcept {
    // On Linux the nice value belongs to the thread; threads that this one starts inherit it.
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    ::setpriority(PRIO_PROCESS, thread, ::getpriority(PRIO_PROCESS, thread) + kBackgroundNice);
}

/// Linux' struct sched_attr in its first version, which Debian 12's C library does not have.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime_ns = 0;
    std::uint64_t deadline_ns = 0;
    std::uint64_t period_ns = 0;
};

/// Source: sched(7), sched_setattr(2); for SCHED_OTHER the run time is the slice that the thread asks for.
void AskForShortSlices() noexcept {
    SchedulingAttributes attributes;
    if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0 ||
        attributes.policy != SCHED_OTHER) {
        return;
    }
    attributes.runtime_ns = kServingSliceNs;
    // An older kernel ignores it or refuses it; the thread serves as any other then.
    ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace

std::jthread
StartThread(std::string name, Priority priority, std::function<void(std::stop_token)> body) {
    return std::jthread(
        [name = std::move(name), priority, body = std::move(body)](std::stop_token stop) {
            ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
            if (priority == Priority::kBackground) {
                LowerPriority();
            } else if (priority == Priority::kServing) {
                AskForShortSlices();
            }
            body(std::move(stop));
        }
    );
}

void FillRandom(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t size = ::getrandom(out.data(), out.size(), 0);
        if (size > 0) {
            out = out.subspan(static_cast<std::size_t>(size));
        } else if (errno != EINTR) {
            std::abort();  // Without randomness no secret is one.
        }
    }
}

}  // namespace sightglass

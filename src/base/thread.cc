#include "base/thread.h"

#include <pthread.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace sightglass {
namespace {

constexpr int kBackgroundNice = 10;

void LowerPriority() noexcept {
    // On Linux the nice value belongs to the thread; threads that this one starts inherit it.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kBackgroundNice);
}

}  // namespace

std::jthread
StartThread(std::string name, Priority priority, std::function<void(std::stop_token)> body) {
    return std::jthread(
        [name = std::move(name), priority, body = std::move(body)](std::stop_token stop) {
            ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
            if (priority == Priority::kBackground) {
                LowerPriority();
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

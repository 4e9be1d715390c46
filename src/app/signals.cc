// What a server's process does with signals.
#include <sys/signal.h>

#include <csignal>
#include <cstdio>

#include "app/server.h"
#include "base/log.h"

namespace sightglass::app {

void TakeSignals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t taken;
    sigemptyset(&taken);
    sigaddset(&taken, SIGHUP);
    sigaddset(&taken, SIGINT);
    sigaddset(&taken, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &taken, nullptr);
}

bool StopRequested() {
    sigset_t pending;
    sigemptyset(&pending);
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

void AnnounceAndWait(Server& server) {
    std::printf("%s\n", server.ReadyLine().c_str());
    std::fflush(stdout);
    sigset_t taken;
    sigemptyset(&taken);
    sigaddset(&taken, SIGHUP);
    sigaddset(&taken, SIGINT);
    sigaddset(&taken, SIGTERM);
    int signal = SIGHUP;
    while (sigwait(&taken, &signal) == 0 && signal == SIGHUP) {
        // What is wrong with the settings is in the log; the old ones hold.
        static_cast<void>(server.Reload("system"));
    }
    Log(LogLevel::kInfo, "server", signal == SIGINT ? "stopping on SIGINT" : "stopping on SIGTERM");
}

}  // namespace sightglass::app

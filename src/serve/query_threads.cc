#include "serve/query_threads.h"

#include <string>

#include "base/thread.h"

namespace sightglass::serve {

QueryThreads::QueryThreads(int threads, std::size_t waiting_max) : queue_(waiting_max) {
    for (int i = 0; i < threads; ++i) {
        threads_.push_back(StartThread(
            "query-" + std::to_string(i),
            Priority::kBackground,
            [this](const std::stop_token&) {
                while (auto work = queue_.Pop()) {
                    (*work)();
                }
            }
        ));
    }
}

void QueryThreads::Stop() {
    queue_.Close();
    threads_.clear();
}

}  // namespace sightglass::serve

// The thread that looks for keys in the wrong hands (analytics/key_use.h) and tells the channels, once a day for each.
#pragma once

#include <string>
#include <thread>

#include "access/key_table.h"
#include "access/published.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "notify/notify.h"
#include "store/store.h"

namespace sightglass::insight {

/// What must outlive the watch.
struct KeyWatchParts {
    const store::Store& store;
    notify::Outbox& outbox;
    const access::Published<access::KeyTable>& keys;
    const Clock& clock;
};

/// Thread-safety: Start, Stop and destruction from one thread; Look is safe for concurrent use.
class KeyWatch {
public:
    explicit KeyWatch(const KeyWatchParts& parts) : parts_(parts) {}

    ~KeyWatch() { Stop(); }

    KeyWatch(const KeyWatch&) = delete;
    KeyWatch& operator=(const KeyWatch&) = delete;

    /// Begins to look. `dashboard`: the address that links of notices lead to.
    void Start(std::string dashboard);
    void Stop();

    /// Looks once. Of a key that was revoked nothing is said.
    Status Look() const;

private:
    void Run(const std::stop_token& stop) const;

    const KeyWatchParts parts_;
    std::string dashboard_;  // Set before the thread begins.
    std::jthread thread_;
};

}  // namespace sightglass::insight

#include "store/duckdb/scan_threads.h"

#include <chrono>
#include <string>

#include "base/thread.h"

namespace sightglass::store {
namespace {

/// A thread that waits for work leaves at once; one at a task needs not be waited for, because it
/// takes no other afterwards.
constexpr auto kLeaveMax = std::chrono::milliseconds(20);

}  // namespace

class ScanThreads::Shift {
public:
    explicit Shift(duckdb_database database) : state_(duckdb_create_task_state(database)) {}

    ~Shift() { duckdb_destroy_task_state(state_); }

    Shift(const Shift&) = delete;
    Shift& operator=(const Shift&) = delete;

    /// Works until the shift has ended.
    void Work() { duckdb_execute_tasks_state(state_); }

    void End() { duckdb_finish_execution(state_); }

private:
    duckdb_task_state state_;
};

ScanThreads::ScanThreads(duckdb_database database, int count)
    : database_(database), shift_(std::make_shared<Shift>(database)) {
    for (int number = 0; number < count; ++number) {
        threads_.push_back(StartThread(
            "scan-" + std::to_string(number),
            Priority::kBackground,
            [this](const std::stop_token&) { Run(); }
        ));
    }
}

ScanThreads::~ScanThreads() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        shift_->End();
    }
    changed_.notify_all();
    threads_.clear();
}

void ScanThreads::Run() {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        if (held_) {
            changed_.wait(lock);
            continue;
        }
        const std::shared_ptr<Shift> shift = shift_;
        ++inside_;
        lock.unlock();
        shift->Work();
        lock.lock();
        --inside_;
        changed_.notify_all();
    }
}

void ScanThreads::Hold() {
    std::unique_lock lock(mutex_);
    held_ = true;
    shift_->End();
    changed_.wait_for(lock, kLeaveMax, [&] { return inside_ == 0; });
}

void ScanThreads::Release() {
    {
        const std::lock_guard lock(mutex_);
        held_ = false;
        shift_ = std::make_shared<Shift>(database_);
    }
    changed_.notify_all();
}

}  // namespace sightglass::store

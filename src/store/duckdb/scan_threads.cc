#include "store/duckdb/scan_threads.h"

#include <string>

#include "base/thread.h"

namespace sightglass::store {

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

ScanThreads::ScanThreads(duckdb_database database, int count, std::chrono::milliseconds leave_max)
    : database_(database), leave_max_(leave_max) {
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
        EndShift();
    }
    changed_.notify_all();
    threads_.clear();
}

void ScanThreads::Run() {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        if (shift_ == nullptr) {
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

/// Where it is time for one. The lock is held, as it is in the next.
void ScanThreads::BeginShift() {
    if (readers_ > 0 && !held_ && shift_ == nullptr) {
        shift_ = std::make_shared<Shift>(database_);
        changed_.notify_all();
    }
}

void ScanThreads::EndShift() {
    if (shift_ != nullptr) {
        shift_->End();
        shift_ = nullptr;
    }
}

void ScanThreads::Begin() {
    const std::lock_guard lock(mutex_);
    ++readers_;
    BeginShift();
}

void ScanThreads::End() {
    const std::lock_guard lock(mutex_);
    if (--readers_ == 0) {
        EndShift();
    }
}

void ScanThreads::Hold() {
    std::unique_lock lock(mutex_);
    held_ = true;
    EndShift();
    changed_.wait_for(lock, leave_max_, [&] { return inside_ == 0; });
}

void ScanThreads::Release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    BeginShift();
}

}  // namespace sightglass::store
